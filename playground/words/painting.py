"""What is said about painting: names of strokes, what they come to, and why painted points cannot be trained on yet.

Owns these sentences; knows nothing of widgets.
"""

from __future__ import annotations

from playground import numbers as formats
from playground.errors import Said
from playground.words.network import counted

INVITATION = "Paint here. B brush, L lasso."
NOTHING_PAINTED = "Nothing is painted yet."
LEAST_POINTS = 4
BLANK = "Play is off: the plane is empty. Paint points, choose a data set, or undo."
FULL = "This plane is full: up to {most} points can be painted."


def stroke_name(what: str, count: int) -> str:
    """`Paint 21 points`, as undo calls it."""
    return f"{what} {counted(count, 'point')}"


def note_of(count: int) -> str:
    """`+21 points` while a stroke is painted, `−4 points` while one is erased."""
    sign = "+" if count >= 0 else "−"
    return f"{sign}{counted(abs(count), 'point')}"


def chosen_note(count: int) -> str:
    """How many points a lasso holds, and what can be done with them."""
    return f"{counted(count, 'point')} chosen" if count else "no points chosen"


def why_no_training(points: int, classes_used: int, class_count: int) -> str:
    """Why painted points cannot be trained on yet; empty if they can. class_count is 0 for values."""
    if not points:
        return BLANK
    if class_count and classes_used < 2:
        return "Play is off: all points are of one class. Paint points of another one."
    if points < LEAST_POINTS:
        few = formats.spaced(LEAST_POINTS)
        return f"Play is off: there are {counted(points, 'point')}, and it takes {few}. Paint more."
    return ""


def full_sentence(most: int) -> str:
    """That no more points can be painted."""
    return str(Said(FULL, {"most": formats.spaced(most)}))


# -- tips --------------------------------------------------------------------------------------------------------------

TOOL_TIPS: dict[str, str] = {
    "brush": "Brush: paints points where it is drawn; Shift paints the other class, Alt erases  (B)",
    "point": "Single point: one at a time; Shift paints the other class, Alt erases  (P)",
    "lasso": "Lasso: draw around points, then drag them, press 1 to 9 for another class, or Delete  (L)",
    "eraser": "Eraser: takes points away  (E)",
}
PAINT_TIP = "Paint points of classes on an empty plane, or go on with those that are painted"
PAINT_VALUES_TIP = "Paint points that have a value, for a regression"
PAINT_OVER_TIP = "Take these points as your own, and paint more, erase or move some of them"
DONE_TIP = "Paint no more; what is painted stays  (Esc)"
SIZE_TIP = "Radius of brush and eraser in pixels  ([ and ])\nRight click: density"
DENSITY_TIP = "Points that the brush leaves for each pixel of its size"
VALUE_TIP = "The value that new points get  (mouse wheel over the map)"
ADD_CLASS_TIP = "Add a class"
MOST_CLASSES_TIP = "Ten classes are possible"


def class_tip(name: str, index: int) -> str:
    """What a dot of the palette paints, and its key."""
    return f"Paint {name}  ({(index + 1) % 10})"
