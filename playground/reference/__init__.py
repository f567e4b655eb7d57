"""What simple models reach on the same data, so that a network's figures can be judged.

Owns these models and how they are chosen; must not know networks, runs or files.
"""
