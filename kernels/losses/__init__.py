"""What a prediction costs.

Owns the losses, their slopes and the soft-max; must not know layers before the last one.
"""
