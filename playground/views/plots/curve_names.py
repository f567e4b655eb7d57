"""Where the names of lines stand beside their ends.

Owns these places, and which names have none; knows nothing of how lines are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from playground.figures import curves
from playground.views.theme import theme

HIGH, AWAY = 20.0, 8.0
ASIDE = 34.0
"""How far from its line's end the name of another run may stand: about two lines of text."""


def places_of_names(plot: QRectF, ends: Sequence[QPointF], names: Sequence[tuple[str, int | None]]) -> list[QRectF]:
    """A place for each name, apart from those that end near there; empty where there is no room for it.

    names: each with the number of the run it is of, where that is another one. The run's own stand as near to their
    ends as they can, those of other runs where these leave room.
    """
    metrics, high = QFontMetricsF(theme.small_font()), theme.scaled(HIGH)
    found = [
        QRectF(end.x() + AWAY, end.y() - high / 2, metrics.horizontalAdvance(name) + 2, high)
        for end, (name, _) in zip(ends, names, strict=True)
    ]
    sizes = [metrics.height() - 2 if name else 0.0 for name, _ in names]
    for group in curves.side_by_side([(place.left() - AWAY, place.right()) for place in found]):
        own = [index for index in group if names[index][1] is None] or group
        centres = end_centres(plot, [ends[index].y() for index in own], [sizes[index] for index in own])
        for index, centre in zip(own, centres, strict=True):
            found[index].moveTop(centre - high / 2)
        _place_others(plot, sorted(set(group) - set(own)), own, found, sizes)
    return found


def end_centres(plot: QRectF, wanted: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Where names stand over one another: apart, and clear of the axis line and its marks."""
    return curves.without_overlap(wanted, sizes, *_edges(plot), 0.0)


def _edges(plot: QRectF) -> tuple[float, float]:
    return plot.top() - 6, plot.bottom() - 4


def _place_others(
    plot: QRectF, others: Sequence[int], own: Sequence[int], found: list[QRectF], sizes: Sequence[float]
) -> None:
    """Move the names of other runs to where they do not lie on the run's own."""
    middles, (top, bottom) = [each.center().y() for each in found], _edges(plot)
    taken = [(middles[index] - sizes[index] / 2, middles[index] + sizes[index] / 2) for index in own]
    wanted = [min(max(middles[index], top), bottom) for index in others]
    heights = [sizes[index] for index in others]
    centres = curves.in_gaps(taken, wanted, heights, top, bottom, theme.scaled(ASIDE))
    for index, centre in zip(others, centres, strict=True):
        found[index] = QRectF() if centre is None else found[index].translated(0, centre - middles[index])
