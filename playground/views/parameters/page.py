"""The page of parameters: the layers beside the chosen one's table, and which figure of each parameter is shown.

Owns what is asked of the run while it is in sight, and how typing, pasting and saving reach the document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.edits.parameter_blocks import read_block, spread_over
from playground.errors import PlaygroundError
from playground.exchange.parameter_files import SUFFIXES, write_parameters
from playground.experiment.experiment import Experiment
from playground.figures.parameter_tables import ParameterTable, memory_of, parameter_tables
from playground.numbers import MISSING, spaced
from playground.run.snapshot import Snapshot
from playground.views.controls import LinkButton, SegmentedControl, explain
from playground.views.guards.handlers import guarded
from playground.views.parameters.chosen import ChosenParameter, Shown
from playground.views.parameters.grid import ParameterGrid
from playground.views.parameters.layer_rows import LayerRows
from playground.views.parameters.model import ParameterModel, written
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.errors import told
from playground.words.parameters import (
    CUT,
    FIGURE_TIPS,
    FIGURES,
    NOT_EDITED,
    NOTHING_YET,
    SAVE,
    SAVE_CAPTION,
    SAVE_TIP,
    SAVED,
    TableWords,
    layer_name,
    said,
    shape_text,
)

Floats = NDArray[np.floating]
AskName = Callable[[str, Mapping[str, str]], Path | None]
"""From a caption and the kinds of files to the name that the user chose."""
DEMANDS: dict[str, dict[str, bool]] = {"value": {}, "gradient": {"gradients": True}, "update": {"updates": True}}
ALL = {"gradients": True, "updates": True, "memory": True}
DEMAND_KEY = "parameters"
NARROW = 600.0
"""Below this width of the page the figures of the chosen parameter have no room beside its table."""


@guarded
class ParametersPage(QWidget):
    """`extras` stands beside the tabs: which figure is shown, and saving. Computes only while it is visible."""

    def __init__(self, workbench: Workbench, ask_name: AskName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench, self._ask_name = workbench, ask_name
        self._of: tuple[Experiment, Any] | None = None
        self.tables: tuple[ParameterTable, ...] = ()
        self.figure = "value"
        self.model = ParameterModel(self)
        self.grid, self.layers, self.chosen = ParameterGrid(self.model), LayerRows(), ChosenParameter()
        self.extras = QWidget()
        self.switch: SegmentedControl | None = None
        self.save_button = LinkButton(SAVE, SAVE_TIP)
        self._lay_out()
        explain("parameters_page", self, self.grid, self.layers, self.chosen, self.extras)
        self.layers.chosen.connect(self._on_layer_chosen)
        self.grid.pasted.connect(self._on_pasted)
        self.grid.selectionModel().currentChanged.connect(lambda: self._show_chosen())
        self.model.typed.connect(lambda place, value: workbench.set_parameters([(place, value)]))
        self.model.refused.connect(lambda sentence: workbench.show_message(sentence, "error"))
        self.save_button.clicked.connect(self.save)
        workbench.run.snapshot_ready.connect(self.refresh)
        workbench.experiment_changed.connect(self.refresh)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.layers, 7)
        row.addWidget(self.grid, 13)
        row.addWidget(self.chosen)
        self._beside = QHBoxLayout(self.extras)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.setSpacing(8)
        self._beside.addWidget(self.save_button)
        self._offer(self._figures())

    # -- which figure -----------------------------------------------------------------------------------------------

    def _figures(self) -> tuple[str, ...]:
        return ("value", "gradient", "update", *memory_of(self._workbench.experiment.training.optimizer))

    def _offer(self, figures: tuple[str, ...]) -> None:
        """The figures that there are with this optimizer."""
        if self.switch is not None and tuple(self.switch.buttons) == figures:
            return
        if self.switch is not None:
            self._beside.removeWidget(self.switch)
            self.switch.hide()
            self.switch.deleteLater()
        self.switch = SegmentedControl([(name, FIGURES[name], FIGURE_TIPS[name]) for name in figures])
        explain("parameter_figure", self.switch)
        self.switch.chosen.connect(self.show_figure)
        self._beside.insertWidget(0, self.switch)
        if self.figure not in figures:
            self.figure = "value"
        self.switch.set_current(self.figure)

    def show_figure(self, figure: str) -> None:
        """Show another figure of each parameter."""
        self.figure = figure
        if self.switch is not None:
            self.switch.set_current(figure)
        self._demand()
        self.refresh()

    def _demand(self) -> None:
        if self.isVisible():
            wanted = DEMANDS.get(self.figure, {"memory": True}) if self.chosen.isHidden() else ALL
            self._workbench.run.demands.set(DEMAND_KEY, **wanted)

    def showEvent(self, event: QShowEvent) -> None:
        self._demand()
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        has_room = event.size().width() >= theme.scaled(NARROW)
        if has_room == self.chosen.isHidden():
            self.chosen.setVisible(has_room)
            self._demand()

    def hideEvent(self, event: QHideEvent) -> None:
        self._workbench.run.demands.set(DEMAND_KEY)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Follow the run and the document, while somebody looks."""
        if not self.isVisible():
            return
        before = self.figure
        self._offer(self._figures())
        if self.figure != before:
            self._demand()
        snapshot = self._workbench.run.snapshot
        if snapshot is None or snapshot.experiment.network != self._workbench.experiment.network:
            self.model.show_values(self.figure, None, 1.0)  # the numbers of now follow with the next snapshot
            self.chosen.show_figures("", ())
            return
        known = (snapshot.experiment, snapshot.parameters.dtype)
        if self._of is None or self._of != known:
            self._of = known
            self._take_network(snapshot)
        self._show_values(snapshot)

    def _take_network(self, snapshot: Snapshot) -> None:
        """Other layers, or another optimizer."""
        experiment, before = snapshot.experiment, self.tables
        self.tables = parameter_tables(snapshot.layout, snapshot.parameters.dtype)
        kept = len(memory_of(experiment.training.optimizer))
        self.layers.show_rows(
            tuple(
                (
                    layer_name(experiment, table.layer), shape_text(table.shape, table.slot.bias_count),
                    spaced(table.count), spaced(table.size), spaced(kept * table.count * table.bytes),
                )
                for table in self.tables
            )
        )  # fmt: skip
        if [table.slot for table in before] != [table.slot for table in self.tables] or self.model.table is None:
            self._on_layer_chosen(self.layers.line)
        else:
            self.model.table = self.tables[self.layers.line]

    def _on_layer_chosen(self, line: int) -> None:
        if line < len(self.tables) and self._of is not None:
            table = self.tables[line]
            self.model.show_table(table, TableWords(self._of[0], table.layer))
            self.grid.fit_columns()
            snapshot = self._workbench.run.snapshot
            if snapshot is not None and _has(snapshot, table):
                self._show_values(snapshot)

    def _show_values(self, snapshot: Snapshot) -> None:
        flat, table = _flat(snapshot, self.figure), self.model.table
        if flat is None or table is None:
            self.model.show_values(self.figure, None, 1.0)
        else:
            self.model.show_values(self.figure, table.values(flat), _largest(snapshot, self.figure, flat, table))
        self._show_chosen()

    def _show_chosen(self) -> None:
        """All figures of the current cell, or of the first one, where there is room for them."""
        snapshot, table = self._workbench.run.snapshot, self.model.table
        if self.chosen.isHidden() or snapshot is None or table is None or not _has(snapshot, table):
            return
        at = self.grid.currentIndex()
        row, column = (at.row(), at.column()) if at.isValid() else (0, 0)
        place, found = int(table.places[row, column]), []
        for name in self._figures():
            flat = _flat(snapshot, name)
            value = (MISSING, 0.0)
            if flat is not None:
                value = written(name, float(flat[place]), _largest(snapshot, name, flat, table))
            found.append(Shown(FIGURES[name], *value))
        self.chosen.show_figures(self.model.name(row, column), tuple(found))

    # -- wishes -----------------------------------------------------------------------------------------------------

    def _on_pasted(self, text: str, row: int, column: int) -> None:
        table = self.model.table
        if table is None:
            return
        if self.figure != "value":
            self._workbench.show_message(said(NOT_EDITED, figure=FIGURES[self.figure]), "info")
            return
        try:
            block = read_block(text)
        except PlaygroundError as error:
            self._workbench.show_message(told(error), "error")
            return
        cells = spread_over(block, row, column, table.rows, table.columns)
        self._workbench.set_parameters([(int(table.places[down, across]), value) for down, across, value in cells])
        there = len(block) * len(block[0])
        if len(cells) < there:
            self._workbench.show_message(said(CUT, count=len(cells), all=there), "info")

    def save(self) -> None:
        """Ask for a name, then write all parameters as CSV or JSON."""
        snapshot = self._workbench.run.snapshot
        if snapshot is None:
            self._workbench.show_message(NOTHING_YET, "info")
            return
        target = self._ask_name(SAVE_CAPTION, SUFFIXES)
        if target is None:
            return
        try:
            write_parameters(target, snapshot.layout, snapshot.parameters)
        except PlaygroundError as error:
            self._workbench.show_message(told(error), "error")
        else:
            count = sum(table.count for table in parameter_tables(snapshot.layout, snapshot.parameters.dtype))
            self._workbench.show_message(said(SAVED, count=count, name=target.name), "info")


def _has(snapshot: Snapshot, table: ParameterTable) -> bool:
    """Whether a moment's network is large enough to have the parameters of a table, which may be of another one."""
    return snapshot.layout.size > int(table.places.max())


def _flat(snapshot: Snapshot, name: str) -> Floats | None:
    """A figure of every parameter; None where it is not known."""
    match name:
        case "value":
            return snapshot.parameters
        case "gradient":
            return snapshot.gradient
        case "update":
            return snapshot.update
    row = memory_of(snapshot.experiment.training.optimizer).get(name)  # type: ignore[call-overload]
    return None if snapshot.memory is None or row is None else snapshot.memory[row]


def _largest(snapshot: Snapshot, name: str, flat: Floats, table: ParameterTable) -> float:
    """The size that is coloured fully: of gradients and updates all layers' largest, of memory the layer's."""
    if name == "value":
        return 1.0
    return float(np.abs(flat[snapshot.layout.trained()] if name in DEMANDS else table.values(flat)).max(initial=0.0))
