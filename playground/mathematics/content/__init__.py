"""The formulas of a network: activations, layers, losses, optimizers, schedules, and the sheet of all of them.

Owns which formula each of them has; the kernels compute by their own, and a test holds the two together. It
must not know Qt, words of the window, or how a formula is written.
"""
