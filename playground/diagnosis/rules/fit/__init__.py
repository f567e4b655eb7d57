"""Rules about what comes out: capacity, penalties, generalization, and the best that is possible.

Owns them, a file each; must not know one another.
"""
