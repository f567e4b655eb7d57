"""Edits of an experiment as values.

Owns what an edit changes, its name, and undo; must not know Qt, or how a run takes an edit over.
"""
