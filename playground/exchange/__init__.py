"""Files in and out.

Owns formats, safe reading and writing; must not know windows, or who asks.
"""
