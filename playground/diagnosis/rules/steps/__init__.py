"""Rules about optimization: the start, the size of steps, what becomes of gradients and units.

Owns them, a file each; must not know one another.
"""
