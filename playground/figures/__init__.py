"""What views draw, as plain numbers.

Owns curves, shades, bins and tables made from a snapshot; must not know Qt, pixels on a screen or words.
"""
