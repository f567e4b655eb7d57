"""The card that explains one term: what it is, its formula, a curve where that helps, and what is related.

Owns its arrangement and the way from entry to entry; the words are the glossary's.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from playground.figures.function_curves import Curve, curve_named
from playground.glossary.terms import Term, term
from playground.views.controls import Caption, ElidedLabel, LinkButton
from playground.views.controls.popup import Popup
from playground.views.guards.handlers import guarded
from playground.views.marks.curve_icon import paint_curve
from playground.views.theme import theme

WIDTH, PAD = 380, 18
PICTURE = QSize(108, 76)
MOST_RELATED = 4


@guarded
class CurvePicture(QWidget):
    """A small curve on a quiet ground."""

    def __init__(self, curve: Curve) -> None:
        super().__init__()
        self._curve = curve
        self.setFixedSize(PICTURE * theme.scaled(1.0))

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("shade"))
            painter.drawRoundedRect(rect, 6, 6)
            paint_curve(painter, rect.adjusted(10, 10, -10, -10), self._curve)


@guarded
class TermCard(Popup):
    """A popup: a click elsewhere, F1 or Escape closes it. `key` is the entry that is shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = ""
        self.setFixedWidth(round(theme.scaled(WIDTH)))
        self._column = QVBoxLayout(self)
        pad = round(theme.scaled(PAD))
        self._column.setContentsMargins(pad, pad - 4, pad, pad - 4)
        self._body = QWidget()

    def open_for(self, key: str, place: QPoint) -> bool:
        """Show an entry beside a point of the screen; False where there is no such entry."""
        entry = term(key)
        if entry is None:
            return False
        self._fill(key, entry)
        room = self.screen().availableGeometry()
        x = min(max(place.x() + 12, room.left() + 4), room.right() - self.width() - 4)
        y = place.y() + 16
        if y + self.height() > room.bottom() - 4:
            y = max(place.y() - self.height() - 12, room.top() + 4)
        self.move(x, y)
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        return True

    def _fill(self, key: str, entry: Term) -> None:
        self.key = key
        self.setAccessibleName(entry.title)
        self.setAccessibleDescription(f"{entry.short} {entry.long} {entry.formula}")
        self._body.setParent(None)
        self._body.deleteLater()
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addWidget(ElidedLabel(entry.title, theme.title_font()))
        body.addLayout(self._about(entry))
        if entry.formula:
            body.addWidget(_lines(entry.formula, mono=True))
        if related := [(each, found) for each in entry.see if (found := term(each)) is not None]:
            body.addLayout(self._related(related[:MOST_RELATED]))
        self._column.addWidget(self._body)
        self._body.show()
        self._column.activate()
        self.setFixedHeight(self._column.totalHeightForWidth(self.width()))

    def _about(self, entry: Term) -> QHBoxLayout:
        """What it is, and the curve beside it."""
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(_lines(f"{entry.short} {entry.long}"), 1)
        if entry.picture:
            row.addWidget(CurvePicture(curve_named(entry.picture)), 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _related(self, related: list[tuple[str, Term]]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        said = Caption("See also")
        said.setFixedWidth(said.sizeHint().width())
        row.addWidget(said)
        room = self.width() - 2 * round(theme.scaled(PAD)) - said.width()
        for key, entry in related:
            link = LinkButton(entry.title)
            room -= link.sizeHint().width() + row.spacing()
            if room < 0:
                link.deleteLater()
                break
            link.clicked.connect(lambda _checked=False, key=key: self.open_for(key, self.pos() - QPoint(12, 16)))
            row.addWidget(link)
        row.addStretch(1)
        return row

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_F1, Qt.Key.Key_Escape):
            self.close()
        else:
            super().keyPressEvent(event)


def _lines(text: str, mono: bool = False) -> QLabel:
    """Text that wraps; a formula in the number font."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFont(theme.number_font(13) if mono else theme.ui_font())
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
