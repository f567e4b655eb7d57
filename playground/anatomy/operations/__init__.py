"""What one operation of a step is, and the order they stand in.

Owns these values and the sequence, in which each is made when it is asked for; must not know how any number is
computed.
"""
