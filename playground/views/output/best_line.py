"""The best boundary on the decision map: a line over a halo, so that it shows on every colour.

Owns the drawing and its note; which line it is, the figures say.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from playground.figures.best_boundary import ANY, NOT_KNOWN, answered_boundary, best_boundary, simple_boundary_note
from playground.figures.ground import Ground
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench


def paint_best(painter: QPainter, square: QRectF, bench: Workbench, ground: Ground) -> str:
    """Draw the line of the present data into the map; what to note where there is none, or where it is
    that of a simple model, because the law of the data is not known."""
    data, extent = bench.experiment.data, bench.dataset.extent
    flaws = data.imperfections
    lines, note = best_boundary(data.source, flaws.position_noise, flaws.imbalance, extent), ""
    references = bench.referring.references
    if lines is None and references is not None:
        lines, note = answered_boundary(references.best, ground), simple_boundary_note(references.best.name)
    if lines is None or not len(lines):
        return NOT_KNOWN if lines is None else ANY
    shares = (lines - ground.middle) / ground.half
    places = shares * (1.0, -1.0) * (square.width() / 2.0) + (square.center().x(), square.center().y())
    ends = [QPointF(x, y) for x, y in places.reshape(-1, 2).tolist()]
    for token, width in (("surface", 4.0), ("text", 1.5)):
        painter.setPen(QPen(theme.color(token), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLines(ends)
    return note
