"""What is remembered of a run's past: thinned states, the rows that its curves have dropped, its actions in order.

Owns how much is kept and where it lies; must not know sessions, what an action does, files or time.
"""
