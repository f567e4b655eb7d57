"""What the pointer and the keys do on the decision map while points are painted, and how that looks.

Owns the stroke under way and the way from pixels to the plane; the document is changed by the workbench's painting when
a stroke ends. Knows nothing of the network's answers.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPolygonF, QWheelEvent

from playground.data.painting import (
    BrushStroke,
    Canvas,
    Mask,
    Place,
    inside,
    moved,
    near_line,
    with_points,
    without,
)
from playground.views.output.notes import paint_note
from playground.views.output.paint_colours import paint_colour
from playground.views.output.painted_layer import PaintedLayer
from playground.views.theme import theme
from playground.views.workbench.painting import VALUE_STEP, Painting, Tool
from playground.words.painting import INVITATION, NOTHING_PAINTED, chosen_note, note_of, stroke_name

SPACING = 3.0
"""Pixels that painted points keep from each other."""
KEY_STEPS = 50
GROWTH = 1.15
"""What a press of a bracket makes of the brush."""
TOOLS: dict[int, Tool] = {
    Qt.Key.Key_B: "brush", Qt.Key.Key_P: "point", Qt.Key.Key_L: "lasso", Qt.Key.Key_E: "eraser",
}  # fmt: skip
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
DELETES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
HELD = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton


class Plane(Protocol):
    """The map as the easel needs it."""

    @property
    def square(self) -> QRectF:
        """Where the plane lies in the widget."""

    def to_plane(self, place: QPointF) -> Place:
        """The point of the plane under a place, never outside."""

    def to_pixels(self, point: Place) -> QPointF:
        """Where a point of the plane lies."""

    def update(self) -> None:
        """Draw the map again soon."""


class Easel:
    """Takes the map's events while painting is on."""

    def __init__(self, painting: Painting, plane: Plane) -> None:
        self._painting, self._plane = painting, plane
        self._layer = PaintedLayer()
        self._at: Place | None = None
        self._other = self._erases = False
        self._canvas: Canvas | None = None
        self._brush: BrushStroke | None = None
        self._label = 0.0
        self._erased: Mask | None = None
        self._last: Place = (0.0, 0.0)
        self._corners: list[Place] = []
        self._drawing_lasso = False
        self._dragged: Place | None = None
        self._preview: Canvas | None = None
        painting.changed.connect(self._on_changed)

    @property
    def on(self) -> bool:
        """Whether points are painted."""
        return self._painting.on

    @property
    def shows(self) -> bool:
        """Whether the canvas is drawn in the place of the data set's points."""
        return self._painting.on or self._painting.blank

    @property
    def is_busy(self) -> bool:
        """Whether a stroke is under way."""
        drags = self._brush is not None or self._erased is not None or self._dragged is not None
        return drags or self._drawing_lasso

    @property
    def tool(self) -> Tool:
        """The tool in the hand; with Alt held brush and point erase."""
        tool = self._painting.tool
        return "eraser" if self._erases and tool in ("brush", "point") else tool

    def _on_changed(self) -> None:
        if self._painting.chosen is None and not self._drawing_lasso:
            self._corners = []
        if self.is_busy and (not self.on or self._canvas is not self._painting.canvas):
            self.give_up()
        self._plane.update()

    def give_up(self) -> None:
        """End the stroke under way without a trace."""
        self._brush = self._erased = self._dragged = self._preview = None
        if self._drawing_lasso:
            self._drawing_lasso, self._corners = False, []
        self._plane.update()

    # -- the pointer ------------------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """A stroke begins with the left button."""
        self._see(event.modifiers())
        if event.button() == LEFT and self._plane.square.contains(event.position()):
            self.give_up()
            self._at = self._plane.to_plane(event.position())
            self._begin(self._at)
            self._plane.update()

    def move(self, event: QMouseEvent) -> None:
        """The pointer moves, with a stroke or without."""
        self._see(event.modifiers())
        place = self._plane.to_plane(event.position())
        self._at = place if self.is_busy or self._plane.square.contains(event.position()) else None
        if event.buttons() & LEFT:
            self._go_on(place)
        self._plane.update()

    def release(self, event: QMouseEvent) -> None:
        """The stroke ends, and becomes a step of the document."""
        if event.button() == LEFT:
            self._finish()
            self._plane.update()

    def leave(self) -> None:
        """The pointer is elsewhere."""
        if not self.is_busy:
            self._at = None
            self._plane.update()

    def wheel(self, event: QWheelEvent) -> bool:
        """The height of the value that is painted; whether it was dealt with."""
        turn = event.angleDelta().y()
        if not self.on or self._painting.canvas.class_count or not turn:
            return False
        self._painting.choose_value(self._painting.value + (VALUE_STEP if turn > 0 else -VALUE_STEP))
        return True

    def _see(self, modifiers: Qt.KeyboardModifier) -> None:
        """Shift paints the other class, Alt erases; not in the middle of a stroke."""
        if not self.is_busy:
            self._other = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._erases = bool(modifiers & Qt.KeyboardModifier.AltModifier)

    # -- strokes ----------------------------------------------------------------------------------------------------

    @property
    def _unit(self) -> float:
        """What a pixel is in the units of the plane."""
        return 2.0 * self._painting.canvas.extent / max(self._plane.square.width(), 1.0)

    def _begin(self, place: Place) -> None:
        painting = self._painting
        self._canvas = canvas = painting.canvas
        self._last, self._label = place, painting.painted(self._other)
        radius = painting.size * self._unit
        if self.tool == "point":
            self._put_point(place)
        elif self.tool == "brush":
            count, spacing = max(1, round(painting.size * painting.density)), SPACING * self._unit
            self._brush = BrushStroke(canvas, self._label, radius, count, spacing, painting.seed)
            self._brush.move_to(place)
        elif self.tool == "eraser":
            self._erased = near_line(canvas.points, place, place, radius)
            self._preview = without(canvas, self._erased)
        elif painting.chosen is not None and self._holds(place):
            self._dragged, self._preview = place, canvas
        else:
            painting.choose(None)
            self._drawing_lasso, self._corners = True, [place]

    def _holds(self, place: Place) -> bool:
        """Whether a place lies inside the lasso that is closed."""
        return bool(inside(np.array([place]), self._corners)[0])

    def _go_on(self, place: Place) -> None:
        canvas = self._canvas
        if canvas is None or not self.is_busy:
            return
        if self._brush is not None:
            self._brush.move_to(place)
        elif self._erased is not None:
            radius = self._painting.size * self._unit
            hit = near_line(canvas.points, self._last, place, radius) & ~self._erased
            if hit.any():
                self._erased = self._erased | hit
                self._preview = without(canvas, self._erased)
        elif self._dragged is not None and self._painting.chosen is not None:
            by = (place[0] - self._dragged[0], place[1] - self._dragged[1])
            self._preview = moved(canvas, self._painting.chosen, by)
        elif self._drawing_lasso and place != self._corners[-1]:
            self._corners.append(place)
        self._last = place

    def _finish(self) -> None:
        if not self.is_busy:
            return
        painting, canvas = self._painting, self._canvas
        brush, erased, changed = self._brush, self._erased, self._preview
        self._brush = self._erased = self._dragged = self._preview = None
        assert canvas is not None
        if brush is not None and brush.points:
            painting.commit(stroke_name("Paint", len(brush.points)), brush.result)
        elif erased is not None and erased.any():
            painting.commit(stroke_name("Erase", int(erased.sum())), without(canvas, erased))
        elif changed is not None and changed is not canvas:
            self._move_lasso(canvas, changed)
        elif self._drawing_lasso:
            self._drawing_lasso = False
            which = inside(canvas.points, self._corners)
            painting.choose(which if which.any() else None)

    def _move_lasso(self, before: Canvas, after: Canvas, merge: str | None = None) -> None:
        """The chosen points have moved, and the lasso with them."""
        chosen, corners = self._painting.chosen, self._corners
        assert chosen is not None
        by = (after.points[chosen] - before.points[chosen])[0]
        if by.any():
            self._painting.commit(stroke_name("Move", int(chosen.sum())), after, merge, keeps=True)
            self._corners = [(x + float(by[0]), y + float(by[1])) for x, y in corners]

    def _put_point(self, place: Place) -> None:
        canvas = self._painting.canvas
        if not near_line(canvas.points, place, place, SPACING * self._unit).any():
            after = with_points(canvas, np.array([place]), self._label)
            if after.count > canvas.count:
                self._painting.commit(stroke_name("Paint", 1), after)

    # -- keys -------------------------------------------------------------------------------------------------------

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key is painting's own: then no shortcut of the window gets it."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key, plain = Qt.Key(event.key()), Qt.KeyboardModifier.NoModifier
        if not self.on:
            return False
        if modifiers == Qt.KeyboardModifier.ControlModifier:
            return key == Qt.Key.Key_A and self._painting.tool == "lasso"
        if key in ARROWS or key in ENTERS:
            return modifiers in (plain, Qt.KeyboardModifier.ShiftModifier)
        if event.text() in ("[", "]"):
            return True
        is_digit = Qt.Key.Key_0 <= key <= Qt.Key.Key_9
        return modifiers == plain and (key in TOOLS or is_digit or key in DELETES or key == Qt.Key.Key_Escape)

    def key(self, event: QKeyEvent) -> bool:
        """What a key does; whether it was dealt with."""
        if self.on and event.key() in (Qt.Key.Key_Shift, Qt.Key.Key_Alt):
            self.held_changed(event, True)
            return False
        if not self.takes(event):
            return False
        key = Qt.Key(event.key())
        if event.text() in ("[", "]"):
            self._resize(event.text() == "]")
        elif key in TOOLS:
            self._painting.use(TOOLS[key])
        elif key in ARROWS:
            self._step(key, 5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key in ENTERS:
            self._other = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._touch()
            self._other = False
        elif key in DELETES:
            self._painting.delete()
        elif key == Qt.Key.Key_Escape:
            self._escape()
        elif key == Qt.Key.Key_A:
            self._choose_all()
        else:
            self._painting.choose_class((key - Qt.Key.Key_1) % 10)
        self._plane.update()
        return True

    def held_changed(self, event: QKeyEvent, down: bool) -> None:
        """Shift or Alt was pressed or let go: the ring shows what it would do."""
        if not self.is_busy:
            self._other = down if event.key() == Qt.Key.Key_Shift else self._other
            self._erases = down if event.key() == Qt.Key.Key_Alt else self._erases
            self._plane.update()

    def _resize(self, larger: bool) -> None:
        size = self._painting.size
        self._painting.set_size(max(size * GROWTH, size + 1) if larger else min(size / GROWTH, size - 1))

    def _step(self, key: Qt.Key, far: int) -> None:
        """Arrow keys move what the lasso holds, else the place where Return paints."""
        canvas = self._painting.canvas
        by = [far * way * canvas.extent / KEY_STEPS for way in ARROWS[key]]
        if self._painting.chosen is not None:
            after = moved(canvas, self._painting.chosen, (by[0], by[1]))
            self._move_lasso(canvas, after, "move painted points")
            return
        x, y = (was + step for was, step in zip(self._at or (0.0, 0.0), by, strict=True))
        extent = canvas.extent
        self._at = min(max(x, -extent), extent), min(max(y, -extent), extent)

    def _touch(self) -> None:
        """Return does at the cursor what a click does; the lasso takes what lies within the brush's size."""
        if self.is_busy:
            return
        self._at = place = self._at or (0.0, 0.0)
        if self.tool == "lasso":
            radius = self._painting.size * self._unit
            turns = np.linspace(0.0, 2.0 * np.pi, 33)[:-1]
            self._drawing_lasso, self._canvas = True, self._painting.canvas
            self._corners = [(place[0] + radius * np.cos(turn), place[1] + radius * np.sin(turn)) for turn in turns]
        else:
            self._begin(place)
        self._finish()

    def _choose_all(self) -> None:
        canvas = self._painting.canvas
        reach = canvas.extent * 1.0001
        self._corners = [(-reach, -reach), (reach, -reach), (reach, reach), (-reach, reach)]
        self._painting.choose(np.ones(canvas.count, np.bool_) if canvas.count else None)

    def _escape(self) -> None:
        """First the stroke, then what is chosen, then the mode."""
        if self.is_busy:
            self.give_up()
        elif self._painting.chosen is not None:
            self._painting.choose(None)
        else:
            self._painting.done()

    # -- drawing ----------------------------------------------------------------------------------------------------

    def paint_points(self, painter: QPainter, square: QRectF) -> None:
        """The canvas with the stroke under way."""
        canvas, chosen = self._preview or self._painting.canvas, self._painting.chosen
        fresh = () if self._brush is None else self._brush.points
        fitting = chosen if chosen is not None and chosen.size == canvas.count else None
        self._layer.draw(painter, square.topLeft(), square.width(), canvas, fitting, fresh, self._label)

    def paint_tools(self, painter: QPainter, square: QRectF) -> None:
        """The lasso, the brush's ring, and the note in the corner."""
        canvas = self._painting.canvas
        if not canvas.count and self._brush is None:
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            painter.drawText(square, Qt.AlignmentFlag.AlignCenter, INVITATION if self.on else NOTHING_PAINTED)
        if self.on:
            self._paint_lasso(painter)
            self._paint_cursor(painter)
        note = self._note()
        if note:
            paint_note(painter, note, square, at_top=False)

    def _note(self) -> str:
        if self._brush is not None:
            return note_of(len(self._brush.points))
        if self._erased is not None:
            return note_of(-int(self._erased.sum()))
        if self._drawing_lasso or (self._painting.chosen is not None and self._corners):
            which = self._painting.chosen
            if self._drawing_lasso and self._canvas is not None:
                which = inside(self._canvas.points, self._corners)
            return chosen_note(0 if which is None else int(which.sum()))
        return ""

    def _paint_lasso(self, painter: QPainter) -> None:
        if len(self._corners) < 2:
            return
        right, up = self._dragged_by()
        line = QPolygonF([self._plane.to_pixels((x + right, y + up)) for x, y in self._corners])
        pen = theme.pen("accent", 1.5)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.color("accent", 0.08))
        (painter.drawPolyline if self._drawing_lasso else painter.drawPolygon)(line)

    def _dragged_by(self) -> Place:
        """How far the chosen points are away from where they lie in the document."""
        chosen = self._painting.chosen
        if self._dragged is None or self._preview is None or self._canvas is None or chosen is None:
            return 0.0, 0.0
        right, up = (self._preview.points[chosen] - self._canvas.points[chosen])[0].tolist()
        return right, up

    def _paint_cursor(self, painter: QPainter) -> None:
        tool, canvas = self.tool, self._painting.canvas
        if self._at is None or tool == "lasso":
            return
        centre = self._plane.to_pixels(self._at)
        label = self._label if self.is_busy else self._painting.painted(self._other)
        colour = theme.color("text") if tool == "eraser" else paint_colour(canvas, label)
        radius = 5.0 if tool == "point" else float(self._painting.size)
        faint = theme.color("text", 0.06) if tool == "eraser" else paint_colour(canvas, label)
        if tool != "eraser":
            faint.setAlphaF(0.1)
        painter.setBrush(faint)
        painter.setPen(theme.pen("surface", 4.0))
        painter.drawEllipse(centre, radius, radius)
        pen = theme.pen("text", 2.0)
        pen.setColor(colour)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(centre, 1.75, 1.75)
