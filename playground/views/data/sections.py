"""The folding sections of the data column: how the samples are split, and data that misbehave.

Owns the way between their rows and the experiment; how a row looks is told by `playground.views.data.flaw_row`, what it
says by `playground.words.flaws`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.data.fitting_flaws import refused
from playground.run.actions import OpenTest
from playground.views.controls import LinkButton, explain
from playground.views.data.flaw_row import FlawRow, QuietLine
from playground.views.data.flaw_specs import FLAWS, SPLIT, Spec
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words import flaws as words


@guarded
class FoldingSection(QWidget):
    """A heading that folds its rows away; which sections are open is part of the workbench's view.

    resized: there are more rows to be seen, or fewer.
    """

    resized = Signal()

    def __init__(
        self, workbench: Workbench, name: str, title: str, specs: Sequence[Spec], parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._workbench, self._name, self.specs = workbench, name, tuple(specs)
        self.heading = QuietLine(title, heading=True)
        explain(name, self.heading)
        self.body = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.heading)
        self._column.addWidget(self.body)
        self._inside = QVBoxLayout(self.body)
        self._inside.setContentsMargins(0, 0, 0, 4)
        self._inside.setSpacing(round(theme.scaled(4)))
        self._rows: dict[str, FlawRow] = {}
        self.heading.clicked.connect(self._fold)
        workbench.experiment_changed.connect(self.refresh)
        workbench.view_changed.connect(self._on_view_changed)
        self.refresh()
        self._on_view_changed()

    @property
    def rows(self) -> dict[str, FlawRow]:
        """The rows by what they are about; made when they are first to be seen, as most windows never need them."""
        if not self._rows:
            self._rows = {spec.key: self._row(spec) for spec in self.specs}
            for place, row in enumerate(self._rows.values()):
                self._inside.insertWidget(place, row)
            self._follow_heading()
            self.refresh()
        return self._rows

    def _follow_heading(self) -> None:
        """Tab reaches what was made late where it stands, behind the heading, and not behind everything else."""
        inside = [each for each in self.body.findChildren(QWidget) if self.isAncestorOf(each)]  # no list that pops up
        found = [each for each in inside if each.focusPolicy() != Qt.FocusPolicy.NoFocus]
        found.sort(key=lambda each: each.parentWidget() is self.body and not isinstance(each, FlawRow))
        for before, after in pairwise([self.heading, *found]):
            QWidget.setTabOrder(before, after)

    def _row(self, spec: Spec) -> FlawRow:
        control = spec.control()
        row = FlawRow(spec.key, spec.name, control)
        row.line.setToolTip(spec.tip)
        explain(spec.term, row)
        row.opened.connect(partial(self._on_opened, spec))
        row.pointed.connect(partial(self._on_pointed, spec))
        row.resized.connect(self.resized)
        if control is not None:
            spec.connect_to(control, partial(self._change, spec), self._workbench.settle, self._refuse)
        return row

    @property
    def is_unfolded(self) -> bool:
        """Whether the rows are to be seen."""
        return self._name in self._workbench.view.unfolded

    def _fold(self) -> None:
        others = tuple(name for name in self._workbench.view.unfolded if name != self._name)
        self._workbench.set_view(unfolded=others if self.is_unfolded else (*others, self._name))

    def _on_view_changed(self) -> None:
        if self.body.isHidden() == self.is_unfolded:
            rows = self.rows if self.is_unfolded else self._rows  # made while hidden, as most stay
            self.body.setVisible(self.is_unfolded)
            for row in rows.values():
                row.set_open(False)
            self.resized.emit()
        self._show_heading()

    def _show_heading(self) -> None:
        """Folded away, the heading tells how many are set."""
        experiment = self._workbench.experiment
        data = experiment.data
        there = [spec for spec in self.specs if spec.belongs(experiment)]
        count = sum(spec.read(data) != spec.usual for spec in there)
        self.heading.show_value(f"{count} set" if count and not self.is_unfolded else "", self.is_unfolded)

    # -- from the experiment ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the experiment's data, and what was done to them."""
        bench = self._workbench
        data, kind, dataset = bench.experiment.data, bench.experiment.source_kind, bench.dataset
        misfits, classes = refused(kind), kind.task.is_classification
        for spec in self.specs if self._rows else ():
            row, value = self._rows[spec.key], spec.read(data)
            told = words.done_text(spec.key, data, dataset)
            reason = misfits.get(spec.field, "").partition(",")[0] or ("" if classes else words.IDLE.get(spec.key, ""))
            if row.isHidden() == spec.belongs(bench.experiment):
                row.setVisible(row.isHidden())
                self.resized.emit()
            row.setEnabled(not reason)
            name, tip, _ = spec.words(classes)
            row.line.rename(name)
            row.line.setToolTip(f"{tip} Not now: {reason}." if reason else tip)
            if row.control is not None:
                spec.show_in(row.control, value, classes)
            token = "warning" if spec.key in words.AMBER else "muted"
            row.show_state(spec.text(value, classes), value != spec.usual or spec.always, told, token)
        self._show_heading()

    # -- wishes -----------------------------------------------------------------------------------------------------

    def _on_opened(self, spec: Spec) -> None:
        """A switch is thrown; of the others one at a time shows its control."""
        if spec.is_switch:
            self._change(spec, not spec.read(self._workbench.experiment.data))
            return
        for key, row in self.rows.items():
            row.set_open(key == spec.key and not row.is_open)

    def _change(self, spec: Spec, value: object) -> None:
        data = self._workbench.experiment.data
        written = spec.write(data, value)
        name, merge = f"Set {spec.name[0].lower()}{spec.name[1:]}", None if spec.is_switch else spec.path
        if not self._workbench.change(name, merge=merge, **{spec.path: written}):
            self.refresh()

    def _refuse(self, sentence: str) -> None:
        self._workbench.show_message(sentence, "error")

    def _on_pointed(self, spec: Spec, inside: bool) -> None:
        """The points that it has touched are ringed on the map while the pointer is here."""
        ringed = spec.key if inside and self.rows[spec.key].is_set else ""
        if self._workbench.view.ringed != ringed:
            self._workbench.set_view(ringed=ringed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes a row that was opened and left as it was."""
        if event.key() == Qt.Key.Key_Escape and any(row.is_open for row in self._rows.values()):
            for row in self._rows.values():
                if row.is_open:
                    row.set_open(False)
                    row.line.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)


@guarded
class SplitSection(FoldingSection):
    """Validation share, stratified or not, and the seal of the test set with the button that opens it."""

    def __init__(self, workbench: Workbench, parent: QWidget | None) -> None:
        super().__init__(workbench, "split", "Split", SPLIT, parent)
        self.open_test = LinkButton("Open the test set")
        self.open_test.setToolTip("Look at the test set as the network stands; the look is counted and written down.")
        self.open_test.clicked.connect(self._on_open_test)
        self._inside.addWidget(self.open_test, 0, Qt.AlignmentFlag.AlignLeft)
        workbench.run.snapshot_ready.connect(self._show_look)
        self.refresh()

    def refresh(self) -> None:
        super().refresh()
        if hasattr(self, "open_test"):
            self._show_look()

    def _show_look(self) -> None:
        bench = self._workbench
        data, snapshot = bench.experiment.data, bench.run.snapshot
        self.open_test.setVisible(data.test_sealed)
        self.open_test.setEnabled(snapshot is not None)
        if not self._rows:
            return
        sealed, share = self.rows["test_sealed"], self.rows["validation_share"]
        look = None if snapshot is None else snapshot.test_look
        sealed.show_state("on" if data.test_sealed else "off", data.test_sealed, words.look_text(look))
        value = data.validation_share
        share.show_state(share.line.value, value > 0, words.parts_text(bench.dataset))

    def _on_open_test(self) -> None:
        self._workbench.run.submit(OpenTest())


class FlawsSection(FoldingSection):
    """Data that misbehave."""

    def __init__(self, workbench: Workbench, parent: QWidget | None) -> None:
        super().__init__(workbench, "misbehaving_data", "Data that misbehaves", FLAWS, parent)
