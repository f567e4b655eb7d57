"""What may cure a finding, and whether it does: the candidates of every cause, tried before one is called good.

Owns the candidates and their order, the trials, what they are judged by and the rule of evidence; must not know rules,
words, threads or windows.
"""
