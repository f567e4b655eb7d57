"""A labelled slider with its number, which may also be typed.

Owns the way between positions and values (even, whole or logarithmic steps); knows nothing of what the value is for.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from playground import numbers as formats
from playground.numbers import Span
from playground.views.controls.labels import Caption, ElidedLabel
from playground.views.controls.number_field import NumberField
from playground.views.controls.slider import Slider
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

STEPS_PER_DECADE = 20


class Scale:
    """The values that a slider's positions stand for, each once. Logarithmic ones are rounded to two figures."""

    def __init__(self, low: float, high: float, log: bool, integer: bool, step: float | None) -> None:
        self.values = list(_values(low, high, log, integer, step))

    @property
    def steps(self) -> int:
        """The last position."""
        return len(self.values) - 1

    def value(self, position: int) -> float:
        """The value of a position."""
        return self.values[min(self.steps, max(0, position))]

    def position(self, value: float) -> int:
        """The position nearest to a value, which may lie outside."""
        right = bisect.bisect_left(self.values, value)
        if right == 0 or right > self.steps:
            return min(right, self.steps)
        nearer_left = value - self.values[right - 1] < self.values[right] - value
        return right - 1 if nearer_left else right


@lru_cache(typed=True)  # 1 and 1.0 are not the same value
def _values(low: float, high: float, log: bool, integer: bool, step: float | None) -> tuple[float, ...]:
    if log:
        count = max(1, round(math.log10(high / low) * STEPS_PER_DECADE))
        raw = [formats.rounded(low * (high / low) ** (place / count), 2) for place in range(1, count)]
    else:
        step = step or (1.0 if integer else (high - low) / 100)
        raw = [formats.rounded(low + place * step, 10) for place in range(1, round((high - low) / step))]
    inner = {float(round(value)) if integer else value for value in raw}
    return (low, *sorted(value for value in inner if low < value < high), high)


@guarded
class SliderRow(QWidget):
    """Label and number over a slider. `valueChanged` is sent for the user's changes only, `settled` at their end.

    low, high: the slider's ends; limits: what may be typed (the same unless told). A value outside the slider's ends is
    shown as it is, with the ring at the end. widest: a number for which there must be room.
    """

    valueChanged = Signal(float)  # noqa: N815
    settled = Signal()

    def __init__(
        self,
        label: str,
        low: float,
        high: float,
        value: float,
        format: Callable[[float], str] = formats.plain,
        parse: Callable[[str], float | None] = formats.parsed,
        log: bool = False,
        integer: bool = False,
        step: float | None = None,
        limits: Span | tuple[float, float] | None = None,
        tip: str = "",
        widest: str = "0.000000",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.scale = Scale(low, high, log, integer, step)
        self._value = value
        self._texts = (label, label)
        self._note_room = 0
        self.label = ElidedLabel(label)
        self.note = Caption()
        self.note.setFont(theme.number_font(11))
        self.field = NumberField(label, limits or (low, high), integer, show=format, parse=parse)
        self.field.setObjectName("flat")
        self.field.setFont(theme.number_font(13))
        self.field.setFixedHeight(round(theme.scaled(20)))
        self.slider = Slider(self.scale.steps)
        self.slider.setAccessibleName(label)
        self.set_tip(tip)
        self._lay_out(widest)
        self.slider.moved.connect(self._on_moved)
        self.slider.settled.connect(self.settled)
        self.field.committed.connect(self._on_committed)
        self.set_value(value)

    def _lay_out(self, widest: str) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.setHorizontalSpacing(4)
        grid.addWidget(self.label, 0, 0)
        grid.addWidget(self.field, 0, 1)
        grid.addWidget(self.note, 0, 2)
        grid.addWidget(self.slider, 1, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self.note.hide()
        self.set_widest(widest)
        self.field.setTextMargins(0, 0, -2, 0)

    def set_widest(self, text: str) -> None:
        """Give the number room for this text."""
        self.field.setFixedWidth(round(QFontMetricsF(theme.number_font(13)).horizontalAdvance(text)) + 8)
        self._fit_label()

    @property
    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value without sending `valueChanged`."""
        self._value = value
        self.field.set_value(value)
        if not self.slider.isSliderDown() or self.scale.value(self.slider.value()) != value:
            self.slider.setValue(self.scale.position(value))

    def set_format(self, format: Callable[[float], str], parse: Callable[[str], float | None] = formats.parsed) -> None:
        """Write and read the number in another way from now on."""
        self.field.set_format(format, parse)

    def set_scale(self, scale: Scale) -> None:
        """Let the slider's positions stand for other values."""
        self.scale = scale
        self.slider.setRange(0, scale.steps)
        self.slider.setPageStep(max(1, scale.steps // 10))
        self.slider.setValue(scale.position(self._value))

    def set_short_label(self, text: str) -> None:
        """The label where a note beside the number leaves no room for the whole one."""
        self._texts = (self._texts[0], text)

    def set_note(self, text: str, tip: str = "") -> None:
        """A small figure to the right of the number; none with an empty text."""
        if text == self.note.text:
            return
        self.note.set_text(text)
        self.note.set_tip(tip)
        self.note.setVisible(bool(text))
        self._note_room = max(self._note_room, self.note.sizeHint().width() + 4) if text else 0
        self._fit_label()

    def _fit_label(self) -> None:
        """A note that changes while a run goes on keeps the room it has once needed: the label does not flicker."""
        room = self.width() - self.field.width() - 4 - self._note_room
        fits = QFontMetricsF(self.label.font()).horizontalAdvance(self._texts[0]) <= room
        self.label.set_text(self._texts[0 if fits else 1])
        self.label.setAccessibleName(self._texts[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_label()

    def set_label(self, text: str) -> None:
        self._texts = (text, text)
        self.label.set_text(text)
        self.slider.setAccessibleName(text)
        self.field.setAccessibleName(text)

    def set_tip(self, tip: str) -> None:
        self.label.set_tip(tip)
        self.slider.setToolTip(tip)
        self.field.setToolTip(tip)

    def _on_moved(self, position: int) -> None:
        self._take(self.scale.value(position))

    def _on_committed(self, value: float | None) -> None:
        if value is not None:
            self.slider.setValue(self.scale.position(value))
            self._take(value)
            self.settled.emit()

    def _take(self, value: float) -> None:
        if value != self._value:
            self._value = value
            self.field.set_value(value)
            self.valueChanged.emit(value)
