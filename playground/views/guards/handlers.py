"""A guard around every method that Qt itself calls: an exception there would unwind through C++, and soon crash.

Owns what happens instead: the exception goes to the interpreter's hook, which logs and shows it once; a widget or an
item that could not be drawn says so quietly, and is drawn anew next time; everything else goes on. Knows nothing of
what a handler does.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QGraphicsItem, QStyleOption, QWidget

from playground.views.theme import theme

Guarded = TypeVar("Guarded", bound=type)
Handler = Callable[..., Any]

NOT_DRAWN = "could not be drawn"
EVENTS = ("event", "eventFilter", "viewportEvent")
"""Handlers that say whether an event is dealt with."""
ASKED = ("sizeHint", "minimumSizeHint", "heightForWidth", "tabSizeHint", "minimumTabSizeHint", "boundingRect")
"""What Qt asks of a widget or an item; Qt's own answer stands in for one that failed."""
DRAWN = ("paint", "drawBackground")
OTHERS = ("scrollContentsBy",)


def is_handler(name: str) -> bool:
    """Whether a method of this name is one that Qt calls."""
    return name.endswith("Event") or name in (*EVENTS, *ASKED, *DRAWN, *OTHERS)


def guarded(cls: Guarded) -> Guarded:
    """A class whose own handlers are guarded. Every class of widgets and items that has one is decorated so."""
    for name, method in list(vars(cls).items()):
        if is_handler(name) and callable(method):
            setattr(cls, name, _guard(cls, name, method))
    return cls


def _guard(cls: type, name: str, method: Handler) -> Handler:
    draws_item = name in DRAWN

    @functools.wraps(method)
    def guard(self: Any, *arguments: Any) -> Any:
        if draws_item:
            arguments[0].save()
        try:
            return method(self, *arguments)
        except Exception:  # told to the hook, which logs it with its place
            tell()
            return _instead(cls, name, self, arguments)
        finally:
            if draws_item:
                arguments[0].restore()

    return guard


def tell() -> None:
    """Hand the exception that is being handled to whoever collects troubles."""
    kind, value, trace = sys.exc_info()
    if kind is not None and value is not None:
        sys.excepthook(kind, value, trace)


def _instead(cls: type, name: str, own: Any, arguments: tuple[Any, ...]) -> Any:
    if name == "paintEvent":
        _say_not_drawn(own)
    elif name in DRAWN:
        painter, given = arguments[0], arguments[1]
        given = given.rect if isinstance(given, QStyleOption) else given  # of a cell
        place = own.boundingRect() if isinstance(own, QGraphicsItem) else given
        painter.restore()
        painter.save()
        _write(painter, QRectF(place))
    elif name in EVENTS:
        return False
    elif name == "boundingRect":
        return QRectF()
    elif name in ASKED:
        return getattr(super(cls, own), name)(*arguments)
    elif name == "closeEvent":
        _stay_open(arguments[0])
    return None


def _stay_open(event: QEvent) -> None:
    """A window that could not ask about unsaved work is not closed over it."""
    event.ignore()


def _say_not_drawn(widget: QWidget) -> None:
    surface = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    with QPainter(surface) as painter:
        painter.fillRect(surface.rect(), theme.color("background"))
        _write(painter, QRectF(surface.rect()))


def _write(painter: QPainter, place: QRectF) -> None:
    painter.setOpacity(1.0)
    painter.setFont(theme.small_font())
    painter.setPen(theme.color("faint"))
    painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), NOT_DRAWN)
