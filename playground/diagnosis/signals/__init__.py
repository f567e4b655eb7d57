"""What rules read and say: the moment of a run, the facts of its data, the plan, and the shape of a finding.

Owns these; must not know a single rule.
"""
