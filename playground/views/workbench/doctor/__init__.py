"""The doctor as the workbench holds it: what it says of the run behind the window, and what is asked in its name.

Owns when that run is looked at and ahead of, the threads on which it is thought about, what is known and was said of
each run, and what the user wants of the doctor; must not know any view, the document's history or files, nor what is
found and how it is cured, which `playground.diagnosis` and `playground.causes` know.
"""
