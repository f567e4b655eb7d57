"""Buttons: an icon, the big round one, a pill, a link, and a row of choices.

Owns how they look and react; knows nothing of what they start.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from playground.views.controls.focus import FocusButton
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme

ICON = 18.0


@guarded
class IconButton(FocusButton):
    """A flat square button with one icon; its tool tip is its accessible name too."""

    def __init__(
        self, icon: str, tip: str, size: int = 32, token: str = "muted", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.icon_name, self._token = icon, token
        side = round(theme.scaled(size))
        self.setFixedSize(side, side)
        self._side = min(ICON, size - 8.0)
        self.set_tip(tip)

    def set_tip(self, tip: str) -> None:
        """What the button does, as tool tip and for screen readers."""
        self.setToolTip(as_it_stands(tip))
        self.setAccessibleName(tip.split("  ")[0])

    def set_icon(self, icon: str) -> None:
        if icon != self.icon_name:
            self.icon_name = icon
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if lit or self.isChecked():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accent_soft" if self.isChecked() else "shade"))
                painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 7, 7)
            token = "accent" if self.isChecked() else "text" if lit else self.ink(self._token)
            colour = theme.color(token, 1.0 if self.isEnabled() else 0.55)
            side = theme.scaled(self._side)
            icons.draw(painter, self.icon_name, _centred(rect, side), colour, stroke=1.75)
            self.draw_focus(painter, rect, 7)


@guarded
class RoundButton(FocusButton):
    """The one big round button, filled with the accent."""

    def __init__(self, icon: str, tip: str, size: int = 40, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        side = round(theme.scaled(size))
        self.setFixedSize(side, side)
        self.setToolTip(tip)
        self.setAccessibleName(tip.split("  ")[0])

    def set_icon(self, icon: str, tip: str) -> None:
        self.setToolTip(tip)
        self.setAccessibleName(tip.split("  ")[0])
        if icon != self._icon:
            self._icon = icon
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        fill = theme.color("accent") if self.isEnabled() else theme.color("track")
        if self.isEnabled() and (self.isDown() or self.underMouse()):
            fill = theme.blend(fill, theme.color("text"), 0.22 if self.isDown() else 0.1)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawEllipse(rect.adjusted(2, 2, -2, -2))
            place = _centred(rect, rect.width() * 0.44)
            if self._icon == "play":
                place.translate(rect.width() * 0.02, 0)
            ink = theme.color("accent_text" if self.isEnabled() else "faint")
            icons.draw(painter, self._icon, place, ink, stroke=2.25, filled=True)
            if self.shows_focus:
                painter.setPen(theme.pen("focus", 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(rect.adjusted(1, 1, -1, -1))
                painter.setPen(theme.pen("surface", 1.5))
                painter.drawEllipse(rect.adjusted(2.75, 2.75, -2.75, -2.75))


@guarded
class Chip(FocusButton):
    """A pill with a text; checkable on wish."""

    def __init__(self, text: str, tip: str = "", checkable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setCheckable(checkable)
        self.setFont(theme.small_font())

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        return QSize(round(metrics.horizontalAdvance(self.text()) + theme.scaled(20)), round(theme.scaled(24)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = rect.height() / 2
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.pen("accent" if self.isChecked() else "line", 1))
            painter.setBrush(theme.color("accent_soft" if self.isChecked() else "shade" if lit else "surface"))
            painter.drawRoundedRect(rect, radius, radius)
            painter.setPen(theme.color("accent" if self.isChecked() else self.ink()))
            painter.setFont(self.font())
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
            self.draw_focus(painter, QRectF(self.rect()), radius)


@guarded
class LinkButton(FocusButton):
    """A word that does something; with `checkable` a quiet switch: accent when on, muted when off.

    flush: the word begins at the very left, below other texts.
    """

    def __init__(
        self,
        text: str,
        tip: str = "",
        checkable: bool = False,
        token: str = "accent",
        flush: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._token, self._flush = token, flush
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setCheckable(checkable)
        self.setFont(theme.small_font())
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        return QSize(round(metrics.horizontalAdvance(self.text()) + 10), round(metrics.height() + 6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        lit = self.underMouse() and self.isEnabled()
        token = self._token if self.isChecked() or not self.isCheckable() else "text" if lit else "muted"
        font = self.font()
        font.setUnderline(lit and not self.isCheckable())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.color(self.ink(token)))
            painter.setFont(font)
            across = Qt.AlignmentFlag.AlignLeft if self._flush else Qt.AlignmentFlag.AlignHCenter
            painter.drawText(QRectF(self.rect()), int(across | Qt.AlignmentFlag.AlignVCenter), self.text())
            around = QRectF(self.rect()).adjusted(-4 if self._flush else 0, 0, -4 if self._flush else 0, 0)
            self.draw_focus(painter, around, 5)


@guarded
class _Segment(FocusButton):
    """One choice of a SegmentedControl."""

    def __init__(self, text: str, tip: str, checkable: bool) -> None:
        super().__init__()
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(tip.split("  ")[0] or text)
        self.setCheckable(checkable)
        self.setAutoExclusive(checkable)
        self.setFont(theme.small_font())

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        return QSize(round(metrics.horizontalAdvance(self.text()) + theme.scaled(16)), round(theme.scaled(24)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.isChecked() or lit:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("line" if self.isDown() else "surface"))
                painter.drawRoundedRect(rect, 5, 5)
            painter.setPen(theme.color(self.ink("text" if lit or self.isChecked() else "muted")))
            painter.setFont(self.font())
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
            self.draw_focus(painter)


@guarded
class SegmentedControl(QWidget):
    """A row of short choices in one sunken bar. `chosen(key)` is sent when the user picks one.

    checkable=False makes it a row of actions: nothing stays pressed.
    """

    chosen = Signal(str)

    def __init__(
        self, choices: Sequence[tuple[str, str, str]], checkable: bool = True, parent: QWidget | None = None
    ) -> None:
        """choices: (key, text, tool tip)."""
        super().__init__(parent)
        self.buttons: dict[str, _Segment] = {}
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for key, text, tip in choices:
            button = _Segment(text, tip, checkable)
            button.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            row.addWidget(button, 1)
            self.buttons[key] = button

    @property
    def current(self) -> str | None:
        """The key of the pressed choice."""
        return next((key for key, button in self.buttons.items() if button.isChecked()), None)

    def set_current(self, key: str) -> None:
        """Show a choice as pressed without sending `chosen`."""
        self.buttons[key].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = list(self.buttons)
        held = next((place for place, key in enumerate(keys) if self.buttons[key].hasFocus()), None)
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if held is None or way is None:
            super().keyPressEvent(event)
            return
        button = self.buttons[keys[(held + way) % len(keys)]]
        button.setFocus(Qt.FocusReason.TabFocusReason)
        if button.isCheckable():
            button.click()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sunken"))
            painter.drawRoundedRect(QRectF(self.rect()), 7, 7)


def _centred(rect: QRectF, side: float) -> QRectF:
    centre = rect.center()
    return QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
