"""One step, operation by operation, in words and formulas.

Owns every text of the pages that look inside: symbols, numbers, sentences; must not know Qt, or how anything is
computed.
"""
