"""What of the network is on screen, and how large: units scrolled, the scene zoomed and pushed.

Owns these wishes, which it leaves in the workbench's view; how they are laid out is the surface's.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QScrollBar

from playground.diagram.diagram import Part
from playground.diagram.zooming import fitting, zoomed
from playground.views.canvas.measures import fitting_sizes
from playground.views.canvas.surface import CanvasSurface
from playground.views.workbench.workbench import Workbench


class CanvasSight:
    """Layers are counted as in a diagram; places are those of the viewport."""

    def __init__(self, surface: CanvasSurface, workbench: Workbench) -> None:
        self._surface, self._workbench = surface, workbench

    def show_units_from(self, layer: int, first: int) -> bool:
        """Scroll a layer's units, so that this one is the uppermost; False where that changes nothing."""
        column = self._surface.base.scrollable(layer)
        if column is None or column.first == (first := min(max(first, 0), column.hidden)):
            return False
        firsts = [each.first if each.hidden else 0 for each in self._surface.base.columns]
        firsts[column.layer + 1] = first
        self._workbench.set_view(first_units=tuple(firsts))
        self._surface.take_view()
        return True

    def scroll_units(self, layer: int, by: int) -> bool:
        """Scroll a layer's units by so many; False where there are no more that way."""
        column = self._surface.base.scrollable(layer)
        return column is not None and self.show_units_from(layer, column.first + by)

    def turn_page(self, layer: int, by: int) -> None:
        """Scroll a layer's units by so many pages."""
        self.scroll_units(layer, by * len(self._surface.base.column(layer).tiles))

    def reveal(self, part: Part) -> None:
        """Scroll units until a part has a place: a unit, or both ends of a link."""
        ends = [(part.layer, part.unit)] if part.kind in ("unit", "bias", "gain", "link") else []
        if part.kind == "link":
            ends.append((part.layer - 1, self._surface.base.source_row(part.layer, part.source) or 0))
        for layer, unit in ends:
            column = self._surface.base.scrollable(layer)
            if column is not None:
                self.show_units_from(layer, column.first_for(unit))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Larger or smaller; what lies at a point of the viewport, or in its middle, stays there."""
        self._zoom_to(zoomed(self._surface.zoom, factor), at)

    def zoom_to_fit(self) -> None:
        """As large as it can be with the whole width on screen, at most its usual size."""
        surface, firsts = self._surface, self._workbench.view.first_units
        sizes, width, height = fitting_sizes(surface.model.experiment), surface.view.width(), surface.view.height()
        self._zoom_to(fitting(surface.model.outline, width, height, sizes, firsts))

    def _zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        at = QPointF(self._surface.view.viewport().rect().center()) if at is None else at
        surface = self._surface
        held = surface.view.viewportTransform().inverted()[0].map(at)
        shares = held.x() / surface.diagram.width, held.y() / surface.diagram.height
        self._workbench.set_view(zoom=zoom)
        surface.take_view()
        sides, places = (surface.diagram.width, surface.diagram.height), (at.x(), at.y())
        for bar, share, side, place in zip(self._bars(), shares, sides, places, strict=True):
            bar.setValue(round(share * side * surface.zoom - place))

    def pan(self, way: QPointF) -> None:
        """Push the scene by so many pixels of the viewport."""
        for bar, by in zip(self._bars(), (way.x(), way.y()), strict=True):
            bar.setValue(bar.value() - round(by))

    @property
    def can_pan(self) -> bool:
        """Whether some of the scene is not on screen."""
        return any(bar.maximum() for bar in self._bars())

    def _bars(self) -> tuple[QScrollBar, QScrollBar]:
        return self._surface.view.horizontalScrollBar(), self._surface.view.verticalScrollBar()
