"""The bridge to the kernels: the only importer of them.

Owns the way from an experiment to plans, buffers and calls; must not know sessions, curves or time.
"""
