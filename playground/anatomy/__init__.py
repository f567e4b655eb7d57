"""One optimizer step of a run, or one inference, told operation by operation.

Owns the step as a sequence of operations with their numbers, in plain NumPy float64: what the kernels do at once, one
unit after another; must not know Qt, words, or how it is drawn.
"""
