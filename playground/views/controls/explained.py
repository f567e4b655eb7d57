"""Which entry of the glossary explains a widget: its key, kept on the widget itself.

Owns the way from a place on screen to a key; knows no entry and no widget by name. A widget with several terms in it
answers for a place by a method `term_at(place)`; one without a key is explained by what it stands in.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

TERM = "term"


@runtime_checkable
class HasTerms(Protocol):
    """A widget that shows several terms."""

    def term_at(self, place: QPoint) -> str:
        """The key of what lies at a place of the widget; empty for the widget's own."""


@runtime_checkable
class TellsItself(Protocol):
    """A widget that draws a card or a read-out of what the pointer is on."""

    @property
    def is_telling(self) -> bool:
        """Whether it does so now: then a tool tip would only lie over it."""


def is_telling(widget: QWidget | None) -> bool:
    """Whether a widget, or what it stands in, tells of the pointer's place by itself now."""
    while widget is not None:
        if isinstance(widget, TellsItself) and widget.is_telling:
            return True
        widget = None if widget.isWindow() else widget.parentWidget()
    return False


def explain(key: str, *widgets: QWidget) -> None:
    """Let an entry of the glossary explain these widgets and what stands in them."""
    for widget in widgets:
        widget.setProperty(TERM, key)


def term_of(widget: QWidget | None, place: QPoint | None = None) -> str:
    """The key of the entry that explains a widget at a place of it; empty where there is none."""
    while widget is not None:
        found = widget.term_at(place or widget.rect().center()) if isinstance(widget, HasTerms) else ""
        found = found or str(widget.property(TERM) or "")
        if found or widget.isWindow():
            return found
        if place is not None:
            place = widget.mapToParent(place)
        widget = widget.parentWidget()
    return ""
