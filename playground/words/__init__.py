"""The program in words.

Owns sentences, titles and short labels; must not know Qt, or what happens when they are clicked.
"""
