"""The run behind the window, with what is made ready for it and done before it is there, and threads beside it.

Owns time and threads on the window's side; must not know any view, the document's history or files, nor what is asked
of the run and why.
"""
