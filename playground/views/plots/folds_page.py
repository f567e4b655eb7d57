"""The page of the folds: a button that trains them, a map each, their curves, and mean ± spread in words.

Owns what is shown when; maps and curves draw themselves.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.errors import Said
from playground.figures import curves
from playground.figures.fold_curves import fold_curves, fold_sentences
from playground.numbers import spaced
from playground.population.folds import EPOCHS, CrossValidation
from playground.run.snapshot import Snapshot
from playground.views.controls import LinkButton, Paragraph
from playground.views.guards.handlers import guarded
from playground.views.plots.curve_axes import Axis
from playground.views.plots.curve_plot import CurvePlot, Line
from playground.views.plots.fold_maps import GAP, MOST, FoldMaps
from playground.views.theme import theme
from playground.views.workbench.folding import FOLDS
from playground.views.workbench.workbench import Workbench
from playground.words.plane import maps_over

MOST_EPOCHS = 1000
"""No longer are folds trained, however long the run has gone on: somebody waits."""
ABOUT = "The training points in 5 parts: five networks, each trained without one part and judged on it."
STALE = "Before the last edit: "
TIP = "As many epochs as the run has made, at least {least} and at most {most}. The run goes on meanwhile."


@guarded
class FoldsPage(QWidget):
    """What was found stays until the next folds; after an edit it is pale, and said to be of before."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench, self._folding = workbench, workbench.folding
        self._shown: CrossValidation | None = None
        self._networks: tuple[Snapshot, ...] = ()
        self.button = LinkButton(
            f"Train {FOLDS} folds", str(Said(TIP, {"least": EPOCHS, "most": spaced(MOST_EPOCHS)})), flush=True
        )
        self._left, self.words = QWidget(), Paragraph(ABOUT)
        self.maps, self.plot = FoldMaps(), CurvePlot("Loss on held-out points")
        self._lay_out()
        self.button.clicked.connect(self._on_clicked)
        self.plot.pointed.connect(self.plot.set_cursor_epoch)
        self._folding.changed.connect(self._on_changed)
        workbench.document_changed.connect(self._on_changed)
        workbench.run.snapshot_ready.connect(self._on_snapshot)
        workbench.view_changed.connect(self._on_view_changed)

    def _lay_out(self) -> None:
        self._left.setMaximumWidth(round(theme.scaled(FOLDS * MOST + (FOLDS - 1) * GAP)))
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.words, 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.maps, 1)
        column.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        row.addWidget(self._left, 4)
        row.addWidget(self.plot, 1)
        row.addStretch()

    @property
    def epochs(self) -> int:
        """How long the next folds are trained."""
        shot = self._workbench.run.snapshot
        return min(max(EPOCHS, 0 if shot is None else shot.epoch), MOST_EPOCHS)

    @property
    def _over(self) -> str:
        """What the maps are over where that is not plain, or that there are none."""
        network = next(iter(self._networks), None)
        return "." if network is None else f". {maps_over(network.section, network.dataset)}".rstrip()

    def showEvent(self, event: QShowEvent) -> None:
        self._folding.follow_plane()
        self._on_changed()

    def _on_clicked(self) -> None:
        if self._folding.busy:
            self._folding.cancel()
        else:
            self._folding.start(self.epochs)

    def _on_snapshot(self) -> None:
        """Kernels are ready where there is a snapshot."""
        self.button.setEnabled(self._workbench.run.snapshot is not None)

    def _on_view_changed(self) -> None:
        """Maps follow the columns that are chosen on the large one."""
        if self.isVisible():
            self._folding.follow_plane()

    def _on_changed(self) -> None:
        if not self.isVisible():
            return
        folding = self._folding
        self._on_snapshot()
        self.button.setText(f"Cancel ({folding.done} of {FOLDS} done)" if folding.busy else f"Train {FOLDS} folds")
        if folding.result is not self._shown or folding.networks is not self._networks:
            self._show(folding.result)
        told = ABOUT if self._shown is None else "; ".join(fold_sentences(self._shown)) + self._over
        self.words.set_text(STALE + told if folding.is_stale else told)
        self.maps.set_faded(folding.is_stale)
        self.maps.setVisible(self.maps.has_maps)
        self.plot.setVisible(self._shown is not None)

    def _show(self, found: CrossValidation | None) -> None:
        self._shown, self._networks = found, self._folding.networks
        self.maps.show_folds(found, self._folding.networks)
        if found is None:
            return
        drawn = fold_curves(found)
        lines = [Line(str(fold + 1), "warning", row, quiet=True) for fold, row in enumerate(drawn.losses)]
        lines.append(Line("mean", "warning", drawn.mean))
        self.plot.show_lines(drawn.epochs, lines, Axis(0.0, curves.loss_top(*drawn.losses), False))
