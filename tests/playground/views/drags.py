"""What a drag sends: the events of a thing that is brought over a widget and let go there, to be copied."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, qVersion
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

HOW = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
PLACE = QPointF if tuple(map(int, (qVersion() or "").split(".")[:2])) >= (6, 12) else QPoint
"""How a drag's events take a place: Qt 6.12 deprecates whole pixels, older ones know nothing else."""


def enter(place: QPoint, data: QMimeData) -> QDragEnterEvent:
    """It comes over the widget."""
    return QDragEnterEvent(PLACE(place), Qt.DropAction.CopyAction, data, *HOW)


def move(place: QPoint, data: QMimeData) -> QDragMoveEvent:
    """It moves there."""
    return QDragMoveEvent(PLACE(place), Qt.DropAction.CopyAction, data, *HOW)


def drop(place: QPoint, data: QMimeData) -> QDropEvent:
    """It is let go; not taken until somebody takes it."""
    event = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, *HOW)
    event.ignore()
    return event
