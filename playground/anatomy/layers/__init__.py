"""What each kind of layer computes of a batch, sends back, and tells of one unit.

Owns the formulas of the kinds, a file for each family, and the table of them; must not know losses, optimizers or the
sequence that the operations stand in.
"""
