"""The command line: one command a file.

Owns what is printed and which exit code says what; must not know how anything is computed. Qt is imported only by the
commands that want a window or a picture.
"""

from __future__ import annotations

COMMANDS = {
    "open": ("window", "open the window, with a SOURCE or with the default experiment"),
    "train": ("train", "train a SOURCE and print what came out"),
    "predict": ("predict", "ask a model for its answer at points of the plane"),
    "diagnose": ("diagnose", "say what is wrong with a run, by name and with figures"),
    "race": ("race", "train variants of a SOURCE side by side and say which comes out first"),
    "picture": ("picture", "draw the window into a PNG file"),
    "info": ("info", "say what a file contains"),
    "formulas": ("formulas", "print a network as mathematics: text, LaTeX or Markdown"),
    "exercise": ("exercise", "write one step of a run as an exercise on paper, or as a NumPy program"),
    "list": ("listing", "list data sets, activations, losses and the like"),
    "schema": ("schema", "print the JSON Schema of an experiment"),
}
"""Name: the module in this package, and the line in the overview."""
