"""The table of rules, in the order in which they are asked.

Owns that order; each rule, with its thresholds, is a file of its own and must not know the others.
"""
