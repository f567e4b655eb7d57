"""The window: puts the parts together.

Owns menus, commands, messages, files as the user meets them, and how the program starts; must not know what the parts
draw.
"""
