"""The head over a column of a table: whether it is the target or a feature, its name, what it was taken for.

Owns its drawing; knows nothing of scrolling or clicks.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from playground.tables.table import Column
from playground.views.theme import icons, theme

HEAD, PAD, TICK = 70.0, 10.0, 16.0
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class Head(msgspec.Struct, frozen=True):
    """What a head shows. under: the line below the pointer (`tick`, `name`, `kind`). focused: it has the keyboard."""

    column: Column
    is_target: bool
    ticked: bool
    kind: str
    under: str
    focused: bool


def paint_head(painter: QPainter, rect: QRectF, head: Head) -> None:
    """Three lines: the tick, or that it is the target; the name; the kind."""
    column, line = head.column, rect.height() / 3
    pad = theme.scaled(PAD)
    align = RIGHT if column.numbers is not None else LEFT
    inner = rect.adjusted(pad, 2, -pad, 0)
    top = QRectF(inner.x(), inner.y(), inner.width(), line)
    if head.is_target or (head.under == "name" and not column.no_target):
        painter.setFont(theme.small_font())
        painter.setPen(theme.color("accent" if head.is_target else "faint"))
        painter.drawText(top, align, "target")
    else:
        _paint_tick(painter, top, head, align)
    painter.setFont(theme.strong_font() if head.is_target or head.ticked else theme.ui_font())
    painter.setPen(theme.color("text" if not column.no_feature or head.is_target else "muted"))
    name = QRectF(inner.x(), inner.y() + line - 1, inner.width(), line)
    shown = QFontMetricsF(painter.font()).elidedText(column.name, Qt.TextElideMode.ElideRight, name.width() + 1)
    painter.drawText(name, align, shown)
    painter.setFont(theme.small_font())
    can_change = column.may_be_number and column.may_be_classes
    painter.setPen(theme.color("text" if head.under == "kind" and can_change else "muted"))
    painter.drawText(QRectF(inner.x(), inner.y() + 2 * line - 3, inner.width(), line), align, head.kind)
    if head.focused:
        painter.setPen(QPen(theme.color("focus"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(2, 2, -2, -3), 6, 6)


def _paint_tick(painter: QPainter, top: QRectF, head: Head, align: int) -> None:
    side = theme.scaled(TICK)
    x = top.right() - side if align == RIGHT else top.x()
    box = QRectF(x, top.center().y() - side / 2, side, side)
    if head.column.no_feature:
        painter.setPen(theme.pen("line", 1))
        painter.setBrush(theme.color("sunken"))
    else:
        painter.setPen(theme.pen("accent" if head.ticked or head.under == "tick" else "track", 1))
        painter.setBrush(theme.color("accent" if head.ticked else "surface"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if head.ticked:
        icons.draw(painter, "check", box.adjusted(2, 2, -2, -2), theme.color("accent_text"), stroke=3.0)
