"""One step as an exercise on paper, in the words of the menu and the dialog.

Owns this wording; what stands on the sheet is `playground.worked`'s.
"""

from __future__ import annotations

EXERCISE, EXERCISE_TIP = "Save exercise", "The coming step on paper, with blanks to be filled in, or as a NumPy program"
ANSWERS, ANSWERS_TIP = "Save answers", "The same sheet with every number and result"
EXERCISES = {"Sheet as PDF (*.pdf)": ".pdf", "Sheet as web page (*.html)": ".html", "NumPy program (*.py)": ".py"}
"""The forms by what the dialog calls them."""
NO_STEP_YET = "There is no step to write about yet; try again in a moment."
