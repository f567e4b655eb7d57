"""The card of one image under the cursor: the picture larger, the true and the answered class, a score for each class.

Owns how the card looks and where it stands; knows nothing of where the answer comes from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from playground.views import theme
from playground.views.class_chip import SIDE, chip_font, class_fill, paint_chip
from playground.views.grey_pictures import draw_crisp

PADDING, GAP, AWAY, BAR = 10.0, 14.0, 9.0, 54.0
SCALE, SMALL_SCALE, SMALL_BELOW = 11, 8, 330
"""Screen pixels per pixel of the image, and per pixel where the grid is smaller than that."""
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known about one image. `lines`: name and value; the value of "answer" stands out if it is wrong.

    signs: one a class. scores (classes,) and how each reads: what speaks for each class, empty before any answer.
    """

    image: QImage
    lines: tuple[tuple[str, str], ...]
    signs: tuple[str, ...]
    scores: NDArray[np.float64]
    score_texts: tuple[str, ...]
    winner: int | None
    is_wrong: bool


def card_size(facts: ImageFacts, side: float) -> tuple[float, float, float]:
    """Width of the left column, then width and height of the whole card, for a picture of `side`."""
    words, numbers = QFontMetricsF(theme.small_font()), QFontMetricsF(theme.number_font(12))
    left = side
    for name, value in facts.lines:
        left = max(left, words.horizontalAdvance(name) + 10 + numbers.horizontalAdvance(value))
    high = side + 8 + len(facts.lines) * theme.scaled(17)
    wide = left
    if facts.score_texts:
        wide += GAP + SIDE + 6 + BAR + 6 + _figures(facts)
        high = max(high, len(facts.signs) * _row(facts))
    return left, wide + 2 * PADDING, high + 2 * PADDING


def _figures(facts: ImageFacts) -> float:
    """Width of the widest score."""
    metrics = QFontMetricsF(theme.number_font(11))
    return max(metrics.horizontalAdvance(text) for text in facts.score_texts)


def _row(facts: ImageFacts) -> float:
    return theme.scaled(15.0 if len(facts.signs) > 6 else 21.0)


def _side(room: QRectF) -> float:
    return 8.0 * (SMALL_SCALE if room.width() < SMALL_BELOW else SCALE)


def card_rect(facts: ImageFacts, tile: QRectF, room: QRectF) -> QRectF:
    """Beside the tile where there is room, else below or above it, else over it; never outside `room`."""
    _, wide, high = card_size(facts, _side(room))
    inside = room.adjusted(4, 4, -4, -4)
    level = min(max(tile.top() - PADDING, inside.top()), max(inside.bottom() - high, inside.top()))
    middle = min(max(tile.center().x() - wide / 2, inside.left()), max(inside.right() - wide, inside.left()))
    places = [
        QRectF(tile.right() + AWAY, level, wide, high),
        QRectF(tile.left() - AWAY - wide, level, wide, high),
        QRectF(middle, tile.bottom() + AWAY, wide, high),
        QRectF(middle, tile.top() - AWAY - high, wide, high),
    ]
    found = next((place for place in places if inside.contains(place)), QRectF(middle, level, wide, high))
    return QRectF(round(found.left()), round(found.top()), wide, high)


def paint_image_card(painter: QPainter, facts: ImageFacts, tile: QRectF, room: QRectF) -> None:
    """Draw the card beside `tile` within `room`."""
    rect, side = card_rect(facts, tile, room), _side(room)
    painter.setPen(theme.pen("track", 1))
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
    inside = rect.adjusted(PADDING, PADDING, -PADDING, -PADDING)
    left, _, _ = card_size(facts, side)
    draw_crisp(painter, QRectF(inside.left(), inside.top(), side, side), facts.image)
    row = QRectF(inside.left(), inside.top() + side + 8, left, theme.scaled(17))
    for name, value in facts.lines:
        painter.setFont(theme.small_font())
        painter.setPen(theme.color("muted"))
        painter.drawText(row, LEFT, name)
        painter.setFont(theme.number_font(12))
        painter.setPen(theme.color("bad" if facts.is_wrong and name == "answer" else "text"))
        painter.drawText(row, RIGHT, value)
        row.translate(0, row.height())
    if facts.score_texts:
        _paint_scores(painter, facts, QRectF(inside.left() + left + GAP, inside.top(), 0, 0))


def _paint_scores(painter: QPainter, facts: ImageFacts, at: QRectF) -> None:
    """A bar for each class, as long as what speaks for it."""
    high, figures = _row(facts), _figures(facts) + 1
    reach = max(float(np.abs(facts.scores).max(initial=0.0)), 1.0)
    for index, (sign, text) in enumerate(zip(facts.signs, facts.score_texts, strict=True)):
        middle = at.top() + (index + 0.5) * high
        painter.setFont(chip_font())
        side = min(SIDE, high - 2)
        paint_chip(painter, QRectF(at.left(), middle - side / 2, SIDE, side), sign, class_fill(index))
        track = QRectF(at.left() + SIDE + 6, middle - 3, BAR, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("shade"))
        painter.drawRoundedRect(track, 3, 3)
        share = min(max(float(facts.scores[index]) / reach, 0.0), 1.0)
        if share > 0:
            track.setWidth(max(BAR * share, 2.0))
            painter.setBrush(class_fill(index))
            painter.drawRoundedRect(track, min(3.0, track.width() / 2), 3)
        painter.setFont(theme.number_font(11))
        painter.setPen(theme.color("text" if index == facts.winner else "muted"))
        place = QRectF(at.left() + SIDE + 6 + BAR + 6, middle - high / 2, figures, high)
        painter.drawText(place, RIGHT, text)
