"""Everything Qt and pyqtgraph, one part of the window a folder.

Owns drawing and gestures; must not know how anything is computed. Parts do not know each other: the window puts them
together, the workbench holds what they show.
"""
