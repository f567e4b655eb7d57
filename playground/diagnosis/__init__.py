"""The doctor: what is wrong with a run, by name, with figures, and what cures it, tried before it is called good.

Owns the rules, what they read, their order, the look ahead and the trials of cures; must not know words, colours,
threads or windows.
"""
