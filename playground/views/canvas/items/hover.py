"""What lies above the tiles: the ring and the card of the part pointed at, and the keyboard's ring.

Owns how they look and where the card fits; the texts come from `canvas_facts`.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.diagram.diagram import Diagram, Part
from playground.diagram.rect import Rect
from playground.diagram.shown import CanvasModel
from playground.views.canvas.items.atlas import UnitAtlas
from playground.views.canvas.items.links import curve, link_colour, link_width, pixel_ratio
from playground.views.canvas.items.pictures import Pixels, part_pictures
from playground.views.canvas.items.tiles import corner, qrect, tile_frame
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT
from playground.words.parts import Facts, facts_of

PAD = 10.0
MAP = 88.0


@guarded
class FocusItem(QGraphicsItem):
    """The ring around the part that has the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self._place = QRectF()
        self._radius = 8.0

    def show_at(self, diagram: Diagram, part: Part | None) -> None:
        """Move the ring to a part, or hide it."""
        rect = diagram.rect_of(part) if part is not None else None
        self.prepareGeometryChange()
        self._place = QRectF() if rect is None else qrect(rect.grown(4.0))
        self._radius = 11.0 if part is not None and part.kind == "card" else corner(self._place.width()) + 3
        self.setVisible(rect is not None)

    def boundingRect(self) -> QRectF:
        return self._place.adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.pen("focus", 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self._place, self._radius, self._radius)


