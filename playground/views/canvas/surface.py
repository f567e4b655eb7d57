"""The picture of the network: a scene of a few items, each of which draws all things of its kind.

Owns the layout, the way between places on screen and parts, and when something is drawn anew; knows nothing of what the
pointer or the keyboard does.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView

from playground.data.features import FEATURES
from playground.diagram.arrangement import Sizes, arrange
from playground.diagram.diagram import Part
from playground.diagram.outline import FULL_KINDS, ColumnPlan
from playground.diagram.shown import CanvasModel
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment
from playground.experiment.layers import LAYER_KINDS, is_frozen, kind_of
from playground.numbers import short, spaced
from playground.views.canvas.arcs import ArcDrag, ArcsItem
from playground.views.canvas.atlas import UnitAtlas
from playground.views.canvas.cards import LOCK, CardsItem, SteppersItem
from playground.views.canvas.drag import DropItem
from playground.views.canvas.hover import FocusItem, HoverItem
from playground.views.canvas.links import MOST_LINKS, LinksItem
from playground.views.canvas.tiles import TilesItem
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.network import feature_symbols, setting_text, short_label

LEAST = QSize(360, 260)
SCROLL_EDGE, SCROLL_STEP = 28, 14
MOST_NAME = 72
"""The widest name of a column that is written out beside its tile."""
CATCH_UP_MS = 40
"""What was left out of a frame is drawn so much later, unless a newer frame comes first."""


def fitting_sizes(experiment: Experiment | None = None) -> Sizes:
    """The measures for the fonts in use, and for what the cards of these layers say."""
    lines = QFontMetricsF(theme.strong_font()).height() + QFontMetricsF(theme.small_font()).height()
    strong = QFontMetricsF(theme.strong_font())
    small = QFontMetricsF(theme.small_font())
    widest = max(small.horizontalAdvance(each.label) for each in ACTIVATIONS.values()) + 8
    slim = {
        kind.kind: max(
            strong.horizontalAdvance(short_label(kind.kind)) + 15,
            widest if "activation" in kind.layer.__struct_fields__ else 0.0,
        )
        for kind in LAYER_KINDS.values()
        if kind.kind not in FULL_KINDS
    }
    for layer in () if experiment is None else experiment.network.layers:
        kind, lock = kind_of(layer).kind, theme.scaled(LOCK) + 3 if is_frozen(layer) else 0.0
        if kind in slim:
            slim[kind] = max(slim[kind], small.horizontalAdvance(setting_text(layer)) + lock + 14)
    names = [feature.symbol for feature in FEATURES.values()]
    if experiment is not None:
        names = list(feature_symbols(experiment))
    if experiment is not None and not experiment.source_kind.is_plane:
        names += experiment.input_names
    widest_name = min(max(map(small.horizontalAdvance, names)), theme.scaled(MOST_NAME))
    return Sizes(
        card_height=round(lines + 14),
        card_width=theme.scaled(88),
        narrow_card=theme.scaled(68),
        slim_cards={kind: max(theme.scaled(60), round(width)) for kind, width in slim.items()},
        stepper_height=round(theme.scaled(26)),
        stepper_width=theme.scaled(76),
        label=round(widest_name) + 8,
        least_pitch=theme.scaled(76),
        more_height=round(theme.scaled(20)),
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """A place kept open for a layer: before which one, the two lines of its card, the column that it would be."""

    index: int
    title: str
    below: str
    guest: ColumnPlan


class CanvasSurface(QObject):
    """`view` shows the scene. `diagram` is what is drawn; `base` has no gap.

    `hint_changed(text, urgent)` says what is special now, "" for nothing; urgent: while something is dragged.
    """

    hint_changed = Signal(str, bool)

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
        self.focus_ring = FocusItem()
        self.hover = HoverItem(self.model, self.atlas)
        self.scene = QGraphicsScene(self)
        self.scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        below = (self.links, self.arcs, self.tiles, self.cards, self.steppers)
        for depth, item in enumerate((*below, self.drop, self.focus_ring, self.hover)):
            item.setZValue(depth)
            self.scene.addItem(item)
        self._drag_hint = ""
        self._gap: Gap | None = None
        self._later = QTimer(self, interval=CATCH_UP_MS, singleShot=True)
        self._later.timeout.connect(self.draw_maps)
        self.links.on_behind = self._later.start
        self.base = self.diagram = arrange(self.model.outline, LEAST.width(), LEAST.height())
        self._match_snapshot()

    # -- layout -----------------------------------------------------------------------------------------------------

    def relayout(self, gap: Gap | None = None) -> None:
        """Choose all places anew, with or without a gap."""
        self._gap = gap
        sizes, outline = fitting_sizes(self.model.experiment), self.model.outline
        width, height = self.view.width(), self.view.height()
        opened = (None, None) if gap is None else (gap.index, gap.guest)
        wide = arrange(outline, width, height, sizes, *opened).width > width + 0.5
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if wide else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if self.view.horizontalScrollBarPolicy() != policy:
            self.view.setHorizontalScrollBarPolicy(policy)
        if wide:
            height -= self.view.horizontalScrollBar().sizeHint().height()
        self.base = arrange(outline, width, height, sizes)
        self.diagram = self.base if gap is None else arrange(outline, width, height, sizes, *opened)
        self.scene.setSceneRect(0, 0, self.diagram.width, self.diagram.height)
        for item in (self.links, self.arcs, self.tiles, self.cards, self.steppers):
            item.set_diagram(self.diagram)
        self.drop.show_gap(self.diagram, *(("", "") if gap is None else (gap.title, gap.below)))
        self.draw_maps(at_once=True)
        self._tell_hint()

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
        return self.diagram.hit(at.x(), at.y())

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

    def scroll_to(self, part: Part) -> None:
        """Bring a part on screen."""
        rect = self.diagram.rect_of(part)
        if rect is not None:
            self.view.ensureVisible(rect.x, rect.y, rect.w, rect.h, 24, 0)

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
        if self._match_snapshot():
            self.draw_maps()
            self._tell_hint()

    def _match_snapshot(self) -> bool:
        """Give the model the newest snapshot; False where it belongs to another network, or there is none."""
        self.model.probing = self._workbench.view.probe is not None
        if self._workbench.run.snapshot is None:
            self.model.forget()
            self.atlas.forget()
        return self.model.set_snapshot(self._workbench.run.snapshot)

    def take_experiment(self) -> None:
        """Draw an edited network: the old numbers where they still have a place, until the first snapshot comes."""
        if self._workbench.experiment != self.model.experiment:
            self.show_hover(None)
            self.atlas.remap(self.model.set_experiment(self._workbench.experiment))
        self._match_snapshot()
        self.relayout()

    def draw_maps(self, at_once: bool = False) -> None:
        """Fill the atlas and let everything that shows numbers repaint."""
        self._later.stop()
        if not self.atlas.fill(self.diagram, self.model, self.view.devicePixelRatioF(), self.visible_layers(), at_once):
            self._later.start()
        self.links.refresh()
        self.tiles.update()
        self.hover.refresh()

    def take_probe(self) -> None:
        """A point of the plane is probed, or no longer."""
        probing = self._workbench.view.probe is not None
        if probing != self.model.probing:
            self.model.probing = probing
            self.model.version += 1
            self.links.refresh()
            self.tiles.update()
            self._tell_hint()

    def restyle(self) -> None:
        """Other colours or fonts."""
        self.links.refresh(colours=True)
        self.relayout()
        self.scene.invalidate()
        self.view.viewport().update()

    # -- what is special --------------------------------------------------------------------------------------------

    def show_hover(self, part: Part | None) -> None:
        """Point at a part."""
        self.hover.show_for(self.diagram, part, self.visible_part())
        for item in (self.cards, self.steppers, self.arcs):
            if item.hovered != part:
                item.hovered = part
                item.update()

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
        self.drop.fly(None)
        self.show_lifted(None)
        if self.diagram is not self.base:
            self.relayout()
        self.set_drag_hint("")
        self.view.viewport().unsetCursor()

    def _tell_hint(self) -> None:
        self.hint_changed.emit(self._drag_hint or self._state_hint(), bool(self._drag_hint) or self.model.reads_off)

    def _state_hint(self) -> str:
        probe = self.model.probe
        if probe is not None and probe.point is not None:
            x, y = (short(value) for value in probe.point)
            return f"forward pass of ({x}, {y})"
        if self.links.hidden_links:
            return f"only the {spaced(MOST_LINKS)} strongest links are drawn"
        return ""
