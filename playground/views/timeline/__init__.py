"""The timeline: the slim track between the panels and the plots, its marks, and the branches of the run.

Owns how they are drawn, pointed at and dragged; must not know the other parts of the window.
"""
