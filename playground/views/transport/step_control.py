"""One step of training at a time, and the look inside the step that comes.

Owns these controls and what they may do now; the run and the mode are the workbench's.
"""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from playground.views.controls import Caption, LinkButton, SegmentedControl, explain
from playground.views.controls.labels import READ_OUT
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.inside.page import INSIDE, LEAVE_STEP, LEAVE_TIP, STEP_TIP

TIPS = {"sample": "Step one sample  (S)", "batch": "Step one batch  (B)", "epoch": "Step one epoch  (E)"}


class StepControl(QWidget):
    """`buttons` by what they do; the look stands over the steps, where it needs no room of its own at any width."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench
        self._reason = ""
        self.steps = SegmentedControl([(what, what, tip) for what, tip in TIPS.items()], checkable=False)
        self.steps.chosen.connect(lambda what: workbench.run.step(what))
        self.look = LinkButton(INSIDE, STEP_TIP)
        self.look.clicked.connect(workbench.inside.toggle)
        self.buttons: dict[str, QAbstractButton] = {**self.steps.buttons, INSIDE: self.look}
        above = QHBoxLayout()
        above.setContentsMargins(0, 0, 0, 0)
        above.addWidget(Caption("Step"))
        above.addStretch(1)
        above.addWidget(self.look)
        self.look.setFixedHeight(round(theme.scaled(18)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(above)
        column.addWidget(self.steps)
        self.setFixedHeight(round(theme.scaled(READ_OUT)))
        explain("step_of_training", self)
        explain("inside", self.look)
        workbench.inside.turned.connect(self._on_turned)

    def set_refusal(self, failed: str, untrained: str) -> None:
        """failed: why the run can do nothing; untrained: why it cannot be trained now. Empty: it can."""
        self._reason = failed or untrained
        for what, button in self.steps.buttons.items():
            button.setToolTip(failed or untrained or TIPS[what])
        self.setEnabled(not self._reason)
        self._on_turned()

    def _on_turned(self) -> None:
        on = self._workbench.inside.on
        self.look.setText(LEAVE_STEP if on else INSIDE)
        self.look.setAccessibleName(STEP_TIP.split("  ")[0] if not on else LEAVE_TIP)
        self.look.setToolTip(self._reason or (f"{LEAVE_TIP}  (I)" if on else STEP_TIP))
