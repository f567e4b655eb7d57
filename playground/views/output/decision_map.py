"""The large map: what the network answers over the plane, with the data points, and what it says under the cursor.

Owns the drawing of the map and the pointer and keys over it; knows nothing of the panel around it.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.data.source_kind import PLANE
from playground.figures.decision import DataPoint, ShownMap, mistakes, reading, shown_map
from playground.figures.ground import Ground
from playground.numbers import spaced
from playground.views.controls.focus import FocusRing
from playground.views.guards.handlers import guarded
from playground.views.marks.map_picture import MapPicture
from playground.views.output.best_line import paint_best
from playground.views.output.easel import Easel
from playground.views.output.map_axes import paint_axes
from playground.views.output.map_places import MapPlaces, look_into
from playground.views.output.notes import paint_note
from playground.views.output.plane_menu import PlaneMenu
from playground.views.output.point_layer import PointLayer, Wrong
from playground.views.output.probe_card import paint_card
from playground.views.output.rings import paint_all
from playground.views.output.view_switches import why_no_map, why_not
from playground.views.theme import theme
from playground.views.workbench.view_state import NO_PROBE
from playground.views.workbench.workbench import Workbench
from playground.words.plane import HOLDS, others_line

RADIUS = 10.0
THUMBNAIL = 128
REACH = 7.0
"""A data point is met within so many pixels."""
IN_LINES = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
KEY_STEPS = 25
DESCRIPTION = "What the network answers over the plane. Arrow keys move a probe, Esc removes it."
PREPARING = "Getting ready to train …"
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}


@guarded
class DecisionMap(FocusRing, QWidget):
    """A square over ±extent, or over the window of a section, then with axes. The pointer and the arrow keys move the
    workbench's probe; a data point of a section can be chosen, so that the other columns have its values."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._picture, self._points = MapPicture(), PointLayer()
        self._shown: ShownMap | None = None
        self._shown_key: tuple[object, ...] = ()
        self.easel = Easel(workbench.painting, self)
        self.places = MapPlaces(workbench, self, self.easel)
        workbench.painting.changed.connect(self._on_painting_changed)
        self.menu = PlaneMenu(workbench, self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Decision map")
        self.setAccessibleDescription(DESCRIPTION)
        workbench.experiment_changed.connect(self._on_experiment_changed)
        workbench.run.snapshot_ready.connect(self._on_changed)
        workbench.view_changed.connect(self._on_changed)
        workbench.inside.changed.connect(self.update)
        theme.current().changed.connect(self._on_changed)

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 120)

    @property
    def square(self) -> QRectF:
        """Where the map is drawn."""
        return self.places.square

    @property
    def is_telling(self) -> bool:
        """Whether a card stands beside the pointer, or a brush is there."""
        return self._workbench.view.probe is not None or self.easel.on

    @property
    def shown(self) -> ShownMap | None:
        """The map that is to be drawn now."""
        bench = self._workbench
        key = (bench.run.snapshot, bench.experiment, bench.dataset, bench.view.hovered)
        if len(self._shown_key) != len(key) or any(a is not b for a, b in zip(key, self._shown_key, strict=True)):
            self._shown_key = key
            self._shown = shown_map(bench.run.snapshot, bench.experiment, bench.dataset, bench.view.hovered)
        return self._shown

    def thumbnail(self) -> bytes | None:
        """A small PNG of the map as it was last drawn, without points; None where nothing was drawn."""
        if self._picture.image is None or not self.isVisible() or self.ground is None:
            return None
        size, smooth = QSize(THUMBNAIL, THUMBNAIL), Qt.TransformationMode.SmoothTransformation
        small = self._picture.image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        small.save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(buffer.data().data())

    # -- places -----------------------------------------------------------------------------------------------------

    @property
    def ground(self) -> Ground | None:
        """What the map lies over; None where the data have no map, and of a section until it is known."""
        return self.places.ground

    def to_pixels(self, point: tuple[float, float]) -> QPointF:
        """Where a place of the map lies in the widget."""
        return self.places.to_pixels(point)

    def to_plane(self, place: QPointF) -> tuple[float, float]:
        """The place of the map under a place of the widget, never outside the map."""
        return self.places.to_plane(place)

    def point_at(self, point: tuple[float, float], pixels: float = REACH) -> DataPoint | None:
        """The drawn data point next to a place of the map."""
        return self.places.point_at(
            point, self._points.counts(self._workbench.dataset, self._workbench.view.show_test), pixels
        )

    # -- wishes -----------------------------------------------------------------------------------------------------

    def _look_at(self, point: tuple[float, float], reach: float = REACH, onto: bool = True) -> None:
        """Move the probe to a place, or exactly onto the data point there; nowhere where there is no map.

        onto: whether the probe moves onto a data point within reach, or only tells of it.
        """
        if self.ground is None or self.easel.shows:
            return self._look_away()
        datum = self.point_at(point, reach)
        label = None if datum is None else datum.label
        place = point if datum is None or not onto else datum.point
        if self.ground.section is None:
            self._workbench.set_view(probe=place, probe_label=label)
        else:
            sample = None if datum is None else datum.sample
            self._workbench.set_view(probe=place, probe_label=label, probe_sample=sample)

    def _look_away(self) -> None:
        if self.places.has_axes:
            self._workbench.set_view(**NO_PROBE)
        else:
            self._workbench.set_view(probe=None, probe_label=None)

    def _hold_others(self) -> bool:
        """Give the other columns the values of the data point that the probe is at; False where it is at none."""
        sample, data = self._workbench.view.probe_sample, self._workbench.dataset
        if sample is None or self.ground is None or self.ground.section is None or self._workbench.view.probe is None:
            return False
        self.menu.hold(data.number_of(sample))
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of a section: the values of which point the other columns have."""
        if self.ground is None or self.ground.section is None or self.easel.shows:
            super().contextMenuEvent(event)
            return
        view, data = self._workbench.view, self._workbench.dataset
        by_pointer = event.reason() != QContextMenuEvent.Reason.Keyboard
        if by_pointer:
            self._look_at(self.to_plane(QPointF(event.pos())))
        sample = None if view.probe is None and not by_pointer else self._workbench.view.probe_sample
        corner = event.pos() if by_pointer or view.probe is None else self.to_pixels(view.probe).toPoint()
        self.menu.open_at(self.mapToGlobal(corner), None if sample is None else data.number_of(sample))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.easel.on:
            self.easel.press(event)
        elif self.ground is not None and self.square.contains(event.position()):
            look_into(self._workbench, self.ground, self.to_plane(event.position()), self.point_at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.easel.on:
            self.easel.release(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.setAccepted(self.easel.wheel(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.easel.on:
            self.easel.move(event)
        elif self.square.contains(event.position()):
            self._look_at(self.to_plane(event.position()))
        else:
            self._look_away()

    def leaveEvent(self, event: QEvent) -> None:
        self.easel.leave()
        self._look_away()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.underMouse():
            self._look_away()

    def event(self, event: QEvent) -> bool:
        """While points are painted, painting's keys go before the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.easel.takes(event):
            event.accept()
            return True
        return super().event(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self.easel.on and event.key() in (Qt.Key.Key_Shift, Qt.Key.Key_Alt):
            self.easel.held_changed(event, False)
        super().keyReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.easel.key(event):
            self.shows_focus = True
        elif key == Qt.Key.Key_Escape and self._workbench.view.probe is not None:
            self._look_away()
        elif key in ARROWS and self.ground is not None and not self.easel.shows:
            self.shows_focus = True
            self._step(self.ground, ARROWS[key], 5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or not self._hold_others():
            super().keyPressEvent(event)

    def _step(self, ground: Ground, way: tuple[int, int], far: int) -> None:
        """Move the probe a step of the arrow keys; on a section a point as near as a step is met."""
        old = self._workbench.view.probe or ground.middle
        x, y = (at + far * each * half / KEY_STEPS for at, each, half in zip(old, way, ground.half, strict=True))
        self._look_at(ground.at(ground.share((x, y))), 1.0 if ground.section is None else REACH, onto=False)

    def _on_painting_changed(self) -> None:
        """Painting takes the probe away, and shows by the pointer that it is on."""
        if self.easel.on:
            self._look_away()
        hidden = self.easel.on and self.easel.tool != "lasso"
        self.setCursor(Qt.CursorShape.BlankCursor if hidden else Qt.CursorShape.CrossCursor)
        self.update()

    def _on_experiment_changed(self) -> None:
        probe, ground = self._workbench.view.probe, self.ground
        if probe is not None:
            self._look_at(probe if ground is None else ground.at(ground.share(probe)))
        self.update()

    def _on_changed(self) -> None:
        text = f"{DESCRIPTION} {HOLDS} {self.others}".strip() if self.places.has_axes else DESCRIPTION
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
        self.update()

    # -- drawing ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        square = self.square
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            inside = QPainterPath()
            inside.addRoundedRect(square, RADIUS, RADIUS)
            painter.setClipPath(inside)
            self._paint_map(painter, square)
            note = self._paint_best(painter, square)
            self._paint_points(painter, square)
            painter.setClipping(False)
            painter.setPen(theme.pen("line", 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            self._paint_captions(painter, square)
            self._paint_axes(painter, square)
            if note:
                paint_note(painter, note, square, at_top=True, at_right=True)
            self._paint_probe(painter, square)
            self.draw_focus(painter, square, RADIUS)

    def _paint_best(self, painter: QPainter, square: QRectF) -> str:
        bench, ground = self._workbench, self.ground
        if ground is None or not bench.view.show_best or why_not("show_best", bench.dataset):
            return ""
        return paint_best(painter, square, bench, ground)

    def _paint_map(self, painter: QPainter, square: QRectF) -> None:
        other_plane = self.easel.shows and self._workbench.dataset.window is not None
        shown = None if self._workbench.painting.blank or other_plane else self.shown
        if shown is None:
            painter.fillRect(square, theme.color("shade"))
            return
        discretize = self._workbench.view.discretize and shown.caption is None
        self._picture.update(shown.field, square.width(), self.devicePixelRatioF(), discretize)
        if self._picture.image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(square, self._picture.image)

    def _paint_points(self, painter: QPainter, square: QRectF) -> None:
        bench = self._workbench
        if self.easel.shows:
            self.easel.paint_points(painter, square)
            return
        data, ground, side = bench.dataset, self.ground, square.width()
        if ground is None:
            return
        self._points.draw(painter, square.topLeft(), side, data, bench.view.show_test, self._wrong(), ground)
        paint_all(painter, bench, ground, self._points.counts(data, bench.view.show_test), self.to_pixels)

    def _wrong(self) -> Wrong | None:
        bench = self._workbench
        if not (bench.view.mark_errors and bench.dataset.task.is_classification) or bench.run.snapshot is None:
            return None
        snapshot, activation = bench.run.snapshot, bench.run.snapshot.layout.slots[-1].activation
        train = mistakes(snapshot.train_outputs, bench.dataset.train_labels, activation)
        return Wrong(train, mistakes(snapshot.test_outputs, bench.dataset.held_out_labels, activation))

    def _paint_captions(self, painter: QPainter, square: QRectF) -> None:
        """The hovered unit's name in the top left corner; in the bottom left one what is left out, or awaited.

        In the bottom right one what lies to the right and upwards, where the columns have names of their own.
        """
        bench = self._workbench
        if self.easel.shows:
            self.easel.paint_tools(painter, square)
            return
        if self.ground is None:
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            reason = why_no_map(bench.dataset) or (PREPARING if bench.run.state == "preparing" else "")
            painter.drawText(square.adjusted(16, 16, -16, -16), IN_LINES, reason)
            return
        if self._shown is not None and self._shown.caption is not None:
            paint_note(painter, self._shown.caption, square, at_top=True)
        if bench.dataset.columns != PLANE and self.ground.section is None:
            paint_note(painter, self._axes(0.8 * square.width() - 48), square, at_top=False, at_right=True)
        drawn = sum(self._points.counts(bench.dataset, bench.view.show_test))
        there = bench.dataset.train_labels.size + (bench.dataset.held_out_labels.size if bench.view.show_test else 0)
        if bench.run.state == "preparing":
            paint_note(painter, PREPARING, square, at_top=False)
        elif drawn < there:
            paint_note(painter, f"{spaced(drawn)} of {spaced(there)} points drawn", square, at_top=False)

    def _paint_axes(self, painter: QPainter, square: QRectF) -> None:
        """Of a section what lies across and upwards, in the columns' own units, and where the others stand."""
        ground, data = self.ground, self._workbench.dataset
        if ground is not None and ground.section is not None and not self.easel.shows:
            paint_axes(painter, square, self.places.edge, ground, data.columns, self.others)

    @property
    def others(self) -> str:
        """Where the columns stand that lie neither across nor upwards; empty where there are none."""
        shot, ground = self._workbench.run.snapshot, self.ground
        if shot is None or ground is None or ground.section is None:
            return ""
        return others_line(ground.section, shot.dataset)

    def _axes(self, room: float) -> str:
        """`→ height  ↑ weight`, the names cut where there is no room."""
        metrics, elide = QFontMetricsF(theme.small_font()), Qt.TextElideMode.ElideRight
        across, upwards = (metrics.elidedText(name, elide, room / 2) for name in self._workbench.dataset.columns)
        return f"→ {across}  ↑ {upwards}"

    def _paint_probe(self, painter: QPainter, square: QRectF) -> None:
        bench = self._workbench
        probe = bench.view.probe
        if probe is None or not square.width() or self.ground is None:
            return
        place = self.to_pixels(probe)
        for token, width in (("surface", 3.5), ("text", 1.5)):
            painter.setPen(theme.pen(token, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, 7.0, 7.0)
        datum = None
        if bench.view.probe_label is not None:
            sample = bench.view.probe_sample if self.ground.section is not None else None
            datum = self.point_at(probe, 1.0) if sample is None else self.places.sample_at(sample)
        found = reading(bench.run.snapshot, bench.experiment, probe, self._shown, datum)
        room = QRectF(self.rect()) if self.places.has_axes else square
        paint_card(painter, found, place, room, bench.dataset.task.classes)
