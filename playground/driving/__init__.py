"""What drives a session: the thread that advances it, the pace it goes at, the clock it meets.

Owns threads and time; must not know Qt, windows, files or undo. What a step does is told by `playground.run`.
"""
