"""What can be shown or left out in the output, in words: for points of the plane, and for images.

Owns this wording, which the panel and the menu share; knows nothing of widgets.
"""

from __future__ import annotations

import msgspec

from playground.data import Dataset
from playground.data.source_kind import PLANE

NO_PLANE = "Images have no plane in which a boundary could be drawn"
NO_BOUNDARY = "A regression has no boundary"
NO_ERRORS = "A regression has no wrong answers, only distances"


DRAW_KEY = "Shift+D"
"""Opens and closes the pad on which an image is drawn."""


class Switch(msgspec.Struct, frozen=True):
    """One switch of the view. name: its field of the view's state; text: on the panel; entry: in the menu."""

    name: str
    key: str
    text: str
    entry: str
    tip: str


POINTS = (
    Switch("show_test", "T", "test points", "Test points", "Draw the test points too, with a dark ring"),
    Switch("discretize", "D", "discretize", "Discretize", "Show only which answer it is, not how sure"),
    Switch("mark_errors", "M", "errors", "Misclassified points", "Mark the points that the network answers wrongly"),
    Switch("show_best", "O", "best", "Best boundary", "Draw the boundary that errs least on new points of these data"),
)
IMAGES = (
    Switch("show_test", "T", "test images", "Test images", "Show the test images instead of the training images"),
    Switch("discretize", "D", "discretize", "Discretize", "Show only which answer it is, not how sure"),
    Switch("mark_errors", "M", "errors", "Misclassified images",
           "Show first, and framed, the images that the network answers wrongly"),
    Switch("show_best", "O", "best", "Best boundary", NO_PLANE),
)  # fmt: skip


def switches_for(dataset: Dataset) -> tuple[Switch, ...]:
    """The switches in the words of these data, always in the same order."""
    return POINTS if dataset.image is None else IMAGES


def why_not(name: str, dataset: Dataset) -> str:
    """Why a switch means nothing for these data; empty if it does."""
    if why_no_map(dataset):
        return why_no_map(dataset)
    if name == "show_best" and dataset.image is not None:
        return NO_PLANE
    if not dataset.task.is_classification:
        return {"mark_errors": NO_ERRORS, "show_best": NO_BOUNDARY}.get(name, "")
    return ""


def why_no_map(dataset: Dataset) -> str:
    """Why there is no map of data that are no images; empty where there is one, or images in its place."""
    enough = dataset.image is not None or len(dataset.columns) >= len(PLANE)
    return "" if enough else "These data have one column; a map is drawn over two."
