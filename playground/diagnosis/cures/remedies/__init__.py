"""The edits that cures are made of: each from a case to the changes it wishes for, by path.

Owns how each remedy is carried out on any experiment; must not know which cause it is for, or whether it helps. A
remedy returns a list of wishes, one for each variant, and none where it has nothing to change. What a rule between
fields forbids is dropped by who asks.
"""
