"""One step of a run as an exercise to be worked: what is computed, on paper or by a small program.

Owns the texts that come of it; must not know Qt, nor how a step's numbers are found.
"""
