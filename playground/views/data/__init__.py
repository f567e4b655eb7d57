"""The data column.

Owns the gallery and the data settings; must not know how points are made.
"""
