"""The network panel: the palette over the canvas.

Owns the wiring between workbench and canvas, and the network in words for those who cannot see it.
"""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import QPoint
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.diagnosis.signals.finding import NOWHERE
from playground.diagram.diagram import Part
from playground.views.canvas.all_layers import LayerShelf
from playground.views.canvas.inside_header import InsideHeader
from playground.views.canvas.legend import CanvasLegend
from playground.views.canvas.palette import CanvasHeader
from playground.views.canvas.view import CanvasView
from playground.views.controls import explain
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.links import NOT_KNOWN
from playground.words.network import how_to_place, in_words


@guarded
class NetworkCanvas(QWidget):
    """`view` is the canvas, `legend` lies in a corner, `header` is the row over it, `shelf` has every kind
    of layer.
    """

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self.header = CanvasHeader()
        self.inside_header = InsideHeader(workbench)
        self.inside_header.hide()
        self.view = CanvasView(workbench)
        self.legend = CanvasLegend(self.view.surface, workbench)
        explain("network", self)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.header)
        box.addWidget(self.inside_header)
        box.addWidget(self.view, 1)
        self._sought = NOWHERE
        self._tells_unknown = False
        self.header.links.chosen.connect(lambda figure: workbench.set_view(links_show=figure))
        self.header.chosen.connect(self.view.commands.append)
        self.header.picked.connect(self._on_picked)
        self.header.more.clicked.connect(self._on_more)
        self.view.surface.hint_changed.connect(self.header.set_hint)
        self.view.surface.scale_changed.connect(self._on_scale_changed)
        workbench.experiment_changed.connect(self._on_experiment_changed)
        workbench.run.snapshot_ready.connect(self._on_snapshot_ready)
        workbench.view_changed.connect(self._on_view_changed)
        workbench.sight_changed.connect(self.view.surface.take_view)
        workbench.inside.changed.connect(self._on_inside_changed)
        theme.current().changed.connect(self._on_theme_changed)
        self._tell()

    @cached_property
    def shelf(self) -> LayerShelf:
        """Every kind of layer, made when it is first wanted: the window comes first."""
        shelf = LayerShelf(self)
        shelf.picked.connect(self._on_picked)
        shelf.chosen.connect(self.view.commands.append)
        return shelf

    def gap_position(self, index: int) -> QPoint:
        """Where a chip is dropped to insert a layer at `index`, in `view.viewport()`."""
        return self.view.surface.gap_position(index)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._demand()
        self.view.take_experiment()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._workbench.run.demands.set("canvas")

    def _demand(self) -> None:
        shown = self._workbench.view.links_show
        gradients, updates = shown == "gradient", shown == "update"
        self._workbench.run.demands.set("canvas", maps=True, gradients=gradients, updates=updates)

    def _on_picked(self, kind: str) -> None:
        """A chip was clicked: say how its layer gets into the network."""
        self._workbench.show_message(how_to_place(kind), "info")

    def _on_more(self) -> None:
        chip = self.header.more
        corner = chip.mapToGlobal(QPoint(0, chip.height() + 4))
        self.shelf.open_at(self._workbench.experiment, corner, chip.shows_focus)

    def _on_experiment_changed(self) -> None:
        self.view.take_experiment()
        self._tell()

    def _on_snapshot_ready(self) -> None:
        if self.isVisible():
            self.view.surface.take_snapshot()
            self._tell_unknown()

    def _on_scale_changed(self) -> None:
        model = self.view.surface.model
        if self.header.links.show_figure(model.links_show, model.scale):
            self.header.restyle()

    def _tell_unknown(self) -> None:
        """Say once why the last update, which was just asked for, is not shown."""
        run = self._workbench.run
        if self._tells_unknown and run.snapshot is not None and run.state != "running":
            self._tells_unknown = False
            if run.snapshot.step and run.snapshot.update is None:
                self._workbench.show_message(NOT_KNOWN, "info")

    def _on_view_changed(self) -> None:
        shown = self._workbench.view.links_show
        if self.view.surface.show_on_links(shown):
            self._tells_unknown = shown == "update"
            if self.isVisible():
                self._demand()
        self.view.surface.take_probe()
        self.view.surface.take_view()
        self.view.surface.show_editing(self.view.surface.editing)
        self.view.surface.show_selected(self._workbench.view.selected_layer)
        self._seek()

    def _seek(self) -> None:
        """Bring a place into sight that was asked for: its first unit, or the card of its first layer."""
        wanted = self._workbench.view.found_sought
        if wanted == self._sought:
            return
        self._sought = wanted
        parts = [Part("unit", *each) for each in wanted.units] + [Part("card", each) for each in wanted.layers]
        for part in parts[:1]:
            self.view.sight.reveal(part)
            self.view.surface.scroll_to(part)

    def _on_inside_changed(self) -> None:
        """The palette makes way for what is looked into."""
        inside = self._workbench.inside.on
        if inside == self.inside_header.isHidden():
            self.inside_header.setFixedHeight(self.header.sizeHint().height())
            self.header.setVisible(not inside)
            self.inside_header.setVisible(inside)

    def _on_theme_changed(self) -> None:
        self.view.surface.restyle()
        self.header.restyle()

    def _tell(self) -> None:
        experiment = self._workbench.experiment
        self.header.set_experiment(experiment)
        words = in_words(experiment)
        for widget in (self, self.view):
            widget.setAccessibleName("Network")
            widget.setAccessibleDescription(words)
