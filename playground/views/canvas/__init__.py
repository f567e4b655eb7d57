"""The network canvas.

Owns drawing the diagram and its gestures; must not know how places are found or edits are made. `CanvasView` is the
widget and has the others: the `surface` draws, the `openers` open fields, sheets and menus over it, `pointer`,
`keyboard` and `chip_drag` read gestures (a drag a file), and all of them end in `commands`.
"""
