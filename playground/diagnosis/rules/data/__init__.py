"""Rules about the data, which need no step to be judged.

Owns them, a file each; must not know one another, or how a run goes on.
"""
