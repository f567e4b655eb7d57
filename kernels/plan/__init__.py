"""What lies where while kernels work.

Owns codes and columns that callers agree on, scratch memory, the plan of a network, the packed order of its parameters
and the staged samples; must not know what is computed from them.
"""
