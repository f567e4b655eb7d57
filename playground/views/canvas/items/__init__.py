"""What is seen on the network canvas, one kind of thing a file: links, tiles, cards, arcs, what lies over them.

Owns how each of them looks and their pictures; must not know when they are shown, nor what a click on them does.
"""
