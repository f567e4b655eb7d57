"""How large the network canvas is drawn: the steps of a zoom, and the zoom at which the whole width is seen.

Owns these numbers; knows nothing of Qt. Below 1 the layout has a larger canvas, so that more columns and more units
have room; above 1 it stays and is looked at through a smaller window.
"""

from __future__ import annotations

from collections.abc import Sequence

from playground.diagram.arrangement import Sizes, arrange
from playground.diagram.outline import Outline

LEAST, MOST = 0.25, 4.0
STEP = 1.25
"""What a key or an entry of the menu does."""
NOTCH = 120.0
"""What a wheel tells of one notch; two of them are about one step."""


def zoomed(zoom: float, factor: float) -> float:
    """A zoom times a factor, within its limits; on the way through 1 it stops there."""
    wanted = min(max(zoom * factor, LEAST), MOST)
    return 1.0 if min(zoom, wanted) < 0.999 and max(zoom, wanted) > 1.001 else wanted


def wheel_factor(delta: float) -> float:
    """The factor of a wheel turned by so many eighths of a degree."""
    return float(STEP ** (delta / (2 * NOTCH)))


def canvas_of(width: float, height: float, zoom: float) -> tuple[float, float]:
    """The canvas that is laid out for a window of this size."""
    small = min(zoom, 1.0)
    return (width, height) if small == 1.0 else (float(int(width / small)), float(int(height / small)))


def fitting(outline: Outline, width: float, height: float, sizes: Sizes = Sizes(), firsts: Sequence[int] = ()) -> float:
    """The largest zoom up to 1 at which all columns stand side by side in a window of this size, or the least."""

    def fits(zoom: float) -> bool:
        canvas = canvas_of(width, height, zoom)
        return arrange(outline, *canvas, sizes, firsts=firsts).width <= canvas[0] + 0.5

    if fits(1.0):
        return 1.0
    low, high = LEAST, 1.0
    for _ in range(10):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low
