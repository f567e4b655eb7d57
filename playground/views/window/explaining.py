"""What the pointer and F1 tell of any place of the window: the glossary's short line, or its card.

Owns the way from events to entries. Qt hands on a tool tip or a question that a widget has no answer to, up to the
window: so nothing listens to every event, and no entry is read before somebody asks.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QCursor, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWhatsThis, QWidget

from playground.glossary.terms import term
from playground.views.controls import is_telling, term_of

if TYPE_CHECKING:
    from playground.views.window.term_card import TermCard


class Explaining:
    """Answers for a window; `card` is the one that was opened last."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    @cached_property
    def card(self) -> TermCard:
        """The card, made when it is first wanted."""
        from playground.views.window.term_card import TermCard

        return TermCard(self._window)

    def key_at(self, place: QPoint) -> str:
        """The entry for a point of the screen; empty where nothing is explained."""
        inside = self._window.mapFromGlobal(place)
        widget = self._window.childAt(inside)
        return "" if widget is None else term_of(widget, widget.mapFrom(self._window, inside))

    def _is_told(self, place: QPoint) -> bool:
        return is_telling(self._window.childAt(self._window.mapFromGlobal(place)))

    def answers(self, event: QEvent) -> bool:
        """Whether a tool tip or a question of Qt was answered here."""
        if not isinstance(event, QHelpEvent):
            return False
        if event.type() == QEvent.Type.ToolTip and self._is_told(event.globalPos()):
            QToolTip.hideText()
            return True
        key = self.key_at(event.globalPos())
        if event.type() == QEvent.Type.ToolTip and (entry := term(key)) is not None:
            QToolTip.showText(event.globalPos(), entry.short, self._window)
            return True
        if event.type() == QEvent.Type.WhatsThis:
            QWhatsThis.leaveWhatsThisMode()
            return self.card.open_for(key, event.globalPos())
        return event.type() == QEvent.Type.QueryWhatsThis and bool(key)

    def explain_here(self) -> None:
        """The card for what is under the pointer, else for what has the keyboard, else for the whole network."""
        place = QCursor.pos()
        if key := self.key_at(place):
            self.card.open_for(key, place)
            return
        held = QApplication.focusWidget()
        known = held is not None and self._window.isAncestorOf(held)
        around = held if known and held is not None else self._window
        self.card.open_for(term_of(around) or "network", around.mapToGlobal(around.rect().center()))

    def ask(self) -> None:
        """Let the next click ask what lies there."""
        QWhatsThis.enterWhatsThisMode()
