"""The pad on which an image is drawn by hand, with what the network answers while it is drawn and trained.

Owns the pen, the lines that were drawn (for undo) and how the pad looks; the picture itself is the view's state, whose
forward pass the run tells of. Knows nothing of data beyond their shape and classes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.data import pen
from playground.figures.image_answers import Answers, drawn_answer, drawn_value, score_text
from playground.numbers import steady
from playground.views.controls import LinkButton
from playground.views.controls.focus import FocusRing
from playground.views.guards.handlers import guarded
from playground.views.marks.class_chip import chip_font, class_fill, paint_chip
from playground.views.marks.grey_pictures import draw_crisp, ink_table, picture
from playground.views.output.image_card import BAR, SHORT_BAR, Form, ImageFacts, paint_scores, scores_size
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.views.workbench.workbench import Workbench
from playground.words import drawing as words

RADIUS, MARGIN, GAP, LEAST_CELL, CHIP = 10.0, 14.0, 14.0, 4, 19.0
NARROW = 300
"""Below this side bars are short, and below `TINY` there are none."""
TINY = 200
CRAMPED = 150
"""Below this side there is no button to undo; its keys are there."""
MOST_LINES = 200
ARROWS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
CLEARS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
Standard = QKeySequence.StandardKey
Pixels = tuple[float, ...] | None


@guarded
class DrawingPad(FocusRing, QWidget):
    """A square in the place of the image grid. The left button draws, the right one erases."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._found: Answers | None = None
        self._undone: list[Pixels] = []
        self._done: list[Pixels] = []
        self._at: pen.Place | None = None
        """Where the pen is while a line is drawn."""
        self._erases = False
        self._drawn_on = self.shape
        self._pixel: tuple[int, int] | None = None
        """Row and column of the keyboard's pixel."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Drawing pad")
        self.undo_button = self._button("Undo", words.UNDO_TIP)
        self.undo_button.clicked.connect(self.undo)
        self.clear_button = self._button("Clear", words.CLEAR_TIP)
        self.clear_button.clicked.connect(self.clear)
        self.done_button = self._button("Done", words.DONE_TIP)
        self.done_button.clicked.connect(self.end)
        workbench.view_changed.connect(self._on_changed)
        workbench.experiment_changed.connect(self._on_changed)
        workbench.run.snapshot_ready.connect(self._on_changed)
        theme.current().changed.connect(self.update)

    def _button(self, text: str, tip: str) -> LinkButton:
        return LinkButton(text, tip, parent=self)

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 120)

    # -- where things lie -------------------------------------------------------------------------------------------

    @property
    def square(self) -> QRectF:
        """Where the pad is drawn: the largest square, in whole pixels."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) // 2, (self.height() - side) // 2, side, side)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of an image in pixels."""
        found = self._workbench.dataset.image
        return (8, 8) if found is None else found[1:]

    @property
    def paper(self) -> QRectF:
        """Where is drawn: whole screen pixels for each pixel, at the top left of what lies on the pad."""
        square, (height, width) = self.square, self.shape
        bars, _ = self._bars_size
        beside = bars + GAP if bars else 0.0
        wide, high = square.width() - 2 * MARGIN - beside, square.height() - 2 * MARGIN - self.foot
        cell = max(int(min(wide / width, high / height)), LEAST_CELL)
        left = square.left() + round((square.width() - cell * width - beside) / 2)
        top = square.top() + round(MARGIN + max(high - cell * height, 0.0) / 3)
        return QRectF(left, top, cell * width, cell * height)

    @property
    def foot(self) -> float:
        """The room below the paper, for the answer in words and the buttons."""
        return theme.scaled(CHIP) + 12 + self.done_button.sizeHint().height() + 8

    @property
    def _bars_size(self) -> tuple[float, float]:
        if self.square.width() < TINY or not self._workbench.dataset.task.is_classification:
            return 0.0, 0.0
        return scores_size(self._facts(), self._form)

    @property
    def bars(self) -> QRectF:
        """Where they stand: beside the paper, at its middle; longer than the paper they go on below it."""
        (wide, high), paper = self._bars_size, self.paper
        return QRectF(paper.right() + GAP, paper.top() + max((paper.height() - high) / 2, 0.0), wide, high)

    @property
    def answer_row(self) -> QRectF:
        """Where the answer is told in words: below the paper, and beside the bars where these reach down to it."""
        left, right = self.paper.left(), self.square.right() - MARGIN
        row = QRectF(left, self.paper.bottom() + 12, right - left, theme.scaled(CHIP))
        if self._bars_size[0] and self.bars.bottom() > row.top():
            row.setRight(self.bars.left() - GAP / 2)
        return row

    @property
    def _form(self) -> Form:
        count = self._workbench.dataset.task.classes
        return Form(0.0, tuple(range(count)), SHORT_BAR if self.square.width() < NARROW else BAR)

    def _facts(self) -> ImageFacts:
        """The bars' figures; before any answer as wide as they may become."""
        data, found = self._workbench.dataset, self._found
        signs = tuple(data.class_sign(index) for index in range(data.task.classes))
        if found is None:
            texts = ("100.0 %",) * data.task.classes
            return ImageFacts(QImage(), (), signs, np.zeros(data.task.classes), texts, None, False)
        scores = found.scores[:, 0]
        texts = tuple(score_text(found, float(score)) for score in scores)
        return ImageFacts(QImage(), (), signs, scores, texts, int(found.predicted[0]), False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        square, left = self.square, self.square.left() + MARGIN - 5
        self.undo_button.setVisible(square.width() >= CRAMPED)
        for button in (self.undo_button, self.clear_button, self.done_button):
            if button.isHidden():
                continue
            size = button.sizeHint()
            if button is self.done_button:
                left = square.right() - MARGIN + 5 - size.width()
            button.setGeometry(round(left), round(square.bottom() - 8 - size.height()), size.width(), size.height())
            left += size.width() + 8

    # -- what is drawn ----------------------------------------------------------------------------------------------

    @property
    def drawn(self) -> NDArray[np.float64] | None:
        """(height, width) what is on the paper; None while it is clean."""
        pixels, (height, width) = self._workbench.view.drawn, self.shape
        return None if pixels is None or len(pixels) != height * width else np.reshape(pixels, (height, width))

    def _put(self, picture: NDArray[np.float64] | None) -> None:
        pixels = None if picture is None or not picture.any() else tuple(picture.ravel().tolist())
        self._workbench.set_view(drawn=pixels)

    def _remember(self) -> None:
        """What is on the paper now can be had back."""
        self._done = [*self._done, self._workbench.view.drawn][-MOST_LINES:]
        self._undone = []
        self._show_buttons()

    def _sheet(self) -> NDArray[np.float64]:
        found = self.drawn
        return np.zeros(self.shape) if found is None else found

    def clear(self) -> None:
        """Clean paper; that can be undone."""
        self._at = None
        if self.drawn is not None:
            self._remember()
            self._put(None)

    def undo(self) -> None:
        """Without the last line."""
        self._swap(self._done, self._undone)

    def redo(self) -> None:
        """With the line that was taken back."""
        self._swap(self._undone, self._done)

    def _swap(self, taken: list[Pixels], kept: list[Pixels]) -> None:
        if taken and self._at is None:
            kept.append(self._workbench.view.drawn)
            self._workbench.set_view(drawn=taken.pop())
            self._show_buttons()

    def end(self) -> None:
        """Back to the images of the data; what was drawn stays for the next time."""
        self._at = None
        self._workbench.set_view(draws=False)

    # -- the pen and the keys ---------------------------------------------------------------------------------------

    def _place(self, point: QPointF) -> pen.Place:
        """Pixels from the paper's top left corner."""
        paper, (height, width) = self.paper, self.shape
        return ((point.x() - paper.left()) * width / paper.width(), (point.y() - paper.top()) * height / paper.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        button = event.button()
        if button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton) or self._at is not None:
            return
        if self.paper.contains(event.position()):
            self._remember()
            self._erases, self._at, self._pixel = button == Qt.MouseButton.RightButton, None, None
            self._draw_to(self._place(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._at is not None:
            self._draw_to(self._place(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        wanted = Qt.MouseButton.RightButton if self._erases else Qt.MouseButton.LeftButton
        if event.button() == wanted:
            self._at = None

    def _draw_to(self, place: pen.Place) -> None:
        start = place if self._at is None else self._at
        self._at = place
        self._put(pen.drawn(self._sheet(), start, place, self._erases))

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key is the pad's own: then no shortcut of the window gets it."""
        if event.matches(Standard.Undo) or event.matches(Standard.Redo):
            return True
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        return modifiers == Qt.KeyboardModifier.NoModifier and (
            key in ARROWS or key in ENTERS or key in CLEARS or key == Qt.Key.Key_Escape
        )

    def event(self, event: QEvent) -> bool:
        """The pad's keys go before the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.takes(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self.takes(event):
            super().keyPressEvent(event)
        elif event.matches(Standard.Undo):
            self.undo()
        elif event.matches(Standard.Redo):
            self.redo()
        elif key in ARROWS:
            self._move(*ARROWS[key])
        elif key in ENTERS:
            self._ink()
        elif key in CLEARS:
            self.clear()
        else:
            self.end()

    def _move(self, down: int, right: int) -> None:
        height, width = self.shape
        row, column = self._pixel or (height // 2 - down, width // 2 - right)
        self._pixel = min(max(row + down, 0), height - 1), min(max(column + right, 0), width - 1)
        self.shows_focus = True
        self.update()

    def _ink(self) -> None:
        if self._pixel is None:
            self._move(0, 0)
        elif self._at is None:
            self._remember()
            self._put(pen.inked(self._sheet(), *self._pixel))

    # -- what is shown ----------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self._on_changed()
        self._arrange()

    def _on_changed(self) -> None:
        if self._drawn_on != self.shape:
            self._drawn_on, self._done, self._undone, self._pixel = self.shape, [], [], None
        if not self.isVisible():
            self._at = None
            return
        bench = self._workbench
        self._found = None if self.drawn is None else drawn_answer(bench.run.snapshot, bench.dataset)
        self.setAccessibleDescription(words.described(self.answer))
        self._show_buttons()
        self.update()

    def _show_buttons(self) -> None:
        self.undo_button.setEnabled(bool(self._done))
        self.clear_button.setEnabled(self.drawn is not None)

    @property
    def answer(self) -> str:
        """The answer in words; empty where there is none."""
        bench = self._workbench
        if self.drawn is None:
            return ""
        if self._found is not None:
            winner = int(self._found.predicted[0])
            score = score_text(self._found, float(self._found.scores[winner, 0]))
            return f"{bench.dataset.class_name(winner)}, {score}"
        value = drawn_value(bench.run.snapshot, bench.dataset)
        return "" if value is None else steady(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        square, paper = self.square, self.paper
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.pen("line", 1))
            painter.setBrush(theme.color("surface"))
            painter.drawRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            self._paint_paper(painter, paper)
            if self._bars_size[0]:
                painter.setOpacity(1.0 if self._found is not None else 0.35)
                facts = self._facts()
                if self._found is None:
                    facts = ImageFacts(
                        facts.image, (), facts.signs, facts.scores, ("–",) * len(facts.signs), None, False
                    )
                paint_scores(painter, facts, self._form, self.bars.topLeft())
                painter.setOpacity(1.0)
            self._paint_answer(painter)
            self.draw_focus(painter, square, RADIUS)

    def _paint_paper(self, painter: QPainter, paper: QRectF) -> None:
        height, width = self.shape
        image = picture(self._sheet().ravel(), (1, height, width), ink_table())
        draw_crisp(painter, paper, image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(theme.pen("line", 1))
        cell = paper.width() / width
        for place in range(width + 1):
            painter.drawLine(
                QPointF(paper.left() + place * cell, paper.top()), QPointF(paper.left() + place * cell, paper.bottom())
            )
        for place in range(height + 1):
            painter.drawLine(
                QPointF(paper.left(), paper.top() + place * cell), QPointF(paper.right(), paper.top() + place * cell)
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._pixel is not None and self.hasFocus():
            row, column = self._pixel
            painter.setPen(theme.pen("accent", 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(paper.left() + column * cell, paper.top() + row * cell, cell, cell))
        if self.drawn is None and self._at is None:
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            painter.drawText(paper, int(Qt.AlignmentFlag.AlignCenter), words.INVITATION)

    def _paint_answer(self, painter: QPainter) -> None:
        """A line below the paper: the answer with its chip, or what is awaited, or how to draw."""
        row, high = self.answer_row, theme.scaled(CHIP)
        answer = self.answer
        if self._found is not None:
            winner = int(self._found.predicted[0])
            painter.setFont(chip_font())
            sign = self._workbench.dataset.class_sign(winner)
            paint_chip(painter, QRectF(row.left(), row.top(), high, high), sign, class_fill(winner))
            row.setLeft(row.left() + high + 8)
        waits = self.drawn is not None and self._workbench.run.state == "preparing"
        told = answer or (words.WAITING if waits else words.HOW)
        if answer and QFontMetricsF(theme.number_font(13)).horizontalAdvance(told) > row.width():
            told = told.rpartition(", ")[2]
        painter.setFont(theme.number_font(13) if answer else theme.small_font())
        painter.setPen(theme.color("text" if answer else "muted"))
        metrics = QFontMetricsF(painter.font())
        painter.drawText(row, LEFT, metrics.elidedText(told, Qt.TextElideMode.ElideRight, row.width()))
