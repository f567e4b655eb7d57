"""What the program remembers between runs of itself: the choices of the user, in a file that may be edited by hand.

Owns these choices, their defaults and their file; must not know who reads them, widgets, or experiments.
"""
