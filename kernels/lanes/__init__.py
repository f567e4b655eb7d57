"""Sixteen numbers at once: a small vector language and its compiler.

Owns its operations, their machine code, elementary functions and random bits; must not know networks.
"""
