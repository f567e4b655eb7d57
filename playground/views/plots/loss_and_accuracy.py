"""Loss and accuracy over the epochs, side by side, with one cursor.

Owns the way from a snapshot's history to the two plots; knows nothing of how lines are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground import numbers as formats
from playground.data import Dataset
from playground.experiment.experiment import Experiment
from playground.figures import curves
from playground.figures.baselines import SIMPLE
from playground.figures.past_and_now import after, epochs_of_marks, up_to_now
from playground.reference.references import References
from playground.run.snapshot import HISTORY_COLUMNS, Divergence
from playground.views.guards.handlers import guarded
from playground.views.plots.curve_axes import Axis
from playground.views.plots.curve_notes import Turn
from playground.views.plots.curve_plot import CurvePlot, Line
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.divergence import diverged_text

Table = NDArray[np.float64]
COLOURS = {"train": "accent", "validation": "good", "test": "warning"}
TIGHT = 720


def column(history: Table, name: str) -> Table:
    """One column of a history by its name."""
    return history[:, HISTORY_COLUMNS.index(name)]


class Runs(NamedTuple):
    """The rows up to the moment that is shown, those after it, all of both, and those that were looked ahead to.

    Axes are chosen by all, so that they stand still while somebody looks back.
    """

    history: Table
    rest: Table
    whole: Table
    ahead: Table


@guarded
class LossAndAccuracy(QWidget):
    """Draws anew only when the history has grown, was replaced, or the scale was switched."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._drawn: tuple[object, ...] = ()
        self.loss, self.accuracy = CurvePlot("Loss", self), CurvePlot("Accuracy", self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.loss)
        self._row.addWidget(self.accuracy)
        for plot in (self.loss, self.accuracy):
            plot.pointed.connect(self._on_pointed)
        for signal in (workbench.run.snapshot_ready, workbench.experiment_changed, workbench.view_changed):
            signal.connect(self._on_changed)
        workbench.referring.known.connect(self._on_changed)
        workbench.doctor.changed.connect(self._on_changed)
        workbench.doctor.trials.pointing.connect(self._on_changed)
        workbench.timeline.turned.connect(self._on_changed)
        workbench.runs.changed.connect(self._on_changed)

    def showEvent(self, event: QShowEvent) -> None:
        self._on_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The loss has more room than the accuracy, as long as there is enough for both."""
        tight = self.width() < theme.scaled(TIGHT)
        self._row.setStretch(0, 1 if tight else 3)
        self._row.setStretch(1, 1 if tight else 2)
        self._row.setSpacing(0 if tight else 16)
        super().resizeEvent(event)

    def _on_pointed(self, epoch: float | None) -> None:
        self.loss.set_cursor_epoch(epoch)
        self.accuracy.set_cursor_epoch(epoch)

    def _on_changed(self) -> None:
        if not self.isVisible():
            return
        bench, snapshot = self._workbench, self._workbench.run.snapshot
        history = np.zeros((0, len(HISTORY_COLUMNS))) if snapshot is None else up_to_now(snapshot)
        divergence = None if snapshot is None else snapshot.divergence
        best = None if snapshot is None else snapshot.best_epoch
        # until the first snapshot after an edit all figures are those of the experiment before it
        shown, data = (bench, bench.dataset) if snapshot is None else (snapshot, snapshot.dataset)
        training = shown.experiment.training
        sets, penalised = _sets(data, shown.experiment), training.l1 > 0 or training.l2 > 0
        classes = data.task.is_classification
        marks = () if snapshot is None else snapshot.marks
        references = bench.referring.references if data is bench.dataset else None
        ahead, pointed, turn = self._ahead(history), bench.doctor.trials.pointed, self._turn(history)
        whole = up_to_now(bench.run.live) if bench.run.is_past and bench.run.live is not None else history
        rest = after(history, whole)
        key = (
            _identity(history), divergence, marks, best, bench.view.log_scale, sets, penalised, classes, references,
            _identity(ahead), pointed, turn, _identity(rest), bench.runs.others, bench.runs.lit,
        )  # fmt: skip
        if key == self._drawn:
            return
        self._drawn = key
        self.accuracy.setVisible(classes)
        places = epochs_of_marks(marks, history)
        self.loss.show_marks(marks, places)
        self.accuracy.show_marks(marks, places, labelled=False)  # its curves are where the labels would be
        runs = Runs(history, rest, whole, ahead)
        self._show_loss(runs, divergence, best, sets, penalised, turn)
        if classes:
            self._show_accuracy(runs, divergence, best, sets, references, turn)

    def _turn(self, history: Table) -> tuple[float, float] | None:
        """Epoch and lowest held-out loss, as long as the doctor says that it has risen since."""
        found = self._workbench.doctor.findings
        every = [each for finding in found for each in (finding, *finding.consequences)]
        for each in every:
            epoch, lowest = each.figure("best_epoch"), each.figure("best_loss")
            has_turned = each.rule == "overfitting" and each.detail != "gap" and not each.forecast
            if has_turned and epoch is not None and lowest is not None:
                return (epoch, lowest) if len(history) and epoch <= history[-1, 0] else None
        return None

    def _ahead(self, history: Table) -> Table:
        """The rows of the run to come, where they are wished: from now on, as far as it was looked ahead."""
        known, now = self._workbench.doctor.forecast, float(history[-1, 0]) if len(history) else 0.0
        if known is None or not self._workbench.view.forecast or self._workbench.run.is_past:
            return history[:0]
        rows = known.last.history
        coming: Table = rows[rows[:, 0] >= now]
        return coming if len(coming) > 1 else coming[:0]

    def _show_loss(
        self, runs: Runs, divergence: Divergence | None, best: int | None, sets: tuple[str, ...], penalised: bool,
        turn: tuple[float, float] | None,
    ) -> None:  # fmt: skip
        history = runs.history
        lines = _known(history, runs.rest, sets, "loss")
        own = [column(table, f"{name}_loss") for table in (runs.whole, runs.ahead) for name in sets]
        if penalised:
            lines.append(Line("penalty", "faint", column(history, "penalty"), quiet=True))
        lines += _coming(runs.ahead, sets, "loss") + self._pointed() + self._others(sets, "loss")
        others = [line.values for line in lines if line.run is not None]
        if self._workbench.view.log_scale:
            axis = Axis(*curves.log_range(np.concatenate(own + others)), True)
        else:
            axis = Axis(0.0, curves.loss_top_beside(own, others), False)
        mark = None if best is None else (float(best), f"best {formats.counter(best)}")
        found = None
        if turn is not None and len(sets) > 1:
            gap = column(history, "train_loss"), column(history, f"{sets[1]}_loss")
            found = Turn(turn[0], f"best {formats.loss(turn[1])}", gap)
        epochs, words = column(history, "epoch"), _words(divergence, history)
        self.loss.show_lines(epochs, lines, axis, words, mark, found, _moment(history, runs.rest))

    def _others(self, sets: tuple[str, ...], kind: str) -> list[Line]:
        """The other runs' curves from where they have left this one: of held-out samples, of one that is pointed at
        alone."""
        found = []
        lit = self._workbench.runs.lit
        for number, name, left_at, shot in self._workbench.runs.others:
            rows = up_to_now(shot)
            rows = rows[column(rows, "step") >= left_at]
            there = _sets(shot.dataset, shot.experiment)
            held = next((each for each in sets[1:] if each in there), "train")
            if len(rows) > 1 and (lit is None or lit == number):
                values, epochs = column(rows, f"{held}_{kind}"), column(rows, "epoch")
                line = Line("", theme.branch_token(number), values, quiet=True, epochs=epochs, label=name, run=number)
                found.append(line)
        return found

    def _pointed(self) -> list[Line]:
        """The run with the cure that somebody looks at: its first seed, which is the experiment's own."""
        result = self._workbench.doctor.trials.pointed
        if result is None:
            return []
        curve = result.pairs[0].run_treated.curve
        return [Line("cure", "good", curve.judged, epochs=curve.epochs)] if len(curve.epochs) else []

    def _show_accuracy(
        self, runs: Runs, divergence: Divergence | None, best: int | None, sets: tuple[str, ...],
        references: References | None, turn: tuple[float, float] | None,
    ) -> None:  # fmt: skip
        history = runs.history
        lines = _known(history, runs.rest, sets, "accuracy")
        simple = None if references is None else references.best
        if simple is not None and simple.held_out is not None:
            reached = np.full(len(history), simple.held_out)
            lines.append(Line(SIMPLE[simple.name], "faint", reached, quiet=True))
        lines += _coming(runs.ahead, sets, "accuracy") + self._others(sets, "accuracy")
        low = curves.share_bottom(np.concatenate([line.values for line in lines]))
        mark = None if divergence is None else (_end(divergence, history), "")
        line = None if best is None else (float(best), "")
        axis = Axis(low, 1.0, False, _percents, formats.accuracy)
        found = None if turn is None else Turn(turn[0], "", None)
        epochs = column(history, "epoch")
        self.accuracy.show_lines(epochs, lines, axis, mark, line, found, _moment(history, runs.rest))


