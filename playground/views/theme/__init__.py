"""Colours, fonts and icons.

Owns the tokens of the three themes and what is painted with them; must not know any view.
"""
