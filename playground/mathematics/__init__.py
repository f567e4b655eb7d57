"""Formulas as small trees, and their writings: LaTeX, plain text and simple HTML; their values too.

Owns the tree and what is made of it; which formulas a network has stands in `content`. It must not know Qt, or how a
formula is shown.
"""
