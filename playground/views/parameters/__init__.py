"""The page of parameters: every layer's numbers as a table that can be read, changed, copied, pasted and saved.

Owns the page; what stands in which cell is told by `playground.figures`, what it is called by `playground.words`. It
must not know other parts of the window.
"""
