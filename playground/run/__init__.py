"""One run of one experiment: its state, its steps, its record.

Owns sessions, what may be done with them, and the figures of a moment; must not know threads, time, windows, files or
undo.
"""
