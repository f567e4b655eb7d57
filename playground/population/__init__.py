"""Many independent runs in one call: what is asked for, how it is trained, what comes out of each.

Owns populations; must not know windows, files, sessions or who asks.
"""
