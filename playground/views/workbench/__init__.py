"""The one mutable holder that all views listen to.

Owns the document, its file, the live run and what is looked at; must not know any view.
"""
