"""The bar on top: play, step, speed, and what the run has come to.

Owns buttons and read-outs; must not know how a run is advanced.
"""
