"""The page "Inside": play, the operations on a track, the formula, and what stands beside it.

Owns which of the pictures stands there, the keys of the page, and its part of the row of tabs (`extras`).
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from playground.anatomy.operations.operation import (
    Activation,
    BatchMean,
    Delta,
    Gradients,
    Operation,
    SampleLoss,
    Update,
    WeightedSum,
)
from playground.anatomy.questions import NOTHING
from playground.mathematics.plain import text
from playground.views.controls import Hairline, IconButton, LinkButton, RoundButton, explain
from playground.views.controls.focus import FocusRing
from playground.views.guards.handlers import guarded
from playground.views.inside.exercise import AskName, ExerciseMenu
from playground.views.inside.formula import FormulaView
from playground.views.inside.own_numbers import OwnNumbers
from playground.views.inside.pictures import CurvePicture, TermsPicture
from playground.views.inside.rows import RowPicker
from playground.views.inside.scrubber import Scrubber
from playground.views.inside.side import SideTable
from playground.views.inside.spread import SpreadPicture
from playground.views.theme import theme
from playground.views.workbench.inside import PACES
from playground.views.workbench.workbench import Workbench
from playground.words.inside import backward, forward, inference, loss
from playground.words.inside import page as words
from playground.words.inside.exercise import EXERCISE, EXERCISE_TIP
from playground.words.inside.names import meanings
from playground.words.inside.operation import told
from playground.words.inside.symbols import Symbols, slope_by
from playground.words.inside.told import Side, Told

PLAY, ARROW = 30, 24
"""Sides of the buttons: of play with its edge."""
MOST_CHECKED, MOST_WORK = 4, 2_000_000
"""Parameters of a unit that are held against differences, and numbers that a pass may have for that: each takes two."""
NARROW = 560.0
"""Below this width of the page formula and figures take turns."""
KEYS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Space: 0, Qt.Key.Key_Return: 0, Qt.Key.Key_Enter: 0,
    Qt.Key.Key_Home: 0, Qt.Key.Key_End: 0, Qt.Key.Key_Up: 0, Qt.Key.Key_Down: 0, Qt.Key.Key_PageUp: 0,
    Qt.Key.Key_PageDown: 0,
}  # fmt: skip
"""What the page does with a key: so many operations on, or something else."""
TURNS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
"""Keys that scroll a long formula."""


@guarded
class InsidePage(FocusRing, QWidget):
    """Entered by the workbench's mode; computes only while it is visible. extras: stands right of the tabs.

    ask_name: asks for a name to write the worked exercise to; without, there is none.
    """

    def __init__(self, workbench: Workbench, ask_name: AskName | None = None) -> None:
        super().__init__()
        self._inside = workbench.inside
        self.setAccessibleName("Inside")
        self.setAccessibleDescription(words.PAGE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shows_side = False
        self._picker: RowPicker | None = None
        self.previous = IconButton("chevron-left", words.BACK_TIP, ARROW)
        self.play = RoundButton("play", words.PLAY_TIP, PLAY)
        self.next = IconButton("chevron-right", words.NEXT_TIP, ARROW)
        self.scrubber = Scrubber(workbench)
        self.formula = FormulaView(words.WAITING)
        self.table, self.curve, self.terms = SideTable(), CurvePicture(), TermsPicture()
        self.numbers, self.spread = OwnNumbers(self._inside), SpreadPicture()
        self.beside = QStackedWidget()
        for picture in (self.table, self.curve, self.terms, self.numbers, self.spread):
            self.beside.addWidget(picture)
        self._line = Hairline(Qt.Orientation.Vertical)
        self.turn = LinkButton(words.TO_SIDE)
        self._make_extras()
        self.exercise.setVisible(ask_name is not None)
        if ask_name is not None:
            self.exercises = ExerciseMenu(workbench, ask_name, self.exercise)
        self._lay_out()
        self.previous.clicked.connect(lambda: self._move(-1))
        self.next.clicked.connect(lambda: self._move(1))
        self.play.clicked.connect(self._inside.play)
        self.turn.clicked.connect(self._on_turn)
        self._inside.changed.connect(self._on_changed)
        self.formula.named.connect(self._inside.point_at)
        self._inside.pointed.connect(lambda: self.formula.show_names(self._inside.names))
        self._workbench, self._drawn = workbench, workbench.view.probe_pixels
        self._image_before: int | None = None
        self._told_image: int | None = None
        workbench.view_changed.connect(self._on_view_changed)
        theme.current().changed.connect(self._on_changed)
        for widget in (self.previous, self.play, self.next):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # their keys are the page's

    def _make_extras(self) -> None:
        self.pace = LinkButton(words.pace_title(self._inside.pace), words.PACE_TIP)
        self.make = LinkButton(words.MAKE, words.MAKE_TIP)
        self.exercise = LinkButton(EXERCISE, EXERCISE_TIP)
        self.own = LinkButton(words.OWN, words.OWN_TIP, checkable=True)
        self.own.toggled.connect(self._on_own)
        self.rows = LinkButton(inference.ROWS, inference.ROWS_TIP)
        self.rows.clicked.connect(self._on_rows)
        self.trains = LinkButton(words.TRAINS, words.TRAINS_TIP, checkable=True)
        self.trains.toggled.connect(self._inside.set_trains)
        self.trains.hide()
        self.pace.clicked.connect(self._on_pace)
        self.make.clicked.connect(self._inside.make)
        self.extras = QWidget()
        row = QHBoxLayout(self.extras)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.turn, self.trains, self.rows, self.own, self.exercise, self.pace, self.make):
            row.addWidget(widget)
        explain("inside_step", self.make)
        explain("inside_own", self.own)
        explain("inside_point", self.trains, self.rows)
        explain("worked_exercise", self.exercise)
        explain("inside", self.extras)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        for widget in (self.previous, self.play, self.next):
            top.addWidget(widget)
        top.addSpacing(14)
        top.addWidget(self.scrubber, 1)
        below = QHBoxLayout()
        below.setSpacing(24)
        below.addWidget(self.formula, 2)
        below.addWidget(self._line)
        below.addWidget(self.beside, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addLayout(below, 1)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self._on_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        if self._inside.playing:
            self._inside.play()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share_room()

    def _on_changed(self) -> None:
        self._show_image()
        if not self.isVisible():
            return
        inside = self._inside
        self.play.set_icon("pause" if inside.playing else "play", words.STOP_TIP if inside.playing else words.PLAY_TIP)
        self.pace.setText(words.pace_title(inside.pace))
        has_step = inside.operations is not None
        for widget in (self.previous, self.play, self.next, self.make):
            widget.setEnabled(has_step)
        self.exercise.setEnabled(inside.step is not None and not inside.infers)
        self.make.setVisible(not inside.infers)
        found = inside.inference
        self.trains.setVisible(inside.infers and found is not None and found.training is not None)
        self.trains.setChecked(inside.trains)
        self._show_operation()
        self.scrubber.update()
        self.scrubber.setAccessibleDescription(self._where())

    def _show_image(self) -> None:
        """Of images the canvas shows the pass of the very sample that is told; afterwards the one of before."""
        inside, view = self._inside, self._workbench.view
        if self._workbench.dataset.image is None:
            return
        sample = self._image()
        if sample is not None:
            if self._image_before is None:
                self._image_before = view.probe_sample or 0
            self._told_image = sample
            if view.probe_sample != sample:
                self._workbench.set_view(probe_sample=sample)
        elif not inside.on and self._image_before is not None:
            before, self._image_before, self._told_image = self._image_before, None, None
            self._workbench.set_view(probe_sample=before)

    def _image(self) -> int | None:
        """The image that is told, as a sample of the data; None where it is none of theirs."""
        inside = self._inside
        if not inside.on or inside.infers:
            return inside.row
        return None if inside.step is None else int(inside.step.batch.samples[inside.step.sample])

    def _on_view_changed(self) -> None:
        """What is drawn by hand is looked into as it grows, and another image that is chosen."""
        view, inside = self._workbench.view, self._inside
        drawn = view.probe_pixels
        if drawn != self._drawn:
            self._drawn = drawn
            if drawn is not None:
                inside.infer(sample=drawn)
        elif self._told_image is not None and drawn is None and view.probe_sample not in (None, self._told_image):
            inside.infer_row(view.probe_sample)

    def _where(self) -> str:
        operations = self._inside.operations
        if operations is None:
            return ""
        span = operations.span_of(self._inside.place)
        place = words.place_title(self._inside.place - span.start, span.end - span.start)
        return f"{words.PHASES[span.phase]}, {place}"

    def _show_operation(self) -> None:
        operations, operation, symbols = self._inside.operations, self._inside.operation, self._inside.symbols
        if operations is None or operation is None or symbols is None:
            self.formula.show_told(None)
            self.table.show_side(None)
            self.beside.setCurrentWidget(self.table)
            return
        own = self._inside.own
        span = operations.span_of(self._inside.place)
        self.formula.purpose, self.formula.insists = words.PHASE_PURPOSES[span.phase], self._inside.place == span.start
        said = told(operation, symbols, own)
        self.formula.show_told(
            (lambda _: said) if isinstance(operation, Update) else lambda kept: told(operation, symbols, own, kept),
            meanings(operation, symbols),
        )  # fmt: skip
        self._show_beside(operation, symbols, said)
        self._share_room()

    def _show_beside(self, operation: Operation, symbols: Symbols, said: Told) -> None:
        """The picture or the table that goes with an operation; fields instead, where somebody types numbers."""
        if self.own.isChecked():
            self.numbers.show_mode()
            self.beside.setCurrentWidget(self.numbers)
        elif self._inside.inference is not None and self._is_last():
            self.spread.show_inference(self._inside.inference, symbols)
            self.beside.setCurrentWidget(self.spread)
        elif self._inside.inference is not None and self._inside.inference.training is not None:
            self.table.show_side(inference.both_modes(self._inside.inference, self._inside.place, symbols))
            self.beside.setCurrentWidget(self.table)
        elif isinstance(operation, Activation) and operation.sums is None:
            self.curve.show_operation(operation)
            self.beside.setCurrentWidget(self.curve)
        elif isinstance(operation, Delta) and operation.terms and operation.norm is None:
            name = text(slope_by(symbols.unit("a", operation.layer, operation.unit)))
            self.terms.show_terms(backward.sent(operation, symbols), name, operation.arriving, words.SENT)
            self.beside.setCurrentWidget(self.terms)
        elif isinstance(operation, WeightedSum):
            name = text(symbols.unit("z", operation.layer, operation.unit))
            self.terms.show_terms(forward.contributions(operation, symbols), name, operation.result)
            self.beside.setCurrentWidget(self.terms)
        else:
            self.table.show_side(said.side or self._side_of(operation, symbols))
            self.beside.setCurrentWidget(self.table)

    def _is_last(self) -> bool:
        """Whether the answer is there."""
        operations = self._inside.operations
        return operations is not None and self._inside.place == len(operations) - 1

    def _side_of(self, operation: Operation, symbols: Symbols) -> Side | None:
        step = self._inside.step
        assert step is not None
        match operation:
            case Activation():
                return forward.shares(operation, symbols)
            case SampleLoss() | BatchMean():
                return loss.batch_side(step.losses.tolist(), self._inside.sample, step.loss)
            case Gradients():
                return self._checked(operation, symbols)
            case _:
                return None

    def _checked(self, operation: Gradients, symbols: Symbols) -> Side | None:
        """Slopes held against differences; of a network that is too large for that, the batch's beside the sample's."""
        step = self._inside.step
        assert step is not None
        places = operation.parameters.tolist()
        shown = places if len(places) <= MOST_CHECKED else [*places[: MOST_CHECKED - 1], places[-1]]
        meets = any(slot.kind == "batch_norm" for slot in step.layout.slots)
        check = None
        if step.layout.size * (step.batch.size if meets else 1) <= MOST_WORK:
            check = step.check(operation.layer, operation.unit, "sample", [*shown, operation.bias_parameter])
        if check is None:
            return backward.batch_gradients(operation, symbols, step.batch.size)
        return backward.check_side(check, operation, symbols)

    def _share_room(self) -> None:
        """Formula and figures side by side, or in turn where the page is narrow."""
        is_table = self.beside.currentWidget() is self.table
        has_side = not is_table or self.table.side is not None
        narrow = self.width() < theme.scaled(NARROW)
        self.turn.setVisible(narrow and has_side)
        self.turn.setText(words.TO_FORMULA if self._shows_side else words.TO_SIDE)
        both = not narrow and has_side
        self._line.setVisible(both)
        self.beside.setVisible(both or (has_side and self._shows_side))
        self.formula.setVisible(both or not has_side or not self._shows_side)

    def _on_turn(self) -> None:
        self._shows_side = not self._shows_side
        self._share_room()

    def _on_own(self, on: bool) -> None:
        """Fields take the place of the pictures, and go with the numbers that were typed."""
        self._shows_side = on
        if not on and self._inside.is_given:
            self._inside.give(NOTHING)
        self._on_changed()

    # -- going ------------------------------------------------------------------------------------------------------

    def _move(self, way: int) -> None:
        self._inside.move(way)

    def _on_rows(self) -> None:
        """The list stands over the link, and lets rows be looked into one after another."""
        if self._picker is None:
            self._picker = RowPicker(self)
            self._picker.chosen.connect(self._inside.infer_row)
        corner = self.rows.mapToGlobal(self.rows.rect().topRight())
        self._picker.open_at(self._workbench.dataset, self._inside.row, corner, corner.x())

    @property
    def picker(self) -> RowPicker | None:
        """The list of rows that was opened last."""
        return self._picker

    def _on_pace(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for pace in PACES:
            action = menu.addAction(words.pace_title(pace), partial(self._inside.set_pace, pace))
            action.setCheckable(True)
            action.setChecked(pace == self._inside.pace)
        menu.popup(self.pace.mapToGlobal(self.pace.rect().bottomLeft()))

    def event(self, event: QEvent) -> bool:
        """The page's keys go before the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants(event):
            event.accept()
            return True
        return super().event(event)

    def _wants(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        return Qt.Key(event.key()) in KEYS and not held and (event.key() not in TURNS or self.formula.scrolls)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._wants(event) or not self.hasFocus():  # a field has let it through
            super().keyPressEvent(event)
            return
        key, inside = Qt.Key(event.key()), self._inside
        if KEYS[key]:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            (inside.move_phase if shift else inside.move)(KEYS[key])
        elif key == Qt.Key.Key_Space:
            inside.play()
        elif key in TURNS:
            self.formula.turn(TURNS[key])
        elif key == Qt.Key.Key_Home:
            inside.seek(0)
        elif key == Qt.Key.Key_End and inside.operations is not None:
            inside.seek(len(inside.operations) - 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            inside.move_sample(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            inside.make()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.draw_focus(painter, self.rect().toRectF().adjusted(-1, -1, 1, 1), 6)
