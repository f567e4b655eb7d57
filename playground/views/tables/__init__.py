"""The sheet on which a table that was read becomes an experiment: its rows, its target and features, what needs a look.

Owns how a table is shown and chosen from; must not know files, threads, or how a table is read.
"""
