"""Marks of points and classes that output and plots share.

Owns their look; must not know the workbench.
"""
