"""A list to choose one entry from; entries that do not fit now are grey and say why.

Owns its drawing and filling; knows nothing of what is chosen. A grey entry can be reached, so that its reason can be
read by whoever uses the keyboard, but choosing it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QIcon,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from playground.views.controls.focus import FocusRing
from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme


@dataclass(frozen=True, slots=True)
class Option:
    """An entry: its key, its text, a sentence about it, why it cannot be chosen now (None: it can), and what the closed
    field says where the text is too long for it. icon: makes the picture before the text in the theme's colours."""

    key: str
    text: str
    note: str = ""
    reason: str | None = None
    short: str = ""
    icon: Callable[[], QIcon] | None = field(default=None, compare=False)


class _Rows(QStyledItemDelegate):
    """Entries as the style sheet has them: the platform's frame around the one with the focus is left out, because the
    colour tells it already."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus


@guarded
class ChoiceField(FocusRing, QComboBox):
    """`chosen(key)` is sent for the user's choices only, `refused(sentence)` where a grey entry was chosen.

    family: what the keys of the entries begin with in the glossary, where each has an entry of its own.
    """

    chosen = Signal(str)
    refused = Signal(str)

    def __init__(self, name: str, options: Sequence[Option] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: tuple[Option, ...] = ()
        self._kept = -1
        self.family = ""
        self.setAccessibleName(name)
        self.setFont(theme.ui_font())
        self.setFixedHeight(round(theme.scaled(24)))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMaxVisibleItems(16)
        self.set_options(options)
        self.activated.connect(self._on_activated)
        theme.current().changed.connect(self._colour)

    def set_options(self, options: Sequence[Option]) -> None:
        """Fill the list; the chosen key stays if it is still there."""
        if tuple(options) == self._options:
            return
        kept = self.current
        self._options = tuple(options)
        model = QStandardItemModel(self)
        for option in self._options:
            item = QStandardItem(option.text)
            item.setToolTip(option.note if option.reason is None else f"{option.note}\nNot now: {option.reason}.")
            item.setAccessibleDescription("" if option.reason is None else f"not now: {option.reason}")
            model.appendRow(item)
        self.setModel(model)
        self._colour()
        if kept is not None:
            self.set_current(kept)

    @property
    def current(self) -> str | None:
        """The key of the chosen entry."""
        place = self.currentIndex()
        return self._options[place].key if 0 <= place < len(self._options) else None

    def set_current(self, key: str) -> None:
        """Show an entry as chosen without sending `chosen`."""
        place = next((place for place, option in enumerate(self._options) if option.key == key), -1)
        self._kept = place
        self.setCurrentIndex(place)
        if place >= 0:
            self.setToolTip(self._options[place].note)
        self.update()

    def term_at(self, place: QPoint) -> str:
        """The glossary's entry of what is chosen."""
        return f"{self.family}_{self.current}" if self.family and self.current else ""

    def is_open(self, key: str) -> bool:
        """Whether an entry can be chosen now."""
        return any(option.key == key and option.reason is None for option in self._options)

    def _on_activated(self, place: int) -> None:
        if not 0 <= place < len(self._options):
            return
        option = self._options[place]
        if option.reason is not None:
            self.setCurrentIndex(self._kept)
            self.refused.emit(f"{self.accessibleName()}: {option.text} does not fit now: {option.reason}.")
            return
        self._kept = place
        self.setToolTip(option.note)
        self.chosen.emit(option.key)

    def _colour(self) -> None:
        """Grey for what does not fit now; pictures in the colours of the theme."""
        model = self.model()
        if isinstance(model, QStandardItemModel):
            for place, option in enumerate(self._options):
                model.item(place).setForeground(theme.brush("text" if option.reason is None else "faint"))
                if option.icon is not None:
                    model.item(place).setIcon(option.icon())

    def showPopup(self) -> None:
        """The list itself is made when it is opened first; most never are."""
        if not isinstance(self.itemDelegate(), _Rows):
            self.setItemDelegate(_Rows(self))
        metrics = QFontMetrics(self.font())
        pictured = self.iconSize().width() + 8 if any(option.icon for option in self._options) else 0
        widest = max((metrics.horizontalAdvance(option.text) for option in self._options), default=0)
        self.view().setMinimumWidth(widest + 48 + pictured)
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """While the list is closed the arrow keys pass over what does not fit."""
        way = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if way is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        self.shows_focus = True
        place = self.currentIndex() + way
        while 0 <= place < len(self._options) and self._options[place].reason is not None:
            place += way
        if 0 <= place < len(self._options):
            self.setCurrentIndex(place)
            self._on_activated(place)

    def _picture(self, place: int) -> QIcon:
        model = self.model()
        item = model.item(place) if isinstance(model, QStandardItemModel) and place >= 0 else None
        return QIcon() if item is None else item.icon()

    def sizeHint(self) -> QSize:
        return QSize(round(theme.scaled(96)), round(theme.scaled(24)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(theme.scaled(48)), round(theme.scaled(24)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        side = theme.scaled(13)
        place = self.currentIndex()
        option = self._options[place] if 0 <= place < len(self._options) else Option("", "")
        text = option.short or option.text
        picture = self._picture(place)
        start = 8 if picture.isNull() else 14 + self.iconSize().width()
        room = int(rect.width() - side - 8 - start)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.pen("line", 1))
            painter.setBrush(theme.color("shade" if self.underMouse() and self.isEnabled() else "surface"))
            painter.drawRoundedRect(rect, 6, 6)
            painter.setFont(self.font())
            painter.setPen(theme.color("text" if self.isEnabled() else "faint"))
            shown = QFontMetrics(self.font()).elidedText(text, Qt.TextElideMode.ElideRight, room + 1)
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(rect.adjusted(start, 0, 0, 0), int(left), shown)
            if not picture.isNull():
                size = self.iconSize()
                picture.paint(painter, 8, (self.height() - size.height()) // 2, size.width(), size.height())
            chevron = QRectF(rect.right() - side - 5, rect.center().y() - side / 2, side, side)
            icons.draw(painter, "chevron-down", chevron, theme.color("muted"))
            self.draw_focus(painter)
