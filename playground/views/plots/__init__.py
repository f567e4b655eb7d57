"""The strip of plots.

Owns curves, histograms, layer strips and the confusion matrix; must not know how figures are measured.
"""