def _known(history: Table, rest: Table, sets: tuple[str, ...], kind: str) -> list[Line]:
    """The run's own curves, and paler, with their names, as they go on after the moment that is shown."""
    label = "" if len(rest) else None
    lines = [Line(name, COLOURS[name], column(history, f"{name}_{kind}"), label=label) for name in sets]
    if len(rest):
        epochs = column(rest, "epoch")
        lines += [
            Line("", COLOURS[name], column(rest, f"{name}_{kind}"), epochs=epochs, label=name, coming=True)
            for name in sets
        ]
    return lines


def _moment(history: Table, rest: Table) -> float | None:
    """The moment that is shown, where it is not the newest."""
    return float(history[-1, 0]) if len(rest) else None


def _coming(ahead: Table, sets: tuple[str, ...], kind: str) -> list[Line]:
    """Faint curves of the run to come."""
    if not len(ahead):
        return []
    epochs = column(ahead, "epoch")
    return [Line("", COLOURS[name], column(ahead, f"{name}_{kind}"), quiet=True, epochs=epochs) for name in sets]


def _sets(data: Dataset, experiment: Experiment) -> tuple[str, ...]:
    """The sets that have curves: those with samples, and of a sealed test set none."""
    there = {"train": True, "validation": data.validation_labels.size > 0}
    there["test"] = data.test_labels.size > 0 and not experiment.data.test_sealed
    return tuple(name for name, known in there.items() if known)


def _identity(history: Table) -> tuple[float, ...]:
    """What changes whenever the history does: its length and its ends."""
    return (len(history), *history[0], *history[-1]) if len(history) else ()


def _words(divergence: Divergence | None, history: Table) -> tuple[float, str] | None:
    """Where the line of a divergence stands, and its words; the curves end there."""
    return None if divergence is None else (_end(divergence, history), diverged_text(divergence))


def _end(divergence: Divergence, history: Table) -> float:
    return max(float(divergence.epoch), float(history[-1, 0]) if len(history) else 0.0)


def _percents(shares: Sequence[float]) -> list[str]:
    return [formats.plain_percent(share) for share in shares]
