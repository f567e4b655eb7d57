"""From gradients to steps, from steps to epochs.

Owns the training loop, update rules, schedules, stop rules and what is measured on the way; must not know how one
kind of layer computes.
"""
