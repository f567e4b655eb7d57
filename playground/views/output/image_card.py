"""The card of one image under the cursor: the picture larger, the true and the answered class, a score for each class.

Owns how the card looks and where it stands; knows nothing of where the answer comes from.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from playground.views.marks.class_chip import SIDE, chip_font, class_fill, paint_chip
from playground.views.marks.grey_pictures import draw_crisp
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT

PADDING, GAP, AWAY, BAR, SHORT_BAR = 10.0, 14.0, 9.0, 54.0, 36.0
SCALE, SMALL_SCALE, SMALL_BELOW = 11, 8, 330
"""Screen pixels per pixel of the image, and per pixel where the grid is smaller than that."""
SHORT_SCALE, BEST = 4, 3
"""The same where the card is short, and how many classes it names then."""


class ImageFacts(msgspec.Struct, frozen=True, eq=False):
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


class Form(msgspec.Struct, frozen=True):
    """How much of the facts a card shows: the side of the picture, which classes, and how long a full bar is."""

    side: float
    classes: tuple[int, ...]
    bar: float


def forms(facts: ImageFacts, room: QRectF) -> tuple[Form, Form]:
    """The whole card, and a short one with the likeliest classes only, in their order."""
    side = 8 * (SMALL_SCALE if room.width() < SMALL_BELOW else SCALE)
    pixels = max(facts.image.width(), 1)
    whole = Form(float(pixels * max(side // pixels, 1)), tuple(range(facts.scores.size)), BAR)
    likeliest = np.argsort(-facts.scores, kind="stable")[:BEST]
    return whole, Form(float(pixels * max(8 * SHORT_SCALE // pixels, 1)), tuple(sorted(likeliest.tolist())), SHORT_BAR)


def card_size(facts: ImageFacts, form: Form) -> tuple[float, float, float]:
    """Width of the left column, then width and height of the whole card."""
    words, numbers = QFontMetricsF(theme.small_font()), QFontMetricsF(theme.number_font(12))
    left = form.side
    for name, value in facts.lines:
        left = max(left, words.horizontalAdvance(name) + 10 + numbers.horizontalAdvance(value))
    high = form.side + 8 + len(facts.lines) * theme.scaled(17)
    wide = left
    if form.classes:
        wide += GAP + SIDE + 6 + form.bar + 6 + _figures(facts)
        high = max(high, len(form.classes) * _row(form))
    return left, float(np.ceil(wide + 2 * PADDING)), float(np.ceil(high + 2 * PADDING))


def scores_size(facts: ImageFacts, form: Form) -> tuple[float, float]:
    """Width and height of the bars."""
    return SIDE + 6 + form.bar + 6 + _figures(facts) + 1, len(form.classes) * _row(form)


def _figures(facts: ImageFacts) -> float:
    """Width of the widest score."""
    metrics = QFontMetricsF(theme.number_font(11))
    return max(metrics.horizontalAdvance(text) for text in facts.score_texts)


def _row(form: Form) -> float:
    return theme.scaled(15.0 if len(form.classes) > 6 else 21.0)


def card_place(facts: ImageFacts, tile: QRectF, room: QRectF) -> tuple[QRectF, Form]:
    """Beside the tile where there is room, else below or above it, else so with the short card, else over it."""
    inside = room.adjusted(4, 4, -4, -4)
    over = QRectF()
    for form in forms(facts, room):
        _, wide, high = card_size(facts, form)
        level = min(max(tile.top() - PADDING, inside.top()), max(inside.bottom() - high, inside.top()))
        middle = min(max(tile.center().x() - wide / 2, inside.left()), max(inside.right() - wide, inside.left()))
        for left, top in (
            (tile.right() + AWAY, level),
            (tile.left() - AWAY - wide, level),
            (middle, tile.bottom() + AWAY),
            (middle, tile.top() - AWAY - high),
        ):
            place = QRectF(round(left), round(top), wide, high)
            if inside.contains(place):
                return place, form
        over = QRectF(round(middle), round(level), wide, high)
    return over, form


def paint_image_card(painter: QPainter, facts: ImageFacts, tile: QRectF, room: QRectF) -> None:
    """Draw the card beside `tile` within `room`."""
    rect, form = card_place(facts, tile, room)
    side = form.side
    painter.setPen(theme.pen("track", 1))
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
    inside = rect.adjusted(PADDING, PADDING, -PADDING, -PADDING)
    left, _, _ = card_size(facts, form)
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
    if form.classes:
        paint_scores(painter, facts, form, QPointF(inside.left() + left + GAP, inside.top()))


def paint_scores(painter: QPainter, facts: ImageFacts, form: Form, at: QPointF) -> None:
    """A bar for each class, as long as what speaks for it."""
    high, figures = _row(form), _figures(facts) + 1
    reach = max(float(np.abs(facts.scores).max(initial=0.0)), 1.0)
    for row, index in enumerate(form.classes):
        sign, text, middle = facts.signs[index], facts.score_texts[index], at.y() + (row + 0.5) * high
        painter.setFont(chip_font())
        side = min(SIDE, high - 2)
        paint_chip(painter, QRectF(at.x(), middle - side / 2, SIDE, side), sign, class_fill(index))
        track = QRectF(at.x() + SIDE + 6, middle - 3, form.bar, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("shade"))
        painter.drawRoundedRect(track, 3, 3)
        share = min(max(float(facts.scores[index]) / reach, 0.0), 1.0)
        if share > 0:
            track.setWidth(max(form.bar * share, 2.0))
            painter.setBrush(class_fill(index))
            painter.drawRoundedRect(track, min(3.0, track.width() / 2), 3)
        painter.setFont(theme.number_font(11))
        painter.setPen(theme.color("text" if index == facts.winner else "muted"))
        place = QRectF(at.x() + SIDE + 6 + form.bar + 6, middle - high / 2, figures, high)
        painter.drawText(place, RIGHT, text)
