"""Why a run goes wrong, and what was tried and helps.

Owns the ways from a run to its causes; must not know words, threads or windows.
"""
