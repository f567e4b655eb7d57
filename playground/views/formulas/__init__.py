"""Formulas set and painted, and the sheet that shows the network as mathematics.

Owns how a formula looks; what it says is told by `playground.mathematics`. It must not know other parts of the window.
"""
