"""The words around the worked exercise: its link, its menu, the kinds of files, what is said when one is written.

Owns these words.
"""

from __future__ import annotations

from playground.errors import Said

EXERCISE, EXERCISE_TIP = "exercise", "This step to be worked by hand, as a sheet to print or as a small NumPy program"
SHEET, ANSWERS, PROGRAM = "Sheet with blanks…", "Sheet with the answers…", "NumPy program…"
CAPTIONS = {SHEET: "Save the exercise", ANSWERS: "Save the answers", PROGRAM: "Save the program"}
SHEETS = {"To print (*.pdf)": ".pdf", "Web page (*.html)": ".html"}
PROGRAMS = {"Python (*.py)": ".py"}


def saved(name: str) -> str:
    """`Saved moons.pdf`."""
    return str(Said("Saved {name}", {"name": name}))
