"""What the words on screen mean.

Owns the entries of `resources/terms`, found by key; must not know widgets, or where a word stands on screen.
"""
