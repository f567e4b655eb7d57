"""The output for images: a grid of them with what the network answers, and a card for the one under the cursor.

Owns the choice of images to show, the pointer and the keys over them; tiles and card draw themselves. A click makes an
image the one whose forward pass is shown everywhere. Knows nothing of the panel around it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.data import Dataset
from playground.figures.image_answers import Answers, answers, score_text, shown_order, summary, values
from playground.numbers import steady
from playground.views.controls.focus import FocusRing
from playground.views.guards.handlers import guarded
from playground.views.marks.class_chip import class_fill
from playground.views.marks.grey_pictures import GreyPictures
from playground.views.output.image_card import ImageFacts, paint_image_card
from playground.views.output.image_tiles import Arrangement, Tile, arranged, paint_frame, paint_tile, value_text
from playground.views.output.notes import paint_note
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench

RADIUS = 10.0
CALM_MS = 1000
"""While a run goes on, wrong images are sorted to the front only so often: a grid in motion cannot be read."""
WHEEL_STEP = 120
SHADES = 24
"""From undecided to certain."""
ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
ROWS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@guarded
class ImageGrid(FocusRing, QWidget):
    """A square like the decision map's. Shows the training images, or the test images with `view.show_test`."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._pictures = GreyPictures()
        self._dataset: Dataset | None = None
        self._found: Answers | None = None
        self._values: NDArray[np.float64] | None = None
        self._order: NDArray[np.int64] = np.empty(0, np.int64)
        self._order_key: tuple[object, ...] = ()
        self._since_order = QElapsedTimer()
        self._first_row = 0
        self._wheel = 0
        self._pointed: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Images and answers")
        workbench.experiment_changed.connect(self._on_changed)
        workbench.run.snapshot_ready.connect(self._on_changed)
        workbench.view_changed.connect(self._on_changed)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 120)

    @property
    def square(self) -> QRectF:
        """Where the grid is drawn: the largest square, in whole pixels."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) // 2, (self.height() - side) // 2, side, side)

    @property
    def arrangement(self) -> Arrangement:
        """Where the tiles lie."""
        image = self._workbench.dataset.image
        return arranged(self.square) if image is None else arranged(self.square, image[2])

    @property
    def is_telling(self) -> bool:
        """Whether a card stands beside the pointer."""
        return self._pointed is not None

    # -- which images -----------------------------------------------------------------------------------------------

    @property
    def shows_test(self) -> bool:
        """Whether test images are shown; training images where there are no others."""
        return self._workbench.view.show_test and self._workbench.dataset.held_out_labels.size > 0

    @property
    def visible_images(self) -> NDArray[np.int64]:
        """Indices within the shown set, one a tile."""
        tiles = self.arrangement
        first = self._first_row * tiles.columns
        return self._order[first : first + tiles.count]

    def _on_changed(self) -> None:
        data = self._workbench.dataset
        if data is not self._dataset:
            self._dataset, self._pointed, self._first_row = data, None, 0
            if self._workbench.view.probe_sample is not None:
                self._workbench.set_view(probe_sample=None)
            self._forget_drawn(data)
        if data.image is None or not self.isVisible():
            return
        snapshot = self._workbench.run.snapshot
        self._found = answers(snapshot, data, self.shows_test)
        self._values = values(snapshot, data, self.shows_test)
        self._sort()
        self.setAccessibleDescription(
            f"{summary(self._found, self.shows_test)} Arrow keys look at one, Return shows its forward pass."
        )
        self.update()

    def _forget_drawn(self, data: Dataset) -> None:
        """An image drawn by hand stays while the data are images of its size."""
        drawn, size = self._workbench.view.drawn, 0 if data.image is None else math.prod(data.image)
        if self._workbench.view.draws and not size:
            self._workbench.set_view(draws=False, drawn=None)
        elif drawn is not None and len(drawn) != size:
            self._workbench.set_view(drawn=None)

    def showEvent(self, event: QEvent) -> None:
        self._on_changed()

    def _sort(self) -> None:
        """Bring the wrong images to the front, calmly: never under the cursor, seldom while a run goes on."""
        data, wrong_first = self._workbench.dataset, self._workbench.view.mark_errors
        key = (data, self.shows_test, wrong_first, self._found is None)
        same = len(self._order_key) == len(key) and all(a is b for a, b in zip(key, self._order_key, strict=True))
        running = self._workbench.run.state == "running" and self._since_order.isValid()
        if same and (
            not wrong_first or self._pointed is not None or (running and self._since_order.elapsed() < CALM_MS)
        ):
            return
        if not same:
            self._pointed = None
        self._order_key = key
        self._since_order.start()
        count = (data.held_out_labels if self.shows_test else data.train_labels).size
        self._order = shown_order(self._found, count, wrong_first)
        self._scroll_to(self._first_row)

    def _scroll_to(self, row: int) -> None:
        tiles = self.arrangement
        last = max(0, -(-self._order.size // tiles.columns) - tiles.rows)
        row = min(max(row, 0), last)
        if row != self._first_row:
            self._first_row = row
            self.update()

    def _sample(self, image: int) -> int:
        """The image's number over training and test samples."""
        return image + (self._workbench.dataset.train_labels.size if self.shows_test else 0)

    def _image_at(self, place: int) -> int | None:
        shown = self.visible_images
        return int(shown[place]) if 0 <= place < shown.size else None

    # -- wishes -----------------------------------------------------------------------------------------------------

    def _point(self, place: int | None) -> None:
        if place is not None and self._image_at(place) is None:
            place = None
        if place != self._pointed:
            self._pointed = place
            self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def _choose(self, place: int) -> None:
        image = self._image_at(place)
        if image is not None:
            self._workbench.set_view(probe_sample=self._sample(image))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.arrangement.place_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.arrangement.place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._choose(place)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.underMouse():
            self._point(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Rows of images; the picture under the cursor is another one afterwards."""
        self._wheel += event.angleDelta().y()
        rows, self._wheel = int(self._wheel / WHEEL_STEP), int(np.fmod(self._wheel, WHEEL_STEP))
        self._scroll_to(self._first_row - rows)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, tiles = Qt.Key(event.key()), self.arrangement
        if key == Qt.Key.Key_Escape and self._pointed is not None:
            self._point(None)
        elif key in CHOOSE and self._pointed is not None:
            self._choose(self._pointed)
        elif key in ARROWS or key in ROWS:
            self.shows_focus = True
            self._step(ARROWS.get(key, 0) + ROWS.get(key, 0) * tiles.columns)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._scroll_to(self._first_row + (tiles.rows if key == Qt.Key.Key_PageDown else -tiles.rows))
        else:
            super().keyPressEvent(event)

    def _step(self, tiles_on: int) -> None:
        """Look at another image; the grid scrolls where it is not on it."""
        tiles = self.arrangement
        at = self._first_row * tiles.columns + self._pointed + tiles_on if self._pointed is not None else 0
        if not 0 <= at < self._order.size:
            return
        row = at // tiles.columns
        self._scroll_to(min(max(self._first_row, row - tiles.rows + 1), row))
        self._point(at - self._first_row * tiles.columns)

    # -- drawing ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        square = self.square
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            inside = QPainterPath()
            inside.addRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            painter.fillPath(inside, theme.color("surface"))
            painter.setPen(theme.pen("line", 1))
            painter.drawPath(inside)
            if self._workbench.dataset.image is not None:
                self._paint_tiles(painter)
                self._paint_position(painter, square)
                self._paint_card(painter, square)
            self.draw_focus(painter, square, RADIUS)

    def _paint_tiles(self, painter: QPainter) -> None:
        data, view, tiles, found = self._workbench.dataset, self._workbench.view, self.arrangement, self._found
        signs = [data.class_sign(index) for index in range(data.task.classes)]
        chosen, stepped = view.probe_sample or 0, self._stepped
        images = self.visible_images
        sure = np.ones(images.size) if found is None or view.discretize else found.sureness(images)
        for place, image in enumerate(images.tolist()):
            answer, wrong = None, False
            if found is not None:
                winner = int(found.predicted[image])
                fill = class_fill(winner, round(float(sure[place]) * SHADES) / SHADES)
                answer, wrong = (signs[winner], fill), bool(found.wrong[image])
            elif self._values is not None:
                answer = (value_text(float(self._values[image]), tiles), theme.color("shade"))
            picture = self._pictures.picture(data, self._sample(image))
            marked = view.mark_errors and found is not None
            paint_tile(painter, tiles, place, Tile(picture, answer, marked and wrong, marked and not wrong))
            if self._sample(image) in (chosen, stepped):
                paint_frame(painter, tiles.tile(place), "accent", 2.0, 3.0)
            elif place == self._pointed:
                paint_frame(painter, tiles.tile(place), "faint", 1.5, 3.0)

    @property
    def _stepped(self) -> int | None:
        """The training image that a single-sample step shows."""
        snapshot = self._workbench.run.snapshot
        return None if snapshot is None else snapshot.sample

    def _paint_position(self, painter: QPainter, square: QRectF) -> None:
        """Which part of all images is shown, as a slim bar on the right; or what is awaited."""
        if self._workbench.run.state == "preparing":
            paint_note(painter, "Getting ready to train …", square, at_top=False)
        tiles = self.arrangement
        rows = -(-self._order.size // tiles.columns)
        if rows > tiles.rows:
            room = square.height() - 2 * RADIUS
            high = max(room * tiles.rows / rows, 16.0)
            top = square.top() + RADIUS + (room - high) * self._first_row / (rows - tiles.rows)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("track"))
            painter.drawRoundedRect(QRectF(square.right() - 7, top, 3, high), 1.5, 1.5)

    def _paint_card(self, painter: QPainter, square: QRectF) -> None:
        image = None if self._pointed is None else self._image_at(self._pointed)
        if image is not None and self._pointed is not None:
            paint_image_card(painter, self.facts(image), self.arrangement.tile(self._pointed), square)

    def facts(self, image: int) -> ImageFacts:
        """What the card says about an image of the shown set."""
        data, found = self._workbench.dataset, self._found
        labels = data.held_out_labels if self.shows_test else data.train_labels
        if not data.task.is_classification:
            return self._facts_of_value(image, float(labels[image]))
        lines = [("true", data.class_name(int(labels[image])))]
        signs = tuple(data.class_sign(index) for index in range(data.task.classes))
        picture = self._pictures.picture(data, self._sample(image))
        if found is None:
            return ImageFacts(picture, tuple(lines), signs, np.empty(0), (), None, False)
        winner, scores = int(found.predicted[image]), found.scores[:, image]
        lines.append(("answer", data.class_name(winner)))
        texts = tuple(score_text(found, float(score)) for score in scores)
        return ImageFacts(picture, tuple(lines), signs, scores, texts, winner, bool(found.wrong[image]))

    def _facts_of_value(self, image: int, target: float) -> ImageFacts:
        """The same of a regression."""
        picture = self._pictures.picture(self._workbench.dataset, self._sample(image))
        lines = [("true", steady(target))]
        if self._values is not None:
            lines.append(("answer", steady(float(self._values[image]))))
        return ImageFacts(picture, tuple(lines), (), np.empty(0), (), None, False)
