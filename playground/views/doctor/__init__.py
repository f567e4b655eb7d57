"""The doctor in the window: its card, the rows of cures, the sheet with all that is known of a finding.

Owns how findings and cures are shown; must not know how they are found, nor any other part of the window.
"""
