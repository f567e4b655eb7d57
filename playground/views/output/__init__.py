"""The output: decision map or image grid, scale and bars.

Owns drawing answers; must not know how they are computed.
"""
