"""Where everything of the network canvas lies.

Owns outline, columns, wires and hit tests in plain numbers; must not know Qt, colours or words.
"""
