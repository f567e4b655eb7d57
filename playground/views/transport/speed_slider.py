"""How fast a run goes: from one step a second to as fast as it can.

Owns the scale and its words; tells the workbench. Knows nothing of the run itself.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from playground import numbers as formats
from playground.driving.pace import GENTLE_SPEED
from playground.settings.settings import FIRST_SPEED
from playground.views.controls import READ_OUT, Caption, LinkButton, Slider
from playground.views.controls.slider_row import Scale
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.network import counted

SLOWEST, FASTEST = 1.0, 100_000.0
"""Steps a second at the left end, and just before "full"."""
GENTLY = "; a fresh run begins slower and is that fast after some seconds"
FULL_TIP = "As fast as the computer can, or back to the speed before  (Ctrl+Shift+Up)"


class SpeedSlider(QWidget):
    """The last position is full speed; the ones before it are logarithmic."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench
        self._scale = Scale(SLOWEST, FASTEST, log=True, integer=True, step=None)
        self._full = self._scale.steps + 4
        self.slider = Slider(self._full)
        self.slider.setAccessibleName("Speed")
        self.slider.setToolTip("Speed, from one step a second to full  (Ctrl+Up, Ctrl+Down)")
        self.value = Caption()
        self.value.alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self.full = LinkButton("full", FULL_TIP, checkable=True)
        self.full.setAccessibleName("Full speed")
        self.full.clicked.connect(lambda: self.toggle_full())
        self._before = FIRST_SPEED
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.addWidget(Caption("Speed"), 0, 0)
        grid.addWidget(self.value, 0, 1)
        grid.addWidget(self.full, 0, 2)
        grid.setHorizontalSpacing(round(theme.scaled(4)))
        grid.addWidget(self.slider, 1, 0, 1, 3)
        grid.setRowMinimumHeight(1, round(theme.scaled(READ_OUT)) - self.value.sizeHint().height())
        grid.setColumnStretch(1, 1)
        self.setFixedSize(round(theme.scaled(128)), round(theme.scaled(READ_OUT)))
        self.slider.moved.connect(self._on_moved)
        self.refresh()

    def refresh(self) -> None:
        """Show the workbench's speed."""
        speed = self._workbench.run.speed
        self.slider.setValue(self._full if speed is None else self._scale.position(speed))
        self.value.set_text("" if speed is None else f"{formats.counter(speed)} / s")
        tip = "" if speed is None else f"{counted(round(speed), 'step')} a second"
        self.value.set_tip(tip + GENTLY if speed is not None and speed > GENTLE_SPEED else tip)
        self.full.setChecked(speed is None)

    def toggle_full(self) -> None:
        """Full speed, or back to the speed before it."""
        speed = self._workbench.run.speed
        if speed is not None:
            self._before = speed
        self._workbench.run.set_speed(self._before if speed is None else None)
        self.refresh()

    def change(self, direction: int) -> None:
        """Faster (1) or slower (−1) by a quarter of a decade."""
        at = self._full if self._workbench.run.speed is None else self._scale.position(self._workbench.run.speed)
        self._on_moved(min(self._full, max(0, at + direction * 5)))

    def _on_moved(self, position: int) -> None:
        full = position > self._scale.steps
        self._workbench.run.set_speed(None if full else self._scale.value(position))
        self.refresh()
