"""The page of the points: which are learned early, late or never, as a table and as rings on the map.

Owns when the rings are there and what a chosen row shows; the table draws itself.
"""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.data import Dataset
from playground.data.section import can_be_cut
from playground.errors import Said
from playground.figures.ground import ground_of
from playground.figures.hard_points import PointTable, point_table
from playground.run.samples import SampleHistory
from playground.views.controls import Paragraph
from playground.views.guards.handlers import guarded
from playground.views.plots.points_grid import PointsGrid
from playground.views.theme import theme
from playground.views.workbench.view_state import NO_PROBE
from playground.views.workbench.workbench import Workbench

SIDE = 230.0
RINGED = "Ringed on the map: the {count} hardest points. A click on a row shows its point."
NONE_RINGED = "No point was ever wrong since then, so none is ringed. A click on a row shows its point."
NO_MAP = "A click on a row shows its sample."


@guarded
class PointsPage(QWidget):
    """Computes only while it is visible, and only where another epoch was written down."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._of: SampleHistory | None = None
        self.table: PointTable | None = None
        self.grid = PointsGrid()
        self.words = [Paragraph(""), Paragraph(""), Paragraph("")]
        self._side = QWidget()
        self._side.setFixedWidth(round(theme.scaled(SIDE)))
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        for words in self.words:
            column.addWidget(words)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addWidget(self.grid, 1)
        row.addWidget(self._side)
        self.grid.point_chosen.connect(self._on_chosen)
        workbench.run.snapshot_ready.connect(self._on_changed)
        workbench.experiment_changed.connect(self._on_changed)

    def showEvent(self, event: QShowEvent) -> None:
        self._on_changed()
        self._ring()

    def hideEvent(self, event: QHideEvent) -> None:
        """The rings go, and the chosen point is looked at no more."""
        self._workbench.set_view(ringed_samples=())
        if self.grid.chosen is not None:
            self.grid.chosen = None
            images = self._workbench.dataset.image is not None
            self._workbench.set_view(**({"probe": None, "probe_label": None} if images else NO_PROBE))

    def _on_changed(self) -> None:
        if not self.isVisible():
            return
        snapshot = self._workbench.run.snapshot
        history = None if snapshot is None else snapshot.samples
        if history is not None and history.dataset is not self._workbench.dataset:
            history = None  # the points were just changed; those of now follow with the next snapshot
        if history is not self._of or history is None:
            self._of, self.table = history, point_table(history)
            self.grid.show_table(self.table)
            self._tell()
            self._ring()

    def _tell(self) -> None:
        """What the table says, in words."""
        said = () if self.table is None else self.table.sentences
        count = 0 if self.table is None else len(self.table.ringed)
        about = str(Said(RINGED, {"count": count})) if count else NONE_RINGED
        if not _has_map(self._workbench.dataset):
            about = NO_MAP
        texts = (*said, about) if said else ()
        for place, words in enumerate(self.words):
            words.set_text(texts[place] if place < len(texts) else "")
            words.setVisible(place < len(texts))

    def _ring(self) -> None:
        ringed = () if self.table is None or not _has_map(self._workbench.dataset) else self.table.ringed
        self._workbench.set_view(ringed_samples=ringed)

    def _on_chosen(self, point: int) -> None:
        dataset = self._workbench.dataset
        if point >= dataset.train_labels.size:
            return
        ground = ground_of(dataset, self._workbench.run.snapshot)
        if ground is None:
            self._workbench.set_view(probe_sample=point)
            return
        there = {"probe": ground.place_of(dataset, point), "probe_label": float(dataset.train_labels[point])}
        self._workbench.set_view(**there, **({} if dataset.is_plane else {"probe_sample": point}))


def _has_map(dataset: Dataset) -> bool:
    """Whether samples lie on a map, of the plane or through their columns."""
    return dataset.is_plane or can_be_cut(dataset)
