"""Texts: headings, captions, read-outs and the hairline between areas.

Owns their fonts and colours; knows nothing of what they say.
"""

from __future__ import annotations

import html

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.controls.focus import FocusRing
from playground.views.guards.handlers import guarded
from playground.views.theme import theme


@guarded
class ElidedLabel(QWidget):
    """One line of text in a token's colour, cut with … where there is no room; the whole text is then the tool tip."""

    def __init__(
        self, text: str = "", font: QFont | None = None, token: str = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text, self._token, self._tip = text, token, ""
        self.alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.setFont(font or theme.ui_font())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str, token: str | None = None) -> None:
        if text == self._text and token in (None, self._token):
            return
        metrics = QFontMetrics(self.font())
        longer = metrics.horizontalAdvance(text) != metrics.horizontalAdvance(self._text)
        self._text, self._token = text, token or self._token
        self.setAccessibleName(text)
        if longer:
            self.updateGeometry()
        self._refresh_tip()
        self.update()

    def set_tip(self, tip: str) -> None:
        """A tool tip that is shown whether or not the text is cut."""
        self._tip = tip
        self._refresh_tip()

    def is_cut(self) -> bool:
        """Whether the text does not fit."""
        return QFontMetricsF(self.font()).horizontalAdvance(self._text) > self.width() + 0.5

    def shown(self) -> str:
        """What of the text there is room for; nothing where that would be … alone, which tells nothing."""
        found = QFontMetrics(self.font()).elidedText(self._text, Qt.TextElideMode.ElideRight, self.width() + 1)
        return found if found != "…" or self.focusPolicy() != Qt.FocusPolicy.NoFocus else ""

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        return QSize(int(metrics.horizontalAdvance(self._text)) + 1, int(metrics.height()) + 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: object) -> None:
        self._refresh_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(theme.color(self._token if self.isEnabled() else "faint"))
            painter.drawText(QRectF(self.rect()), int(self.alignment), self.shown())

    def _refresh_tip(self) -> None:
        self.setToolTip(as_it_stands(self._tip or (self._text if self.is_cut() else "")))


@guarded
class LabelButton(FocusRing, ElidedLabel):
    """A line of text that opens something: `clicked` on a click or Return."""

    clicked = Signal()

    def __init__(self, text: str, font: QFont, parent: QWidget | None = None) -> None:
        super().__init__(text, font, parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.shows_focus:
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self.draw_focus(painter, QRectF(self.rect()), 4)


class SectionLabel(ElidedLabel):
    """The heading of an area, in capitals."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text.upper(), theme.heading_font(), "muted", parent)
        self.setAccessibleName(text)


def as_it_stands(text: str) -> str:
    """A text with what somebody has typed, for a tool tip: what looks like markup is none, lines stay lines."""
    return html.escape(text).replace("\n", "<br>") if "<" in text or "&lt;" in text else text


class Caption(ElidedLabel):
    """A small quiet line."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, theme.small_font(), "muted", parent)


@guarded
class Paragraph(QWidget):
    """A few small quiet lines that wrap."""

    def __init__(self, text: str = "", font: QFont | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._token = "", "muted"
        self.setFont(font or theme.small_font())
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_text(text)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str, token: str = "muted") -> None:
        if (text, token) != (self._text, self._token):
            self._text, self._token = text, token
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def heightForWidth(self, width: int) -> int:
        flags = int(Qt.TextFlag.TextWordWrap)
        return QFontMetrics(self.font()).boundingRect(0, 0, max(width, 20), 10_000, flags, self._text).height()

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(self.width()) if self._text else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.heightForWidth(max(self.width(), 40)) if self._text else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(theme.color(self._token if self.isEnabled() else "faint"))
            painter.drawText(self.rect(), int(Qt.TextFlag.TextWordWrap), self._text)


READ_OUT = 42
"""The height of a read-out, and of the controls beside it."""


@guarded
class ReadOut(QWidget):
    """A caption over a number, both at fixed places: a changing number moves nothing.

    `suffix` is a small quiet text after the number, left out where there is no room for it.
    """

    def __init__(self, caption: str, widest: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption, self._value, self._token = caption, "–", "text"
        self.suffix = ""
        self.setToolTip(tip)
        self.setAccessibleName(caption)
        wide = max(
            QFontMetricsF(theme.number_font(15)).horizontalAdvance(widest),
            QFontMetricsF(theme.small_font()).horizontalAdvance(caption),
        )
        self.setFixedSize(round(wide) + 2, round(theme.scaled(READ_OUT)))

    @property
    def value(self) -> str:
        return self._value

    def set_value(self, value: str, token: str = "text") -> None:
        if (value, token) != (self._value, self._token):
            self._value, self._token = value, token
            self.update()
            if QAccessible.isActive():
                self.setAccessibleDescription(value)

    @property
    def caption(self) -> str:
        return self._caption

    def set_caption(self, caption: str) -> None:
        if caption != self._caption:
            self._caption = caption
            self.setAccessibleName(caption)
            self.update()

    def set_suffix(self, suffix: str) -> None:
        if suffix != self.suffix:
            self.suffix = suffix
            self.update()

    def suffix_place(self) -> QRectF:
        """Where the suffix is written, on the number's base line; empty if it does not fit."""
        left = QFontMetricsF(theme.number_font(15)).horizontalAdvance(self._value) + 5
        wide = QFontMetricsF(theme.small_font()).horizontalAdvance(self.suffix)
        return QRectF(left, 0, wide + 1, self.height() - 3) if left + wide <= self.width() else QRectF()

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        left = Qt.AlignmentFlag.AlignLeft
        with QPainter(self) as painter:
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            painter.drawText(rect, int(left | Qt.AlignmentFlag.AlignTop), self._caption)
            painter.setFont(theme.number_font(15))
            painter.setPen(theme.color(self._token))
            painter.drawText(rect.adjusted(0, 0, 0, -2), int(left | Qt.AlignmentFlag.AlignBottom), self._value)
            place = self.suffix_place()
            if self.suffix and not place.isEmpty():
                painter.setFont(theme.small_font())
                painter.setPen(theme.color("muted"))
                painter.drawText(place, int(left | Qt.AlignmentFlag.AlignBottom), self.suffix)


@guarded
class Hairline(QWidget):
    """A line of one pixel between two areas."""

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if orientation == Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
        else:
            self.setFixedWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.color("line"))
