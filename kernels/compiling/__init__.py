"""How kernels become machine code.

Owns compiler options and where machine code is kept; must not know what a kernel computes.
"""
