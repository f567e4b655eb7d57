"""The training card and the settings behind it.

Owns one group of settings a file; must not know what a setting does to a run.
"""
