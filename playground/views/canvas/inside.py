"""The canvas while a step is looked into: what is lit, the header in the palette's place, what a click shows.

Owns the way from the workbench's mode to the item that draws it, and from a click to an operation; which things are lit
is told by `playground.views.canvas.inside_marks`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QVariantAnimation

from playground.anatomy.operations.operation import Activation, Gradients, WeightedSum
from playground.diagram.diagram import Diagram, Part
from playground.views.canvas.inside_marks import Marker
from playground.views.canvas.items.inside import InsideItem
from playground.views.canvas.items.inside_values import NO_MARKS
from playground.views.canvas.sight import CanvasSight
from playground.views.canvas.surface import CanvasSurface
from playground.views.theme.motion import is_reduced
from playground.views.workbench.inside import InsideMode

BESIDE = 40
"""Pixels beside a tile that its numbers may need."""


class CanvasInside(QObject):
    """Fed by the mode's `changed`; `item` draws."""

    def __init__(self, surface: CanvasSurface, sight: CanvasSight, mode: InsideMode) -> None:
        super().__init__(surface)
        self._surface, self._sight, self._mode = surface, sight, mode
        self.item: InsideItem = surface.inside
        self._marker: tuple[object, Diagram, Marker] | None = None
        self._was_on = False
        self._place = -1
        self._travel = QVariantAnimation(self)
        self._travel.setStartValue(0.0)
        self._travel.setEndValue(1.0)
        self._travel.valueChanged.connect(self._on_travel)
        self._travel.finished.connect(lambda: self.item.set_share(None))
        mode.changed.connect(self.follow)
        mode.pointed.connect(lambda: self.item.set_names(mode.names))
        surface.laid_out.connect(self.show_marks)

    @property
    def on(self) -> bool:
        """Whether a step is looked into."""
        return self._mode.on

    def follow(self) -> None:
        """Another operation, or the mode has begun or ended."""
        if self.on != self._was_on:
            self._was_on = self.on
            self._surface.set_inside(self.on)
        if self._surface.model.show_told(self._told()):
            self._surface.draw_maps()
        self.show_marks()
        moved = self._mode.place != self._place and self._mode.operations is not None
        self._place = self._mode.place if self.on else -1
        active = self.item.marks.active
        if moved and active is not None:
            self._sight.reveal(Part("unit", *active))
            self._surface.scroll_to(Part("unit", *active), BESIDE)
        if moved and self.on and self.item.marks.travels and not is_reduced():
            self._travel.stop()
            self._travel.setDuration(self._mode.pace)
            self._travel.start()
        elif not self.on or moved:
            self._travel.stop()
            self.item.set_share(None)

    def _told(self) -> NDArray[np.float64] | None:
        """What every unit gives in a pass as in training, layer by layer; None where none such is shown."""
        mode = self._mode
        if not mode.infers:
            return None if mode.step is None else mode.step.units
        return mode.inference.training_units if mode.inference is not None and mode.trains else None

    def show_marks(self) -> None:
        """Light what the operation is about, where it lies now."""
        diagram, mode = self._surface.diagram, self._mode
        operations, symbols = mode.operations, mode.symbols
        if not self.on:
            self._marker = None
            if self.item.isVisible():
                self.item.show_marks(diagram, None)
            return
        if operations is None or symbols is None or symbols.experiment != self._surface.model.experiment:
            self._marker = None
            self.item.show_marks(diagram, NO_MARKS)
            return
        if self._marker is None or self._marker[0] is not operations or self._marker[1] is not diagram:
            before = np.zeros(0) if mode.step is None else mode.step.before
            self._marker = operations, diagram, Marker(operations, mode.inputs, before, symbols, diagram)
        self.item.show_marks(diagram, self._marker[2].marks(self._mode.place))

    def _on_travel(self, share: object) -> None:
        assert isinstance(share, float)
        self.item.set_share(share)

    def point_at(self, part: Part | None) -> None:
        """Light the names that the formula has for what lies under the pointer."""
        marks, found = self.item.marks, frozenset[str]()
        if self.on and part is not None and part.kind == "link":
            ends = part.layer, part.unit, part.source
            found = next((each.names for each in marks.links if (each.layer, each.tile, each.source) == ends), found)
        elif self.on and part is not None:
            found = dict(marks.names).get((part.layer, part.unit), found)
        self._mode.point_at(found)

    # -- clicks -----------------------------------------------------------------------------------------------------

    def click(self, place: QPointF) -> None:
        """Show the operation of what lies at a point of the viewport."""
        part = self._surface.part_at(place)
        if part is None:
            return
        at, column = self._surface.scene_position(place), self._surface.diagram.column(part.layer)
        self._jump(part, column.pixel(part.unit, at.x(), at.y()) if part.kind == "unit" else 0)

    def _jump(self, part: Part, pixel: int = 0) -> None:
        """Of a unit, or of a pixel of its image: its operation in the phase that is shown; of a link: its sum, its
        slope, its update."""
        operations = self._mode.operations
        if operations is None or self._marker is None or (part.layer < 0 and part.kind != "link"):
            return
        place = self._of_link(part) if part.kind in ("link", "bias") else self._of_unit(part, pixel)
        if place is not None:
            self._mode.seek(place)

    def _units(self, part: Part) -> range:
        """The units behind a tile."""
        group = self._surface.diagram.outline.plan(part.layer).group
        return range(part.unit * group, (part.unit + 1) * group)

    def _of_unit(self, part: Part, pixel: int) -> int | None:
        """The first of its operations behind the one that is shown, in this phase, else the first one there is."""
        operations, phase = self._mode.operations, self._mode.phase
        if part.kind != "unit" or operations is None:
            return None
        unit = self._units(part).start + pixel
        moments = list(operations.of_unit(part.layer, unit))
        wanted = [each for each in moments if operations.span_of(each).phase == phase] or moments
        later = [each for each in wanted if each > self._mode.place]
        return next(iter(later or wanted), None)

    def _of_link(self, part: Part) -> int | None:
        operations, phase = self._mode.operations, self._mode.phase
        assert operations is not None
        unit = self._units(part).start
        if phase == "update":
            index = self._surface.model.parameter_index(part)
            return None if index is None else operations.update_of(index)
        if phase == "backward":
            found = operations.find(Gradients, part.layer, part.unit)
            return found if found is not None else operations.find(Gradients, part.layer, unit)
        found = operations.find(WeightedSum, part.layer, unit)
        return found if found is not None else operations.find(Activation, part.layer, unit)
