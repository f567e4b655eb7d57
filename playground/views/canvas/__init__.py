"""The network canvas.

Owns drawing the diagram and its gestures; must not know how places are found or edits are made.
"""
