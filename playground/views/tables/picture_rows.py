"""Rows of a table that are pictures: a few of them, evenly chosen, each over its class's colour.

Owns their choice and drawing; knows nothing of what is chosen elsewhere.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from playground.tables.choosing import Plan
from playground.views.marks.class_chip import class_fill
from playground.views.marks.grey_pictures import draw_crisp, ink_table, picture

MOST = 48
GAP, LINE = 6.0, 3.0
SCALES = (4, 3, 2, 1)
"""Screen pixels per pixel of a picture: as large as gives room to so many pictures as there are, or else to a dozen."""
ENOUGH = 12


class PictureRows(msgspec.Struct, frozen=True, eq=False):
    """pixels (n, side²) from 0 for paper to 1 for ink; classes (n,), −1 where the target is a number."""

    pixels: NDArray[np.float64]
    classes: NDArray[np.int64]
    side: int


def picture_rows(plan: Plan) -> PictureRows:
    """Some of the rows of a plan whose rows are pictures."""
    places = np.unique(np.linspace(0, plan.rows.size - 1, min(MOST, plan.rows.size)).round().astype(np.int64))
    values = np.stack([each.values(plan.rows[places]) for each in plan.inputs], axis=1)
    pixels = (values - plan.paper) / (plan.ink - plan.paper)
    classes = plan.labels[places].astype(np.int64) if plan.classes else np.full(places.size, -1)
    return PictureRows(pixels, classes, plan.image_side)


def paint_pictures(painter: QPainter, rect: QRectF, rows: PictureRows) -> None:
    """Draw as many of them as there is room for, from the top left."""
    wanted, table = min(len(rows.pixels), ENOUGH), ink_table()
    scale = next((each for each in SCALES if _columns(rect, rows, each)[2] >= wanted), SCALES[-1])
    across, _, room = _columns(rect, rows, scale)
    side = float(scale * rows.side)
    count = min(room, len(rows.pixels))
    chosen = np.linspace(0, len(rows.pixels) - 1, count).round().astype(int).tolist() if count else []
    for place, row in enumerate(chosen):
        down, right = divmod(place, across)
        at = QRectF(rect.left() + right * (side + GAP), rect.top() + down * (side + LINE + GAP), side, side)
        draw_crisp(painter, at, picture(rows.pixels[row], (1, rows.side, rows.side), table))
        if rows.classes[row] >= 0:
            painter.fillRect(QRectF(at.left(), at.bottom(), side, LINE), class_fill(int(rows.classes[row])))


def _columns(rect: QRectF, rows: PictureRows, scale: int) -> tuple[int, int, int]:
    """How many pictures of that scale lie beside and above each other, and in all."""
    side = scale * rows.side
    across, down = int((rect.width() + GAP) // (side + GAP)), int((rect.height() + GAP) // (side + LINE + GAP))
    return max(across, 0), max(down, 0), max(across, 0) * max(down, 0)
