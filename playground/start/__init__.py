"""What is known to go wrong before Qt is loaded.

Owns the checks of machine and screen; must not know experiments or runs.
"""
