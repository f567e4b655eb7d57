"""The sheet of a race: which grid, how far it is, curves, maps, and the ranking with a word that takes settings.

Owns its arrangement, and when it is over; how a race is trained, it does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.experiment.experiment import Experiment
from playground.figures import curves
from playground.population.entrants import GRIDS, OF, Entrant, Field, RaceOf, epochs_of, field_of, field_of_several
from playground.run.checkpoint import Checkpoint
from playground.views.controls import Caption, ElidedLabel, Hairline, LinkButton, Paragraph, SegmentedControl, explain
from playground.views.controls.overlay import Overlay, scrolled, usable
from playground.views.guards.handlers import guarded
from playground.views.plots.curve_axes import Axis
from playground.views.plots.curve_plot import CurvePlot, Line
from playground.views.plots.races import words
from playground.views.plots.races.race_maps import RaceMaps
from playground.views.plots.races.racing import Racing
from playground.views.plots.races.rank_row import RankRow, heading_row
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.population.racing import Standing


@guarded
class RaceSheet(Overlay):
    """A race of the present experiment; it is over when the sheet closes, and the run in the window goes on."""

    def __init__(self, workbench: Workbench, window: QWidget, grid: RaceOf = OF[0]) -> None:
        super().__init__(window)
        self._workbench, self._about = workbench, _subject(workbench.experiment)
        self.racing = Racing(self)
        self.field = Field(())
        several = len(workbench.runs.all) > 1 or grid == "branches"
        self.grids = SegmentedControl((*words.GRIDS, words.BRANCHES) if several else words.GRIDS)
        self.grids.set_current(grid)
        self.over = SegmentedControl(words.OVER)
        self.over.set_current("epochs")
        self.about, self.link = Caption(), LinkButton(words.START)
        self.plot, self.maps = CurvePlot("", ground="surface"), RaceMaps()
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the ranking tells the figures
        (self.heading, self.mark), self.rows = heading_row(self._watched), list[RankRow]()
        self.left_out = Paragraph()
        explain("race", self, self.link, self.grids, self.close_button)
        self._lay_out()
        self.grids.chosen.connect(self._on_grid)
        self.over.chosen.connect(self._on_over)
        self.link.clicked.connect(self._on_link)
        self.racing.changed.connect(self.refresh)
        self.racing.failed.connect(lambda sentence: workbench.show_message(sentence, "error"))
        workbench.experiment_changed.connect(self._on_edited)
        self._on_grid()

    def _lay_out(self) -> None:
        column, head, body = QVBoxLayout(self.panel), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(24, 18, 18, 16)
        column.setSpacing(12)
        head.setSpacing(10)
        head.addWidget(ElidedLabel(words.TITLE, theme.title_font()))
        head.addWidget(self.grids)
        head.addWidget(self.about, 1)
        head.addWidget(self.link)
        head.addWidget(self.close_button)
        column.addLayout(head)
        area, right = scrolled()
        self._ranking = QVBoxLayout()
        self._ranking.setSpacing(0)
        self._ranking.addWidget(self.heading)
        right.addLayout(self._ranking)
        right.addSpacing(8)
        right.addWidget(self.maps)
        right.addWidget(self.left_out)
        right.addStretch(1)
        body.setSpacing(18)
        left = QVBoxLayout()
        left.addWidget(self.plot, 1)
        left.addWidget(self.over, 0, Qt.AlignmentFlag.AlignLeft)
        body.addLayout(left, 9)
        body.addWidget(Hairline(Qt.Orientation.Vertical))
        body.addWidget(area, 11)
        column.addLayout(body, 1)

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def _watched(self) -> str:
        """The set that all are judged by."""
        dataset = self._workbench.dataset
        return "validation" if dataset.validation_labels.size else "test" if dataset.test_labels.size else "train"

    @property
    def epochs(self) -> int:
        """How long the race is."""
        return epochs_of(self._workbench.experiment)

    def _on_grid(self, _key: str = "") -> None:
        """Another grid: what came of the one before is gone."""
        self.racing.forget()
        self.field = self._field()
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [RankRow() for _ in self.field.entrants]
        for place, row in enumerate(self.rows, 1):
            row.applied.connect(self._on_applied)
            self._ranking.insertWidget(place, row)
        self.left_out.set_text(words.left_out(self.field.left_out))
        self.left_out.setVisible(bool(self.field.left_out))
        self.refresh()

    def _field(self) -> Field:
        """Who takes part: variants of the present experiment, or the branches with their settings."""
        bench, grid = self._workbench, next((name for name in GRIDS if name == self.grids.current), None)
        if grid is not None:
            return field_of(bench.experiment, grid)
        runs = bench.runs
        return field_of_several([
            (runs.names.get(each.number, ""), bench.experiment, bench.points) if each.number == runs.present
            else (runs.names.get(each.number, ""), each.experiment, each.points)
            for each in runs.all
        ])  # fmt: skip

    def refresh(self) -> None:
        """Show how all stand."""
        standings, busy = self.racing.standings, self.racing.busy
        self.link.setText(words.STOP if busy else words.START)
        self.link.setAccessibleName(self.link.text())
        self.link.setToolTip(words.STOP_TIP if busy else words.START_TIP)
        self.grids.setEnabled(not busy)
        self.about.set_text(self._progress())
        self.plot.title = words.capital(words.loss_column(standings[0].watched if standings else self._watched))
        self._show_curves(standings)
        self.maps.show_networks(standings, self.racing.networks)
        self.maps.setVisible(self.maps.has_maps)
        self._show_ranking(standings)

    def _show_ranking(self, standings: tuple[Standing, ...]) -> None:
        """The best first; before the first figures all in the order of the field."""
        if not standings:
            for number, (row, entrant) in enumerate(zip(self.rows, self.field.entrants, strict=True), 1):
                row.show_entrant(entrant, number)
            self.mark.set_text(words.mark_column(None))
            return
        from playground.population.racing import mark_of, ranked

        mark = mark_of(standings)
        self.mark.set_text(words.mark_column(mark))
        for place, (row, standing) in enumerate(zip(self.rows, ranked(standings), strict=True), 1):
            row.show_standing(place, standing, mark, not self.racing.busy)

    def _progress(self) -> str:
        standings, count = self.racing.standings, len(self.field.entrants)
        if not standings:
            return words.plan(count, self.epochs, self._workbench.experiment.training.stop.seconds)
        over = sum(each.member is not None for each in standings)
        return words.progress(max(each.epoch for each in standings), self.racing.epochs, over, count, self.racing.busy)

    def _show_curves(self, standings: tuple[Standing, ...]) -> None:
        """All curves over the epochs, or the milliseconds, of the one that has come furthest."""
        self.plot.setAccessibleName(next(tip for key, _, tip in words.OVER if key == self.over.current))
        if not standings:
            self.plot.show_lines(np.zeros(0), (), Axis(0.0, 1.0, False))
            return
        clock = self.over.current == "clock"
        self.plot.unit = words.TIME if clock else words.EPOCHS
        across = [1000.0 * each.clock if clock else each.history["epoch"] for each in standings]
        longest = max(across, key=lambda each: float(each[-1]))
        losses = [each.losses for each in standings]
        lines = [
            Line(
                each.entrant.name, theme.branch_token(each.number), each.losses, label=each.entrant.short,
                epochs=along, run=each.number,
            )
            for each, along in zip(standings, across, strict=True)
        ]  # fmt: skip
        log = self._workbench.view.log_scale
        low, high = curves.log_range(np.concatenate(losses)) if log else (0.0, curves.loss_top(*losses))
        self.plot.show_lines(longest, lines, Axis(low, high, log))

    def _on_over(self, _key: str) -> None:
        self._show_curves(self.racing.standings)

    # -- wishes -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Train the field from the start."""
        workbench = self._workbench
        opened = Checkpoint(workbench.experiment, dataset=workbench.dataset, points=workbench.points)
        self.racing.start(self.field.entrants, self.epochs, opened, workbench.view.plane)

    def _on_link(self) -> None:
        if self.racing.busy:
            self.racing.cancel()
        else:
            self.start()

    def _on_applied(self, entrant: Entrant) -> None:
        """Its settings become the present ones, with a fresh run; the sheet has done its work."""
        self._workbench.edit(words.take(entrant.name), entrant.experiment, points=entrant.points, fresh=True)
        self.close()

    def _on_edited(self) -> None:
        """A race of another experiment is of no use; title and notes are no part of it."""
        if _subject(self._workbench.experiment) != self._about:
            self.close()

    def first_stop(self) -> QWidget:
        return self.link

    def stops(self) -> list[QWidget]:
        pressed = [each for each in self.grids.buttons.values() if each.isChecked()]
        over = [each for each in self.over.buttons.values() if each.isChecked()]
        return usable([*pressed, *over, self.link, *(row.apply for row in self.rows)])

    def escape(self) -> None:
        """What is going on ends first."""
        if self.racing.busy:
            self.racing.cancel()
        else:
            self.close()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: the race is over."""
        self.racing.close()
        super().hideEvent(event)


def _subject(experiment: Experiment) -> Experiment:
    return msgspec.structs.replace(experiment, title="", notes="")
