"""The page that looks inside a step: its operations one by one, as formulas with numbers, and what stands beside them.

Owns how they look and its keys; which operation is shown is the workbench's; it must not know
other parts of the window.
"""
