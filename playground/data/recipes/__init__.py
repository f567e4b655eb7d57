"""The recipes of the generated data sets: how their points and images are made, and what is known of each.

Owns the formulas, a file for each family of them, their shape parameters, the laws that they follow with the best
possible accuracy, and the table; must not know experiments, tasks, sources or how a set is split.
"""