@guarded
class HoverItem(QGraphicsItem):
    """The part pointed at: a ring or a thicker link, and a card beside it with the unit's map and its figures."""

    def __init__(self, model: CanvasModel, atlas: UnitAtlas) -> None:
        super().__init__()
        self.model, self.atlas = model, atlas
        self.part: Part | None = None
        self.facts: Facts | None = None
        self.card = QRectF()
        self._diagram: Diagram | None = None
        self._view = QRectF()
        self._bounds = QRectF()
        self._pictures: list[Pixels] = []
        self._zoom = 1.0

    def show_for(self, diagram: Diagram, part: Part | None, visible: QRectF, zoom: float = 1.0) -> None:
        """Point at a part, or at nothing. visible: the part of the scene that is on screen. The card is no larger or
        smaller where the scene is zoomed."""
        self._diagram, self._view, self._zoom = diagram, visible, zoom
        self.part = part if part is not None and diagram.rect_of(part) is not None else None
        self.refresh()

    def refresh(self) -> None:
        """Take over newer numbers."""
        facts = facts_of(self.model, self.part) if self.part is not None else None
        self._pictures = [] if facts is None or self.part is None else part_pictures(self.model, self.part)
        if facts is None and self.facts is None:
            return
        self.prepareGeometryChange()
        self.facts = facts
        self.setVisible(facts is not None)
        if self.facts is not None:
            self._place_card()
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    # -- places -----------------------------------------------------------------------------------------------------

    @property
    def pictures(self) -> int:
        """How many pictures are shown large beside the texts."""
        if self.part is not None and self._from_atlas is not None:
            return 1
        return len(self._pictures)

    @property
    def _from_atlas(self) -> QRectF | None:
        """The tile's own picture, for inputs and for units whose map is there already."""
        part = self.part
        if part is None or part.kind not in ("feature", "unit", "bias"):
            return None
        plan = self.model.outline.plan(part.layer)
        plane = not self.model.outline.is_image and plan.form == "tile"
        return self.atlas.source(part.layer + 1, part.unit) if plane or plan.kind == "image" else None

    def _place_card(self) -> None:
        """Beside the part, on the side with room; never outside what is visible."""
        assert self._diagram is not None
        assert self.part is not None
        rect = self._diagram.rect_of(self.part)
        assert rect is not None
        size = QRectF(QPointF(), self._card_size().size() / self._zoom)
        target = qrect(rect.grown(12.0))
        if self.part.kind == "bias":
            tile = self._diagram.column(self.part.layer).tile(self.part.unit)
            target = target if tile is None else qrect(tile.grown(12.0))
        x = target.right() if target.right() + size.width() <= self._view.right() else target.left() - size.width()
        y = target.center().y() - size.height() / 2
        if self.part.kind == "link":
            x, y = target.center().x() - size.width() / 2, target.top() - size.height() - 4
        elif self.part.kind in ("arc", "arc_start"):
            x, y = target.center().x() - size.width() / 2, self._diagram.band.y + 8
        elif x < self._view.left():
            x, y = target.center().x() - size.width() / 2, target.bottom()
            y = y if y + size.height() <= self._view.bottom() else target.top() - size.height()
        x = min(max(x, self._view.left() + 4), self._view.right() - size.width() - 4)
        y = min(max(y, self._view.top() + 4), self._view.bottom() - size.height() - 4)
        self.card = QRectF(QPointF(round(x), round(y)), size.size())
        edge = max(8.0, 8.0 / self._zoom)
        self._bounds = self.card.united(target).adjusted(-edge, -edge, edge, edge).united(self._link_bounds())

    def _link_bounds(self) -> QRectF:
        if self.part is None or self.part.kind != "link" or self._diagram is None:
            return QRectF()
        return qrect(self._diagram.band).adjusted(0, -8, 0, 8)

    def _card_size(self) -> QRectF:
        assert self.facts is not None
        strong, small, numbers = (QFontMetricsF(font) for font in _fonts())
        texts = [strong.horizontalAdvance(self.facts.title), small.horizontalAdvance(self.facts.formula)]
        widest = max((numbers.horizontalAdvance(value) for _, value in self.facts.rows), default=0.0)
        widest = max(widest, numbers.horizontalAdvance("−0.000")) + 16
        texts += [small.horizontalAdvance(name) + widest for name, _ in self.facts.rows]
        high = strong.height() + (small.height() + 2) * (len(self.facts.rows) + bool(self.facts.formula)) + 2 * PAD
        if self.pictures:
            return QRectF(0, 0, max(texts) + 2 * PAD + self.pictures * (MAP + PAD), max(high, MAP + 2 * PAD))
        return QRectF(0, 0, max(texts) + 2 * PAD, high)

    # -- painting ---------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self.part is None or self.facts is None or self._diagram is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.part.kind == "link":
            draw_lit_link(painter, self._diagram, self.model, self.part)
        elif self.part.kind not in ("arc", "arc_start"):
            rect = self._diagram.rect_of(self.part)
            assert rect is not None
            draw_ring(painter, self.part, rect)
        scale = 1.0 / self._zoom
        painter.translate(self.card.topLeft())
        painter.scale(scale, scale)
        self._draw_card(painter, QRectF(QPointF(), self.card.size() * self._zoom))

    def _draw_card(self, painter: QPainter, card: QRectF) -> None:
        assert self.facts is not None
        for grow, alpha in ((3.0, 0.04), (1.5, 0.06)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_shadow(alpha))
            painter.drawRoundedRect(card.adjusted(-grow, -grow + 1.5, grow, grow + 1.5), 9 + grow, 9 + grow)
        painter.setPen(theme.pen("line", 1.0))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        text = card.adjusted(PAD, PAD, -PAD, -PAD)
        for place in range(self.pictures):
            self._draw_map(painter, QRectF(text.x(), text.y(), MAP, MAP), place)
            text.setLeft(text.left() + MAP + PAD)
        self._draw_texts(painter, text)

    def _draw_map(self, painter: QPainter, place: QRectF, which: int) -> None:
        source = self._from_atlas
        painter.fillRect(place, theme.color("neutral"))
        if source is not None:
            painter.drawImage(place, self.atlas.image, source)
        elif which < len(self._pictures):
            pixels = np.ascontiguousarray(self._pictures[which])
            rows, columns = pixels.shape
            image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self.model.outline.is_image)
            painter.drawImage(place, image, QRectF(image.rect()))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = tile_frame(MAP, pixel_ratio(painter), theme.current().name, "surface")
        painter.drawPixmap(place.topLeft(), frame)

    def _draw_texts(self, painter: QPainter, place: QRectF) -> None:
        assert self.facts is not None
        strong, small, numbers = _fonts()
        line = QRectF(place.x(), place.y(), place.width(), QFontMetricsF(strong).height())
        painter.setFont(strong)
        painter.setPen(theme.color("text"))
        painter.drawText(line, LEFT, self.facts.title)
        line.moveTop(line.bottom() + 1)
        line.setHeight(QFontMetricsF(small).height() + 2)
        if self.facts.formula:
            painter.setFont(small)
            painter.setPen(theme.color("muted"))
            painter.drawText(line, LEFT, self.facts.formula)
            line.translate(0, line.height())
        for name, value in self.facts.rows:
            painter.setFont(small)
            painter.setPen(theme.color("muted"))
            painter.drawText(line, LEFT, name)
            painter.setFont(numbers)
            painter.setPen(theme.color("text"))
            painter.drawText(line, RIGHT, value)
            line.translate(0, line.height())


