"""The large map: what the network answers over the plane, with the data points, and what it says under the cursor.

Owns the drawing of the map and the pointer and keys over it; knows nothing of the panel around it.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
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
from playground.figures.decision import DataPoint, ShownMap, mistakes, nearest, reading, shown_map
from playground.numbers import spaced
from playground.views.controls.focus import FocusRing
from playground.views.guards.handlers import guarded
from playground.views.marks.map_picture import MapPicture
from playground.views.output.best_line import paint_best
from playground.views.output.easel import Easel
from playground.views.output.notes import paint_note
from playground.views.output.point_layer import PointLayer, Wrong
from playground.views.output.probe_card import paint_card
from playground.views.output.rings import paint_found, paint_rings, ringed_points, sample_points
from playground.views.output.view_switches import why_no_map, why_not
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench

RADIUS = 10.0
THUMBNAIL = 128
REACH = 7.0
"""A data point is met within so many pixels."""
IN_LINES = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
KEY_STEPS = 25
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}


@guarded
class DecisionMap(FocusRing, QWidget):
    """A square over ±extent. The pointer and the arrow keys move the workbench's probe."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._picture, self._points = MapPicture(), PointLayer()
        self._shown: ShownMap | None = None
        self._shown_key: tuple[object, ...] = ()
        self.easel = Easel(workbench.painting, self)
        workbench.painting.changed.connect(self._on_painting_changed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Decision map")
        self.setAccessibleDescription(
            "What the network answers over the plane. Arrow keys move a probe, Esc removes it."
        )
        workbench.experiment_changed.connect(self._on_experiment_changed)
        workbench.run.snapshot_ready.connect(self._on_changed)
        workbench.view_changed.connect(self._on_changed)
        theme.current().changed.connect(self._on_changed)

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 120)

    @property
    def square(self) -> QRectF:
        """Where the map is drawn: the largest square, in whole pixels."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) // 2, (self.height() - side) // 2, side, side)

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
        if self._picture.image is None or not self.isVisible() or not self._workbench.dataset.is_plane:
            return None
        size, smooth = QSize(THUMBNAIL, THUMBNAIL), Qt.TransformationMode.SmoothTransformation
        small = self._picture.image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        small.save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(buffer.data().data())

    # -- places -----------------------------------------------------------------------------------------------------

    @property
    def _extent(self) -> float:
        """Half the width of the plane that is shown."""
        return self._workbench.painting.canvas.extent if self.easel.shows else self._workbench.dataset.extent

    def to_pixels(self, point: tuple[float, float]) -> QPointF:
        """Where a point of the plane lies in the widget."""
        square, extent = self.square, self._extent
        x, y = (point[0] / extent + 1) / 2, (1 - point[1] / extent) / 2
        return QPointF(square.left() + x * square.width(), square.top() + y * square.height())

    def to_plane(self, place: QPointF) -> tuple[float, float]:
        """The point of the plane under a place of the widget, never outside the map."""
        square, extent = self.square, self._extent
        x = 2 * (place.x() - square.left()) / max(square.width(), 1.0) - 1
        y = 1 - 2 * (place.y() - square.top()) / max(square.height(), 1.0)
        return min(max(x, -1.0), 1.0) * extent, min(max(y, -1.0), 1.0) * extent

    def point_at(self, point: tuple[float, float], pixels: float = REACH) -> DataPoint | None:
        """The drawn data point next to a point of the plane, test points last because they are drawn on top."""
        data, view = self._workbench.dataset, self._workbench.view
        if not data.is_plane:
            return None
        reach = pixels * 2 * data.extent / max(self.square.width(), 1.0)
        train, test = self._points.counts(data, view.show_test)
        for points, labels, is_test in (
            (data.held_out_points[:, :test], data.held_out_labels, True),
            (data.train_points[:, :train], data.train_labels, False),
        ):
            found = nearest(points, point, reach)
            if found is not None:
                return DataPoint((float(points[0, found]), float(points[1, found])), float(labels[found]), is_test)
        return None

    # -- wishes -----------------------------------------------------------------------------------------------------

    def _look_at(self, point: tuple[float, float]) -> None:
        """Move the probe to a point, or exactly onto the data point there; nowhere where there is no plane."""
        if not self._workbench.dataset.is_plane or self.easel.shows:
            return self._look_away()
        datum = self.point_at(point)
        label = None if datum is None else datum.label
        self._workbench.set_view(probe=point if datum is None else datum.point, probe_label=label)

    def _look_away(self) -> None:
        self._workbench.set_view(probe=None, probe_label=None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.easel.on:
            self.easel.press(event)

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
        elif key in ARROWS and self._workbench.dataset.is_plane and not self.easel.shows:
            self.shows_focus = True
            extent = self._workbench.dataset.extent
            far = 5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            old = self._workbench.view.probe or (0.0, 0.0)
            x, y = (place + far * way * extent / KEY_STEPS for place, way in zip(old, ARROWS[key], strict=True))
            point = (min(max(x, -extent), extent), min(max(y, -extent), extent))
            datum = self.point_at(point, 1.0)
            self._workbench.set_view(probe=point, probe_label=None if datum is None else datum.label)
        else:
            super().keyPressEvent(event)

    def _on_painting_changed(self) -> None:
        """Painting takes the probe away, and shows by the pointer that it is on."""
        if self.easel.on:
            self._look_away()
        hidden = self.easel.on and self.easel.tool != "lasso"
        self.setCursor(Qt.CursorShape.BlankCursor if hidden else Qt.CursorShape.CrossCursor)
        self.update()

    def _on_experiment_changed(self) -> None:
        probe, extent = self._workbench.view.probe, self._workbench.dataset.extent
        if probe is not None:
            self._look_at((min(max(probe[0], -extent), extent), min(max(probe[1], -extent), extent)))
        self.update()

    def _on_changed(self) -> None:
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
            note = paint_best(painter, square, self._workbench) if self._shows_best else ""
            self._paint_points(painter, square)
            painter.setClipping(False)
            painter.setPen(theme.pen("line", 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            self._paint_captions(painter, square)
            if note:
                paint_note(painter, note, square, at_top=True, at_right=True)
            self._paint_probe(painter, square)
            self.draw_focus(painter, square, RADIUS)

    @property
    def _shows_best(self) -> bool:
        bench = self._workbench
        return bench.view.show_best and not why_not("show_best", bench.dataset)

    def _paint_map(self, painter: QPainter, square: QRectF) -> None:
        shown = None if self._workbench.painting.blank else self.shown
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
        if not bench.dataset.is_plane:
            return
        self._points.draw(painter, square.topLeft(), square.width(), bench.dataset, bench.view.show_test, self._wrong())
        if bench.view.ringed or bench.view.ringed_samples:
            drawn = self._points.counts(bench.dataset, bench.view.show_test)
            touched = [*ringed_points(bench.dataset, bench.view.ringed, drawn)] or [
                *sample_points(bench.dataset, bench.view.ringed_samples, drawn)
            ]
            paint_rings(painter, [self.to_pixels(point) for point in touched])
        if bench.view.found_at.points:
            drawn = self._points.counts(bench.dataset, bench.view.show_test)
            found = sample_points(bench.dataset, bench.view.found_at.points, drawn)
            paint_found(painter, [self.to_pixels(point) for point in found])
        sample = bench.run.snapshot.sample if bench.run.snapshot is not None else None
        if sample is not None and sample < bench.dataset.train_labels.size:
            x, y = bench.dataset.train_points[:, sample]
            for token, width in (("surface", 5.0), ("accent", 2.5)):
                painter.setPen(theme.pen(token, width))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(self.to_pixels((float(x), float(y))), 8.0, 8.0)

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
        if not bench.dataset.is_plane:
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            painter.drawText(square.adjusted(16, 16, -16, -16), IN_LINES, why_no_map(bench.dataset))
            return
        if self._shown is not None and self._shown.caption is not None:
            paint_note(painter, self._shown.caption, square, at_top=True)
        if bench.dataset.columns != PLANE:
            paint_note(painter, self._axes(0.8 * square.width() - 48), square, at_top=False, at_right=True)
        drawn = sum(self._points.counts(bench.dataset, bench.view.show_test))
        there = bench.dataset.train_labels.size + (bench.dataset.held_out_labels.size if bench.view.show_test else 0)
        if bench.run.state == "preparing":
            paint_note(painter, "Getting ready to train …", square, at_top=False)
        elif drawn < there:
            paint_note(painter, f"{spaced(drawn)} of {spaced(there)} points drawn", square, at_top=False)

    def _axes(self, room: float) -> str:
        """`→ height  ↑ weight`, the names cut where there is no room."""
        metrics, elide = QFontMetricsF(theme.small_font()), Qt.TextElideMode.ElideRight
        across, upwards = (metrics.elidedText(name, elide, room / 2) for name in self._workbench.dataset.columns)
        return f"→ {across}  ↑ {upwards}"

    def _paint_probe(self, painter: QPainter, square: QRectF) -> None:
        bench = self._workbench
        probe = bench.view.probe
        if probe is None or not square.width() or not bench.dataset.is_plane:
            return
        place = self.to_pixels(probe)
        for token, width in (("surface", 3.5), ("text", 1.5)):
            painter.setPen(theme.pen(token, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, 7.0, 7.0)
        datum = self.point_at(probe, 1.0) if bench.view.probe_label is not None else None
        found = reading(bench.run.snapshot, bench.experiment, probe, self._shown, datum)
        paint_card(painter, found, place, square, bench.dataset.task.classes)
