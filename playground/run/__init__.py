"""One run of one experiment: its state, its steps, its record.

Owns sessions, the thread that advances them, and the figures of a moment; must not know windows, files or undo.
"""
