"""The guided check-up: ten steps of looking for what is wrong with a run, each with what was expected and found.

Owns the steps, a file each, and their order; must not know words, threads or windows, nor change the run that it is
about.
"""
