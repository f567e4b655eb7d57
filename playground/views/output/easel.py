"""What the pointer and the keys do on the decision map while points are painted, and how that looks.

Owns the stroke under way and the way from pixels to the plane; the document is changed by the workbench's painting when
a stroke ends. Knows nothing of the network's answers.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPolygonF, QWheelEvent

from playground.data.painting import Place, inside
from playground.views.output.notes import paint_note
from playground.views.output.paint_colours import paint_colour
from playground.views.output.painted_layer import PaintedLayer
from playground.views.output.strokes import Erased, Lassoed, Moved, Painted, Stroke, put_point
from playground.views.theme import theme
from playground.views.workbench.painting import VALUE_STEP, Painting, Tool
from playground.words.painting import INVITATION, NOTHING_PAINTED, chosen_note

SPACING = 3.0
"""Pixels that painted points keep from each other."""
KEY_STEPS = 50
NOTCH = 120
"""What a wheel reports for one of its notches."""
GROWTH = 1.15
"""What a press of a bracket makes of the brush."""
TOOLS: dict[int, Tool] = {
    Qt.Key.Key_B: "brush", Qt.Key.Key_P: "point", Qt.Key.Key_L: "lasso", Qt.Key.Key_E: "eraser",
}  # fmt: skip
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
DELETES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
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
        self._stroke: Stroke | None = None
        self._label = 0.0
        self._corners: list[Place] = []
        """Of the lasso that is closed around what is chosen."""
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
        return self._stroke is not None

    @property
    def tool(self) -> Tool:
        """The tool in the hand; with Alt held brush and point erase."""
        tool = self._painting.tool
        return "eraser" if self._erases and tool in ("brush", "point") else tool

    def _on_changed(self) -> None:
        if self._painting.chosen is None:
            self._corners = []
        if self._stroke is not None and (not self.on or self._stroke.before is not self._painting.canvas):
            self.give_up()
        self._plane.update()

    def give_up(self) -> None:
        """End the stroke under way without a trace."""
        self._stroke = None
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
        if event.buttons() & LEFT and self._stroke is not None:
            self._stroke.go_on(place)
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
        self._painting.choose_value(self._painting.value + VALUE_STEP * turn / NOTCH)
        return True

    def _see(self, modifiers: Qt.KeyboardModifier) -> None:
        """Shift paints the other class, Alt erases; not in the middle of a stroke."""
        if not self.is_busy:
            self._other = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._erases = bool(modifiers & Qt.KeyboardModifier.AltModifier)

    # -- strokes ----------------------------------------------------------------------------------------------------

    @property
    def _unit(self) -> float:
        """What a pixel is to the right, in the units of the plane."""
        return 2.0 * self._painting.canvas.half[0] / max(self._plane.square.width(), 1.0)

    def _begin(self, place: Place) -> None:
        painting, label = self._painting, self._painting.painted(self._other)
        radius, spacing = painting.size * self._unit, SPACING * self._unit
        self._label = label
        if self.tool == "point":
            put_point(painting, label, spacing, place)
        elif self.tool == "brush":
            self._stroke = Painted(painting, label, radius, spacing, place)
        elif self.tool == "eraser":
            self._stroke = Erased(painting, radius, place)
        elif painting.chosen is not None and inside(np.array([place]), self._corners)[0]:
            self._stroke = Moved(painting, place)
        else:
            painting.choose(None)
            self._stroke = Lassoed(painting, [place])

    def _finish(self) -> None:
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return
        corners = list(stroke.corners if isinstance(stroke, Lassoed) else self._corners)
        right, up = stroke.by if isinstance(stroke, Moved) else (0.0, 0.0)
        stroke.finish()
        if self._painting.chosen is not None:
            self._corners = [(x + right, y + up) for x, y in corners]

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
        by = [far * way * half / KEY_STEPS for way, half in zip(ARROWS[key], canvas.half, strict=True)]
        if self.is_busy:
            return
        if self._painting.chosen is not None:
            pushed = Moved(self._painting, (0.0, 0.0), "move painted points")
            pushed.go_on((by[0], by[1]))
            self._stroke = pushed
            self._finish()
            return
        x, y = (
            min(max(was + step, middle - half), middle + half)
            for was, step, middle, half in zip(self._at or canvas.middle, by, canvas.middle, canvas.half, strict=True)
        )
        self._at = x, y

    def _touch(self) -> None:
        """Return does at the cursor what a click does; the lasso takes what lies within the brush's size."""
        if self.is_busy:
            return
        self._at = place = self._at or self._painting.canvas.middle
        if self.tool == "lasso":
            radius = self._painting.size * self._unit
            turns = np.linspace(0.0, 2.0 * np.pi, 33)[:-1]
            round_one = np.stack([np.cos(turns), self._painting.canvas.ratio * np.sin(turns)], axis=1)
            circle = round_one * radius + place
            self._stroke = Lassoed(self._painting, [(x, y) for x, y in circle.tolist()])
        else:
            self._begin(place)
        self._finish()

    def _choose_all(self) -> None:
        (x, y), (right, up) = self._painting.canvas.middle, self._painting.canvas.half
        ways = ((-1.0001, -1.0001), (1.0001, -1.0001), (1.0001, 1.0001), (-1.0001, 1.0001))
        self._stroke = Lassoed(self._painting, [(x + across * right, y + high * up) for across, high in ways])
        self._finish()

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
        stroke, chosen = self._stroke, self._painting.chosen
        canvas, fresh = (self._painting.canvas, ()) if stroke is None else (stroke.canvas, stroke.fresh)
        fitting = chosen if chosen is not None and chosen.size == canvas.count else None
        self._layer.draw(painter, square.topLeft(), square.width(), canvas, fitting, fresh, self._label)

    def paint_tools(self, painter: QPainter, square: QRectF) -> None:
        """The lasso, the brush's ring, and the note in the corner."""
        canvas = self._painting.canvas
        if not canvas.count and self._stroke is None:
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            painter.drawText(square, Qt.AlignmentFlag.AlignCenter, INVITATION if self.on else NOTHING_PAINTED)
        if self.on:
            self._paint_lasso(painter)
            self._paint_cursor(painter)
        note = self.note
        if note:
            paint_note(painter, note, square, at_top=False)

    @property
    def note(self) -> str:
        """What the stroke has come to, or what is chosen."""
        if self._stroke is not None:
            return self._stroke.note
        chosen = self._painting.chosen
        return "" if chosen is None else chosen_note(int(chosen.sum()))

    def _paint_lasso(self, painter: QPainter) -> None:
        stroke = self._stroke
        corners, (right, up) = self._corners, stroke.by if isinstance(stroke, Moved) else (0.0, 0.0)
        if isinstance(stroke, Lassoed):
            corners = stroke.corners
        line = QPolygonF([self._plane.to_pixels((x + right, y + up)) for x, y in corners])
        pen = theme.pen("accent", 1.5)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.color("accent", 0.08))
        (painter.drawPolyline if isinstance(stroke, Lassoed) else painter.drawPolygon)(line)

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
