"""One kind of layer a file, and the way through all of them.

Owns forward and backward passes; must not know optimizers, epochs or records.
"""