@guarded
class LitItem(QGraphicsItem):
    """The link whose weight is being typed, or the ring around a tile or bias whose number is."""

    def __init__(self, model: CanvasModel) -> None:
        super().__init__()
        self.model = model
        self._diagram: Diagram | None = None
        self._part: Part | None = None
        self.hide()

    def show_at(self, diagram: Diagram, part: Part | None) -> None:
        """Light a part, or nothing; a part that has no place now is not lit."""
        if part is None and self._part is None:
            return
        self.prepareGeometryChange()
        self._diagram, self._part = diagram, part
        self.setVisible(part is not None and diagram.rect_of(part) is not None)
        self.update()

    def boundingRect(self) -> QRectF:
        if self._diagram is None or self._part is None:
            return QRectF()
        rect = self._diagram.rect_of(self._part)
        if rect is None:
            return QRectF()
        return qrect(self._diagram.band if self._part.kind == "link" else rect).adjusted(-8, -8, 8, 8)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._diagram is None or self._part is None:
            return
        rect = self._diagram.rect_of(self._part)
        if rect is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._part.kind == "link":
            draw_lit_link(painter, self._diagram, self.model, self._part, halo=True)
        else:
            draw_ring(painter, self._part, rect)


def draw_ring(painter: QPainter, part: Part, rect: Rect) -> None:
    """A ring around a part."""
    painter.setPen(theme.pen("accent", 2.0))
    radius = corner(rect.w) + 2 if part.kind != "bias" else 4.0
    painter.drawRoundedRect(qrect(rect.grown(2.0)), radius, radius)


def draw_lit_link(painter: QPainter, diagram: Diagram, model: CanvasModel, part: Part, halo: bool = False) -> None:
    """A link above all others, in its colour; halo: between two lines of the accent."""
    start, end = diagram.source_tile(part.layer, part.source), diagram.column(part.layer).tile(part.unit)
    if start is None or end is None:
        return
    found = model.link_values(part.layer)
    signed, weight = found is not None and found.signed, 0.0
    if found is not None and part.unit < found.values.shape[0] and part.source < found.values.shape[1]:
        weight = float(found.values[part.unit, part.source])
    path = curve(start.right, start.center[1], end.x, end.center[1])
    strong = max(0.6, abs(weight)) * (1 if weight > 0 else -1)
    width, flat, solid = link_width(weight), Qt.PenCapStyle.FlatCap, Qt.PenStyle.SolidLine
    if halo:
        painter.setPen(QPen(theme.color("accent"), width + 9.0, solid, flat))
        painter.drawPath(path)
    painter.setPen(QPen(theme.color("background"), width + 6.0, solid, flat))
    painter.drawPath(path)
    painter.setPen(QPen(link_colour(strong, signed), width + 2.0, solid, flat))
    painter.drawPath(path)


def _fonts() -> tuple[QFont, QFont, QFont]:
    return theme.strong_font(), theme.small_font(), theme.number_font(12)


def _shadow(alpha: float) -> QColor:
    return theme.color("sunken", 0.5) if theme.current().is_dark else theme.color("text", alpha)
