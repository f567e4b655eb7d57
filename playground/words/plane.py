"""What the maps of samples with more than two columns lie over, in words.

Owns these sentences; knows nothing of how a map is drawn.
"""

from __future__ import annotations

from playground.data import Dataset
from playground.data.section import ColumnPair, Section
from playground.errors import Said
from playground.numbers import percent, spaced

ROW_NAME = "What the map shows"
ACROSS, UPWARDS, OTHERS = "Column across", "Column upwards", "The other columns"
AT_MEAN = ("Others at their mean", "at mean", "Every other column stands at its mean over the training points")
MAIN = (
    "Two main directions", "main directions",
    "The two directions in which the standardized columns differ most, through their mean",
)  # fmt: skip
PAIR = "A pair of columns"
AS_POINT = ("Others as in point {number}", "as point {number}", "Every other column has the value of that point")
HOLD = "Hold the other columns at point {number}"
HOLDS = "Enter at a data point holds the other columns at its values."
ALL_AT_ONCE = "The two main directions are made of all columns"
CHOOSE, CHOOSE_TIP = "Choose the map's columns", "Which columns lie across and upwards, and where the others stand"
CHOOSE_KEY = "Alt+M"
NO_MAPS = "A single column has no maps."
NOT_NEEDED = "A map is chosen only where the data have more than two columns"


def maps_over(section: Section | None, dataset: Dataset) -> str:
    """What small maps are over, in a sentence: of a plane nothing needs to be said, of images that there are none."""
    if section is None:
        return "" if dataset.is_plane else "Images have no maps." if dataset.image is not None else NO_MAPS
    rest = others_line(section, dataset)
    if not isinstance(section.cut, ColumnPair):
        return f"Maps over the {rest}."
    across, upwards = (dataset.columns[place] for place in (section.cut.across, section.cut.upwards))
    return f"Maps over {across} and {upwards}, {rest}."


def others_line(section: Section, dataset: Dataset) -> str:
    """Where all that does not lie across or upwards stands: a line below the map."""
    cut = section.cut
    if not isinstance(cut, ColumnPair):
        return str(Said("two main directions, {share} of the variance", {"share": percent(section.spread)}))
    rest = [name for place, name in enumerate(dataset.columns) if place not in (cut.across, cut.upwards)]
    who = rest[0] if len(rest) == 1 else "others"
    if cut.row is None:
        return f"{who} at {'its' if len(rest) == 1 else 'their'} mean"
    return f"{who} as in point {spaced(dataset.number_of(cut.row))}"
