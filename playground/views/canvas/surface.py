"""The picture of the network: a scene of a few items, each of which draws all things of its kind.

Owns the layout, the way between places on screen and parts, and when something is drawn anew; knows nothing of what the
pointer or the keyboard does.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView

from playground.diagram.arrangement import Sizes, arrange
from playground.diagram.diagram import Column, Part
from playground.diagram.outline import ColumnPlan
from playground.diagram.shown import CanvasModel
from playground.diagram.wiring import LINK_REACH
from playground.diagram.zooming import canvas_of
from playground.run.snapshot import LinkFigure
from playground.views.canvas.hints import state_hint
from playground.views.canvas.items.arcs import ArcDrag, ArcsItem
from playground.views.canvas.items.atlas import UnitAtlas
from playground.views.canvas.items.cards import CardsItem, SteppersItem
from playground.views.canvas.items.drag import DropItem, FlyingCard, FlyingGhost
from playground.views.canvas.items.found import FoundItem
from playground.views.canvas.items.hover import FocusItem, HoverItem, LitItem
from playground.views.canvas.items.inside import InsideItem
from playground.views.canvas.items.links import LinksItem
from playground.views.canvas.items.tiles import TilesItem
from playground.views.canvas.measures import fitting_sizes, inside_sizes, spread_inputs
from playground.views.workbench.workbench import Workbench

LEAST = QSize(360, 248)
SCROLL_EDGE, SCROLL_STEP = 28, 14
BESIDE = 8.0
"""Marks of a tile reach so far beside it."""
CATCH_UP_MS, SETTLED_MS = 40, 120
"""What was left out of a frame, or while units were scrolled, is drawn so much later, unless more comes first."""


class Gap(msgspec.Struct, frozen=True):
    """A place kept open for a layer: before which one, the two lines of its card, the column that it would be."""

    index: int
    title: str
    below: str
    guest: ColumnPlan


class CanvasSurface(QObject):
    """`view` shows the scene. `diagram` is what is drawn; `base` has no gap.

    `hint_changed(text, urgent)` says what is special now, "" for nothing; urgent: while something is dragged.
    `laid_out`: everything may have another place. `scrolled`: another part is seen. `pointed_at`: the card of what is
    pointed at came or went. `scale_changed`: gradients or updates are drawn on another scale. `editing`: the part whose
    number is being typed; it is lit.
    """

    hint_changed = Signal(str, bool)
    laid_out = Signal()
    scrolled = Signal()
    pointed_at = Signal()
    scale_changed = Signal()

    def __init__(self, view: QGraphicsView, workbench: Workbench) -> None:
        super().__init__(view)
        self.view, self._workbench = view, workbench
        self.model = CanvasModel(workbench.experiment)
        self.atlas = UnitAtlas()
        self.links = LinksItem(self.model)
        self.arcs = ArcsItem(self.model)
        self.tiles = TilesItem(self.model, self.atlas)
        self.cards = CardsItem(self.model)
        self.steppers = SteppersItem(self.model)
        self.drop = DropItem()
        self.found, self.focus_ring = FoundItem(), FocusItem()
        self.lit = LitItem(self.model)
        self.inside = InsideItem(self.model, self.atlas)
        self._is_inside = False
        self.hover = HoverItem(self.model, self.atlas)
        self.scene = QGraphicsScene(self)
        self.scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        below = (self.links, self.arcs, self.tiles, self.cards, self.steppers)
        for depth, item in enumerate(
            (*below, self.found, self.inside, self.drop, self.focus_ring, self.lit, self.hover)
        ):
            item.setZValue(depth)
            self.scene.addItem(item)
        self.ghost = FlyingGhost(view)
        self.editing: Part | None = None
        self._drag_hint = ""
        self._gap: Gap | None = None
        self._laid_out_for = workbench.view.first_units
        self._later = QTimer(self, interval=CATCH_UP_MS, singleShot=True)
        self._later.timeout.connect(self.draw_maps)
        self.links.on_behind = self._later.start
        self._settled = QTimer(self, interval=SETTLED_MS, singleShot=True)
        self._settled.timeout.connect(self.links.finish)
        self.links.on_quick = self._settled.start
        self._canvas = float(LEAST.width()), float(LEAST.height())
        self.base = self.diagram = arrange(self.model.outline, *self._canvas)
        self._match_snapshot()

    # -- layout -----------------------------------------------------------------------------------------------------

    def relayout(self, gap: Gap | None = None) -> None:
        """Choose all places anew, with or without a gap."""
        self._gap = gap
        sizes, outline, zoom = self._sizes, self.model.outline, self._workbench.view.zoom
        index, guest = (None, None) if gap is None else (gap.index, gap.guest)
        self._laid_out_for = firsts = self._workbench.view.first_units
        width, height = canvas_of(*self._room(bar=False), zoom)
        whole = arrange(outline, width, height, sizes, index, guest, firsts)
        wide = zoom > 1.0 or whole.width > width + 0.5
        self._show_bars(wide, zoom > 1.0)
        if wide:
            width, height = canvas_of(*self._room(bar=True), zoom)
            whole = arrange(outline, width, height, sizes, index, guest, firsts)
        self._canvas = width, height
        self.base = whole if gap is None else arrange(outline, width, height, sizes, firsts=firsts)
        self.diagram = whole
        if self._is_inside:
            self.base = self.diagram = spread_inputs(whole)
        self.scene.setSceneRect(0, 0, self.diagram.width, self.diagram.height)
        if self.zoom != zoom:
            self.view.setTransform(QTransform.fromScale(zoom, zoom))
        for item in (self.links, self.arcs, self.tiles, self.cards, self.steppers):
            item.set_diagram(self.diagram)
        self.drop.show_gap(self.diagram, *(("", "") if gap is None else (gap.title, gap.below)))
        self.hover.show_for(self.diagram, self.hover.part, self.visible_part(), self.zoom)
        self.show_editing(self.editing)
        self.draw_maps(at_once=True)
        self._tell_hint()
        self.laid_out.emit()

    @property
    def _sizes(self) -> Sizes:
        """The measures in use."""
        usual = fitting_sizes(self.model.experiment)
        return inside_sizes(usual, self.model.outline, self.view.height()) if self._is_inside else usual

    def set_inside(self, on: bool) -> None:
        """Lay the network out for a look into a step, or as usual."""
        self._is_inside = on
        self.steppers.setVisible(not on)
        self.take_probe()
        self.relayout()

    def _room(self, bar: bool) -> tuple[float, float]:
        """Width and height of the window onto the scene, with its scroll bars or without."""
        below = self.view.horizontalScrollBar().sizeHint().height() if bar else 0
        beside = self.view.verticalScrollBar().sizeHint().width() if bar and self._workbench.view.zoom > 1.0 else 0
        return max(self.view.width() - beside, 1), max(self.view.height() - below, 1)

    def _show_bars(self, below: bool, beside: bool) -> None:
        on, off = Qt.ScrollBarPolicy.ScrollBarAlwaysOn, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if self.view.horizontalScrollBarPolicy() != (on if below else off):
            self.view.setHorizontalScrollBarPolicy(on if below else off)
        if self.view.verticalScrollBarPolicy() != (on if beside else off):
            self.view.setVerticalScrollBarPolicy(on if beside else off)

    @property
    def zoom(self) -> float:
        """Pixels of the viewport for one of the scene."""
        return self.view.transform().m11()

    def take_view(self) -> None:
        """Show other units, or all larger or smaller, where that is wished."""
        wished = self._workbench.view
        if wished.zoom == self.zoom and (wished.first_units == self._laid_out_for or self._scroll_units()):
            return
        self.relayout(self._gap)

    def _scroll_units(self) -> bool:
        """Show other units of some columns and draw no more than these anew; False where anything else would move."""
        before, firsts = self.diagram, self._workbench.view.first_units
        if self._is_inside or self._gap is not None or before.outline != self.model.outline:
            return False
        after = arrange(self.model.outline, *self._canvas, self._sizes, firsts=firsts)
        if (after.width, after.height, after.band) != (before.width, before.height, before.band):
            return False
        self._laid_out_for, self.base, self.diagram = firsts, after, after
        for item in (self.links, self.arcs, self.tiles, self.cards, self.steppers):
            item.scroll_to(after)
        self.atlas.fill(after, self.model, self._ratio(), self.visible_layers(), at_once=True)
        for old, new in zip(before.columns, after.columns, strict=True):
            if old != new:
                self.scene.update(self._place_of(new))
        self.hover.show_for(after, self.hover.part, self.visible_part(), self.zoom)
        self.show_editing(self.editing)
        self.laid_out.emit()
        return True

    def _place_of(self, column: Column) -> QRectF:
        """All of a column; of the last one also what leads out of it."""
        left, right = min(column.card.x, column.left), max(column.card.right, column.right)
        right = self.diagram.width if column.layer == self.diagram.head else right + BESIDE
        return QRectF(left - BESIDE, 0.0, right - left + BESIDE, self.diagram.height)

    def take_scroll(self) -> None:
        """Another part of the scene is on screen: draw what is not yet drawn of it."""
        if self.atlas.fill(self.diagram, self.model, self._ratio(), self.visible_layers()):
            self.tiles.update()
        self.hover.show_for(self.diagram, self.hover.part, self.visible_part(), self.zoom)
        self.scrolled.emit()

    def refit(self) -> None:
        """The view has another size."""
        self.relayout(self._gap)

    # -- places -----------------------------------------------------------------------------------------------------

    def gap_position(self, index: int) -> QPoint:
        """Where a layer is dropped to be inserted at `index`, in the viewport."""
        band = self.base.band
        return self.view.mapFromScene(QPointF(self.base.gap_x(index), band.y + band.h / 2))

    def part_position(self, part: Part) -> QPoint:
        """A point on a part, in the viewport."""
        point = self.diagram.point_of(part)
        assert point is not None, f"{part} is not drawn"
        return self.view.mapFromScene(QPointF(*point))

    def scene_position(self, place: QPointF) -> QPointF:
        """A point of the viewport in the scene."""
        return self.view.mapToScene(place.toPoint())

    def part_at(self, place: QPointF) -> Part | None:
        """What lies under a point of the viewport."""
        at = self.scene_position(place)
        return self.diagram.hit(at.x(), at.y(), LINK_REACH / min(self.zoom, 2.0))

    def visible_part(self) -> QRectF:
        """The part of the scene that is on screen."""
        return self.view.mapToScene(self.view.viewport().rect()).boundingRect()

    def visible_layers(self) -> range:
        """The hidden layers and the head that are on screen."""
        seen = self.visible_part()
        found = [
            column.layer
            for column in self.diagram.columns[1:]
            if column.card.right >= seen.left() and column.card.x <= seen.right()
        ]
        return range(found[0], found[-1] + 1) if found else range(0)

    def scroll_to(self, part: Part, beside: int = 24) -> None:
        """Bring a part on screen, with so many pixels left and right of it."""
        rect = self.diagram.rect_of(part)
        if rect is not None:
            self.view.ensureVisible(rect.x, rect.y, rect.w, rect.h, beside, 0)

    def scroll_at_edge(self, place: QPointF) -> None:
        """Scroll one step if something is dragged to the left or right edge of the viewport."""
        bar, width = self.view.horizontalScrollBar(), self.view.viewport().width()
        if place.x() < SCROLL_EDGE:
            bar.setValue(bar.value() - SCROLL_STEP)
        elif place.x() > width - SCROLL_EDGE:
            bar.setValue(bar.value() + SCROLL_STEP)

    # -- newer numbers ----------------------------------------------------------------------------------------------

    def take_snapshot(self) -> None:
        """Draw the newest snapshot, if it belongs to this network."""
        before = self.model.scale
        if self._match_snapshot():
            self.draw_maps()
            self._tell_hint()
        if self.model.scale != before:
            self.scale_changed.emit()

    def _match_snapshot(self) -> bool:
        """Give the model the newest snapshot; False where it belongs to another network, or there is none."""
        self.take_probe()
        if self._workbench.run.snapshot is None:
            self.model.forget()
            self.atlas.forget()
        return self.model.set_snapshot(self._workbench.run.snapshot)

    def take_experiment(self) -> None:
        """Draw an edited network: the old numbers where they still have a place, until the first snapshot comes."""
        if self._workbench.experiment != self.model.experiment:
            self.show_hover(None)
            self._follow(self.model.set_experiment(self._workbench.experiment))
        self._match_snapshot()
        self.relayout()

    def _follow(self, origins: list[int | None]) -> None:
        """An edit has moved columns: their pictures and what is shown of them go along."""
        self.atlas.remap(origins)
        had = self._workbench.view.first_units
        firsts = tuple(had[each] if each is not None and each < len(had) else 0 for each in origins)
        self._workbench.set_view(first_units=firsts if any(firsts) else ())

    def _ratio(self) -> float:
        """Pixels of the screen for one of the scene."""
        return self.view.devicePixelRatioF() * self.zoom

    def draw_maps(self, at_once: bool = False) -> None:
        """Fill the atlas and let everything that shows numbers repaint."""
        self._later.stop()
        if not self.atlas.fill(self.diagram, self.model, self._ratio(), self.visible_layers(), at_once):
            self._later.start()
        self.links.refresh()
        self.tiles.update()
        self.hover.refresh()
        self.lit.update()

    def take_probe(self) -> None:
        """A point of the plane is probed, or no longer; inside a step the numbers are those of what is told."""
        probing = self._workbench.view.probe is not None and not self._is_inside
        if probing != self.model.probing:
            self.model.probing = probing
            self.model.version += 1
            self.links.refresh()
            self.tiles.update()
            self._tell_hint()

    def show_on_links(self, figure: LinkFigure) -> bool:
        """Let links show weights, gradients or the last update; False where they do already."""
        if not self.model.show_on_links(figure):
            return False
        self.links.refresh()
        self.hover.refresh()
        self.scale_changed.emit()
        return True

    def restyle(self) -> None:
        """Other colours or fonts."""
        self.links.refresh(colours=True)
        self.relayout()
        self.scene.invalidate()
        self.view.viewport().update()

    # -- what is special --------------------------------------------------------------------------------------------

    def show_hover(self, part: Part | None) -> None:
        """Point at a part."""
        self.hover.show_for(self.diagram, part, self.visible_part(), self.zoom)
        for item in (self.cards, self.steppers, self.arcs, self.tiles):
            if item.hovered != part:
                item.hovered = part
                item.update()
        self.pointed_at.emit()

    def show_selected(self, layer: int | None) -> None:
        """Mark a layer as the selected one."""
        if self.cards.selected != layer:
            for item in (self.cards, self.arcs, self.tiles):
                item.selected = layer
                item.update()

    def show_lifted(self, layer: int | None) -> None:
        """Draw a layer pale, while its card is somewhere else."""
        self.cards.lifted = self.tiles.lifted = layer
        self.cards.update()
        self.tiles.update()

    def show_focus(self, part: Part | None) -> None:
        """Draw the keyboard's ring around a part, or none."""
        self.focus_ring.show_at(self.diagram, part)

    def show_editing(self, part: Part | None) -> None:
        """Light the link or the tile whose number is being typed, or nothing; and what the doctor has found."""
        self.editing = part
        self.found.show_at(self.diagram, self._workbench.view.found_at, self._workbench.view.found_lit)
        self.lit.show_at(self.diagram, part)

    def fly(self, card: FlyingCard | None) -> None:
        """Draw a card under the pointer, over all of the window, or none."""
        self.drop.set_flying(card is not None)
        self.ghost.show_card(card, self.zoom)

    def show_arc_drag(self, drag: ArcDrag | None) -> None:
        """Draw an arc whose start is on its way."""
        if self.arcs.drag != drag:
            self.arcs.drag = drag
            self.arcs.update()

    def set_drag_hint(self, text: str) -> None:
        """Say what letting go would do."""
        self._drag_hint = text
        self._tell_hint()

    def end_drag(self) -> None:
        """Nothing is on its way any more: close the gap, take away all that was drawn of the drag."""
        self.show_arc_drag(None)
        self.fly(None)
        self.show_lifted(None)
        if self.diagram is not self.base:
            self.relayout()
        self.set_drag_hint("")
        self.view.viewport().unsetCursor()

    def _tell_hint(self) -> None:
        hint = self._drag_hint or state_hint(self.model, self.zoom, self.links)
        self.hint_changed.emit(hint, bool(self._drag_hint) or self.model.reads_off)
