"""Without and with a cure, side by side: the maps of one seed's pair, the matrices of classes where there is no map, or
the losses; and what both answer of the held-out samples.

Owns these small drawings; knows nothing of how the networks were trained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground import numbers as formats
from playground.figures.confusion import Confusion, confusion
from playground.figures.curves import loss_top
from playground.figures.decision import shown_map, target_peak
from playground.figures.ground import ground_of
from playground.figures.shading import Field
from playground.run.snapshot import Snapshot
from playground.views.guards.handlers import guarded
from playground.views.marks.map_picture import MapPicture
from playground.views.marks.point_marks import ROOM, PointStyle, mark_radius
from playground.views.theme import theme
from playground.views.theme.alignment import CENTRE, LEFT
from playground.views.theme.polygons import polygon
from playground.views.workbench.workbench import Workbench
from playground.words import cures as cure_words
from playground.words import doctor as words

if TYPE_CHECKING:  # what tries cures loads the kernels
    from playground.diagnosis.cures.verifying import CureResult

MOST, LEAST, GAP, BESIDE = 154.0, 64.0, 16.0, 84.0
MOST_POINTS = 400
Array = NDArray[np.float64]


class MapSide:
    """The map of one network with the training samples."""

    def __init__(self, shot: Snapshot, field: Field) -> None:
        self._shot, self._field, self._picture = shot, field, MapPicture()

    def draw(self, painter: QPainter, square: QRectF) -> None:
        ratio = painter.device().devicePixelRatioF()
        self._picture.update(self._field, square.width(), ratio, discretize=False)
        if self._picture.image is not None:
            painter.drawImage(square, self._picture.image)
        data, ground = self._shot.dataset, ground_of(self._shot.dataset, self._shot)
        if ground is None:
            return
        labels = data.train_labels[:MOST_POINTS]
        radius = 0.9 * mark_radius(square.width(), labels.size)
        style = PointStyle(data.task.classes, target_peak(data), radius, ratio)
        shares = ground.shares(ground.places(data.train_points[:, :MOST_POINTS]))
        places = (shares * np.array([[0.5], [-0.5]]) + 0.5) * square.width() - ROOM
        for x, y, kind in zip(*places.tolist(), style.kinds(labels).tolist(), strict=True):
            painter.drawPixmap(square.topLeft() + QPointF(x, y), style.picture(kind, False))


class MatrixSide:
    """The matrix of classes: rows are the true ones, columns the answers."""

    def __init__(self, found: Confusion) -> None:
        self._found = found

    def draw(self, painter: QPainter, square: QRectF) -> None:
        counts, shade = self._found.counts, theme.color("shade")
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        classes, side = len(counts), square.width() / len(counts)
        painter.fillRect(square, shade)
        painter.setFont(theme.number_font(min(12.0, max(side / theme.scaled(2.0), 7.0))))
        for row, column in np.ndindex(classes, classes):
            cell = QRectF(square.left() + column * side, square.top() + row * side, side, side).adjusted(1, 1, -1, -1)
            share, token = float(shares[row, column]), "accent" if row == column else "warning"
            painter.fillRect(cell, theme.blend(shade, theme.color(token), 0.45 * share))
            if counts[row, column]:
                painter.setPen(theme.color("text"))
                painter.drawText(cell.adjusted(-1, -3, 1, 3), CENTRE, formats.counter(int(counts[row, column])))


class CurveSide:
    """The losses of one run: of its training samples, and of those that judge."""

    def __init__(self, rows: tuple[Array, Array, Array], top: float) -> None:
        self._rows, self._top = rows, top

    def draw(self, painter: QPainter, square: QRectF) -> None:
        painter.fillRect(square, theme.color("shade"))
        epochs, *losses = self._rows
        inside = square.adjusted(6, 6, -6, -6)
        if len(epochs) < 2:
            return
        x = inside.left() + (epochs - epochs[0]) / max(float(epochs[-1] - epochs[0]), 1.0) * inside.width()
        for values, token in zip(losses, ("accent", "warning"), strict=True):
            shares = np.clip(np.nan_to_num(values, nan=self._top, posinf=self._top), 0.0, self._top) / self._top
            painter.setPen(theme.pen(token, 1.25))
            painter.drawPolyline(polygon(x, inside.bottom() - shares * inside.height()))


Side = MapSide | MatrixSide | CurveSide


@guarded
class PairPictures(QWidget):
    """Follows what is pointed at in the table; before that, the best cure."""

    def __init__(self, workbench: Workbench, rule: str) -> None:
        super().__init__()
        self._trials, self._rule = workbench.doctor.trials, rule
        self._shown: CureResult | None = None
        self._sides: tuple[Side, ...] = ()
        self._figures: tuple[tuple[str, str, str], ...] = ()
        self._caption = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for signal in (self._trials.changed, self._trials.pointing, self._trials.ends_known):
            signal.connect(self.refresh)
        theme.current().changed.connect(self.update)
        self.refresh()

    @property
    def caption(self) -> str:
        """What stands above: which epoch, and which cure."""
        return self._caption

    @property
    def sides(self) -> tuple[Side, ...]:
        """What is drawn, without and with the cure; nothing until it is known."""
        return self._sides

    def refresh(self) -> None:
        """Show the pair that is looked at."""
        results = self._trials.results if self._trials.of == self._rule else ()
        wanted = self._trials.pointed or (self._shown if self._shown in results else next(iter(results), None))
        if wanted is not None and wanted not in results:
            wanted = next(iter(results), None)
        ends = None if wanted is None else self._trials.ends(wanted)
        if wanted is not None and ends is not None:
            self._show(wanted, ends)
        elif wanted is None:
            self._shown, self._sides, self._figures, self._caption = None, (), (), ""
        self.setVisible(bool(self._sides))
        self.update()

    def _show(self, result: CureResult, ends: tuple[Snapshot, Snapshot]) -> None:
        if result is self._shown and self._sides:
            return
        self._shown, self._sides = result, sides_of(result, ends)
        self._caption = words.without_and_with(result.epochs, cure_words.cure_title(result.cure), result.pairs[0].seed)
        self._figures = figures_of(ends)
        told = "; ".join(f"{name} {without}, with the cure {treated}" for name, without, treated in self._figures)
        self.setAccessibleName(self._caption)
        self.setToolTip(words.PAIR_TIPS[type(self._sides[0]).__name__])
        self.setAccessibleDescription(told)

    def sizeHint(self) -> QSize:
        return QSize(300, round(self._head + theme.scaled(MOST)))

    @property
    def _head(self) -> float:
        return QFontMetricsF(theme.small_font()).height() + 6

    def squares(self) -> tuple[QRectF, QRectF]:
        """Where both pictures lie."""
        room = (self.width() - theme.scaled(BESIDE) - 2 * theme.scaled(GAP)) / 2
        side = max(min(theme.scaled(MOST), room, self.height() - self._head), LEAST)
        first = QRectF(0.5, self._head, side, side)
        return first, first.translated(side + theme.scaled(GAP), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._sides:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            metrics = QFontMetricsF(theme.small_font())
            caption = metrics.elidedText(self._caption, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QRectF(0, 0, self.width(), metrics.height()), LEFT, caption)
            squares = self.squares()
            for side, square in zip(self._sides, squares, strict=True):
                inside = QPainterPath()
                inside.addRoundedRect(square, 8, 8)
                painter.setClipPath(inside)
                side.draw(painter, square)
                painter.setClipping(False)
                painter.setPen(theme.pen("line", 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(square, 8, 8)
            self._paint_figures(painter, squares[1].right() + theme.scaled(GAP), squares[1].top())

    def _paint_figures(self, painter: QPainter, left: float, top: float) -> None:
        """What held-out samples say, without the cure in the colour of text and with it in green."""
        line = QFontMetricsF(theme.small_font()).height() + 4
        for name, *values in self._figures:
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(left, top, self.width() - left, line), LEFT, name)
            painter.setFont(theme.number_font(12))
            for value, token in zip(values, ("text", "good"), strict=True):
                top += line
                painter.setPen(theme.color(token))
                painter.drawText(QRectF(left, top, self.width() - left, line), LEFT, value)
            top += 1.5 * line


def sides_of(result: CureResult, ends: tuple[Snapshot, Snapshot]) -> tuple[Side, Side]:
    """Maps where there are any, else matrices of classes, else the losses over the run."""
    maps = [shown_map(shot, shot.experiment, shot.dataset, None) for shot in ends]
    first, second = ends
    if maps[0] is not None and maps[1] is not None:
        return MapSide(first, maps[0].field), MapSide(second, maps[1].field)
    matrices = [confusion(shot, shot.dataset, shot.dataset.held_out_labels.size > 0) for shot in ends]
    if matrices[0] is not None and matrices[1] is not None:
        return MatrixSide(matrices[0]), MatrixSide(matrices[1])
    curves = [run.curve for run in (result.pairs[0].run_without, result.pairs[0].run_treated)]
    top = loss_top(*(values for each in curves for values in (each.train, each.judged)))
    without, treated = (CurveSide((each.epochs, each.train, each.judged), top) for each in curves)
    return without, treated


def figures_of(ends: tuple[Snapshot, Snapshot]) -> tuple[tuple[str, str, str], ...]:
    """Name, without and with the cure: loss and accuracy of the held-out samples, of the training ones without any."""
    name, pairs = "train", [(shot.metrics.train_loss, shot.metrics.train_accuracy) for shot in ends]
    held_out = [shot.metrics.held_out for shot in ends]
    told = [(loss, accuracy) for loss, accuracy in held_out if loss is not None]
    if len(told) == len(ends):
        name, pairs = ends[0].dataset.held_out_name, told
    losses = [formats.loss(loss) for loss, _ in pairs]
    found = [(f"{name} loss", losses[0], losses[1])]
    shares = [formats.accuracy(accuracy) for _, accuracy in pairs if accuracy is not None]
    return (*found, ("accuracy", shares[0], shares[1])) if len(shares) == len(ends) else tuple(found)
