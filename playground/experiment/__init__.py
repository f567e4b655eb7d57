"""The experiment: everything a run depends on, as one frozen value.

Owns its fields, their limits, its JSON and the rules between its parts; must not know how it runs.
"""
