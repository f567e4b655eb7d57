"""A white card, and one with two sides: a switch between them, or both under each other where there is room.

Owns the frame, the switch and the arrangement; knows nothing of what stands on the sides.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.views.controls.buttons import SegmentedControl
from playground.views.controls.labels import Hairline
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

HEADER, TOP, TIGHT_TOP = 26, 10, 6
BOTH = 400
"""From this height on both sides stand under each other."""
TIGHT = 330
DOT = 5.0


def paint_card(widget: QWidget) -> None:
    """The white card that settings stand on."""
    with QPainter(widget) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.pen("line", 1))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)


@guarded
class Dot(QWidget):
    """A small amber dot that takes no click."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        side = round(theme.scaled(DOT)) + 2
        self.setFixedSize(side, side)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("warning"))
            painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))


@guarded
class TwoSided(QWidget):
    """front, back: key, word and tool tip of each side; what stands there is made for the card, and handed to `hold`.

    `turned` when the user, or whoever called `show_side`, has another side in sight.
    """

    turned = Signal()

    def __init__(self, front: tuple[str, str, str], back: tuple[str, str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = front[0], back[0]
        self.switch = SegmentedControl([front, back], parent=self)
        self.switch.chosen.connect(self.show_side)
        self._line = Hairline(parent=self)
        self._chosen = front[0]
        self.switch.set_current(front[0])

    def hold(self, front: QWidget, back: QWidget, corner: QWidget) -> None:
        """What stands on the sides. corner: stands right of the switch with the back."""
        self.sides = dict(zip(self._keys, (front, back), strict=True))
        self.corner = corner
        corner.setParent(self)
        self.dot = Dot(self)
        self._arrange()

    @property
    def shows_both(self) -> bool:
        """Whether there is room for both sides."""
        return self.height() >= theme.scaled(BOTH)

    def shows(self, key: str) -> bool:
        """Whether a side is in sight."""
        return self.shows_both or key == self._chosen

    def show_side(self, key: str) -> None:
        """Turn the card to one side."""
        if key != self._chosen:
            self._chosen = key
            self.switch.set_current(key)
            self._arrange()
            self.turned.emit()

    def flip(self) -> None:
        """The other side."""
        self.show_side(self._keys[self._keys.index(self._chosen) - 1])

    def set_marked(self, marked: bool, words: str) -> None:
        """A dot on the back's word while the front is in sight; words: the same for those who do not see it."""
        self.dot.setVisible(marked)
        button = self.switch.buttons[self._keys[1]]
        button.setAccessibleDescription(words if marked else "")

    def sizeHint(self) -> QSize:
        return QSize(366, round(theme.scaled(210)))

    def minimumSizeHint(self) -> QSize:
        least = [side.minimumSizeHint() for side in self.sides.values()]
        return QSize(max(each.width() for each in least), least[0].height() + self._head())

    def _head(self) -> int:
        top = TIGHT_TOP if self.width() < theme.scaled(TIGHT) else TOP
        return top + round(theme.scaled(HEADER)) + 4

    def resizeEvent(self, event: QResizeEvent) -> None:
        both = self._line.isVisible()
        self._arrange()
        if both != self.shows_both:
            self.turned.emit()

    def _arrange(self) -> None:
        both, wide, high = self.shows_both, self.width(), self.height()
        margin = 10 if wide < theme.scaled(TIGHT) else 16
        front, back = (self.sides[key] for key in self._keys)
        self.switch.setVisible(not both)
        self._line.setVisible(both)
        for key, side in self.sides.items():
            side.setVisible(self.shows(key))
        self.corner.setVisible(self.shows(self._keys[1]))
        head = self._head()
        size = self.switch.sizeHint()
        top = head - 4 - round(theme.scaled(HEADER))
        self.switch.setGeometry(margin, top, size.width(), round(theme.scaled(HEADER)))
        self.dot.move(self.switch.geometry().right() - self.dot.width() - 3, top + 3)
        self.dot.raise_()
        middle = head + front.minimumSizeHint().height() if both else 0
        corner = self.corner.sizeHint()
        self.corner.setGeometry(
            wide - margin - corner.width(), middle + top + (round(theme.scaled(HEADER)) - corner.height()) // 2,
            corner.width(), corner.height(),
        )  # fmt: skip
        if both:
            front.setGeometry(0, 8, wide, middle - 8)
            self._line.setGeometry(margin, middle, wide - 2 * margin, 1)
        else:
            front.setGeometry(0, head, wide, high - head)
        back.setGeometry(0, middle + head, wide, high - middle - head)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self)
