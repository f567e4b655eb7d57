"""One step as a program of a page, in NumPy and nothing else, that computes the same numbers.

Owns its lines, for every kind of layer, loss and optimizer; must not know what the numbers come to.
"""
