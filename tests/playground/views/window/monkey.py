"""A monkey before the real window: random mouse, keys, wheel, drags, sizes, commands, edits and files, from one seed.

Owns what it may do, how likely that is, and what must hold whatever it did; a failure names seed and last deeds.
"""

from __future__ import annotations

import random
import re
import sys
import threading
import traceback
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QLineEdit, QMessageBox, QWidget

from playground.diagram.diagram import Part
from playground.diagram.outline import outline_of
from playground.edits.changes import with_changes
from playground.engine.layout import Layout
from playground.errors import PlaygroundError
from playground.experiment.layers import Dense, kind_of
from playground.experiment.network import Network
from playground.run.snapshot import LINK_FIGURES
from playground.views.canvas.items.drag import layer_mime
from playground.views.canvas.palette import LayerChip
from playground.views.controls.overlay import HoldingSheet
from playground.views.parameters.page import ParametersPage
from playground.views.window.main_window import MainWindow
from playground.views.workbench.painting import TOOLS
from playground.words import parameters
from tests.playground.run.lives import Life
from tests.playground.views import drags
from tests.playground.views.opened import open_link, open_table
from tests.playground.views.window.driver import bench

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
NAMES = (
    "Left Right Up Down Tab Backtab Return Escape Delete Space Home End PageUp PageDown Plus Minus BracketLeft F1 "
    "A B D E F G L M N P R S Z 0 1 2 3 4 5 6 7 8 9"
)
KEYS = [Qt.Key[f"Key_{name}"] for name in NAMES.split(" ")]
MODIFIERS = [NO_KEYS] * 6 + [Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier]
TYPED = ["0", "1", "-1", "3e38", "1e-300", "1e308", "999999999999999999999", "", "nan", "²", "0,5", "12 %", "abc", "∞"]
PARTS = ["unit", "unit", "card", "activation", "bias", "minus", "plus", "count", "above", "below", "link"]
WEIGHTS = [0.0, -1.5, 3.25, 1e6, 1e30, 3e38, -3e38]
NOT_FINITE = re.compile(r"(?<![a-z'“])(nan|inf)(?![a-z'”])", re.IGNORECASE)
"""Not where a sentence says what was typed."""
BROKEN = ("inside the program", "could not be carried out")


class Monkey:
    """`live` makes it act; `folder` is for its files. `heard` holds what reached the interpreter's hooks.

    A short life has each deed too: while there are some that it has not done, it often does one of those.
    """

    def __init__(self, seed: int, window: MainWindow, folder: Path, patch: Any) -> None:
        self.seed, self.draw, self.window, self.folder = seed, random.Random(seed), window, folder
        self.bench = bench(window)
        self.deeds: deque[str] = deque(maxlen=25)
        self.counts: Counter[str] = Counter()
        self.heard: list[str] = []
        self.said: deque[str] = deque(maxlen=50)
        self._life = Life(seed, folder)
        self._outlined, self._outline = self.bench.experiment, outline_of(self.bench.experiment)
        self.bench.message_shown.connect(lambda text, kind: self.said.append(text))
        patch.setattr(sys, "excepthook", lambda kind, value, trace: self.heard.append(_told(value)))
        patch.setattr(threading, "excepthook", lambda args: self.heard.append(_told(args.exc_value)))
        patch.setattr(window.files, "_answer", self._answer)
        patch.setattr(QFileDialog, "getOpenFileName", self._asked_open)
        patch.setattr(QFileDialog, "getSaveFileName", self._asked_save)
        patch.setattr("playground.views.canvas.palette.QDrag", _NoDrag)
        self._closer = QTimer(window, interval=40)
        self._closer.timeout.connect(self._close_what_waits)
        self._closer.start()

    def live(self, events: int, check_every: int = 200) -> None:
        """So many deeds, each followed by what must hold; the whole of it now and then, and in the end."""
        for place in range(events):
            self._act()
            self._check_now()
            if place % check_every == check_every - 1:
                self._check_settled()
        self._check_settled()
        self._check_undo()

    # -- deeds ------------------------------------------------------------------------------------------------------

    def _act(self) -> None:
        deeds: list[tuple[Callable[[], object], float]] = [
            (self._point, 36), (self._key, 30), (self._click, 20), (self._click_part, 10), (self._wheel, 8),
            (self._drag_part, 4), (self._type, 4), (self._command, 4), (self._play, 4), (self._weight, 3),
            (self._wait, 3), (self._edit, 2), (self._menu_of_part, 2), (self._tab, 1), (self._drop_chip, 1),
            (self._chip, 1), (self._resize, 0.7), (self._strip, 0.7), (self._file, 0.7), (self._tall, 0.3),
            (self._paint, 4), (self._easel, 0.5), (self._inside, 3), (self._table, 0.3),
            (self._link, 0.4), (self._links_show, 0.7), (self._cell, 1),
            (self._seek, 4), (self._track, 2), (self._branch, 1),
        ]  # fmt: skip
        deed = self.draw.choices([each for each, _ in deeds], [often for _, often in deeds])[0]
        new = [each for each, _ in deeds if not self.counts[each.__name__]]
        if new and self.draw.random() < 0.4:
            deed = self.draw.choice(new)
        self.counts[deed.__name__] += 1
        self.deeds.append(deed.__name__)
        deed()
        if self.draw.random() < 0.15:
            QApplication.processEvents()
        if not self.window.isVisible():
            self.window._closed = False
            self.window.show()

    def _note(self, what: object) -> None:
        self.deeds[-1] += f" {what}"

    def _target(self) -> tuple[QWidget, QPoint]:
        """Any visible widget, small ones as likely as large ones, and a point on it."""
        top: QWidget = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.window
        found = [each for each in top.findChildren(QWidget) if each.isVisible()] or [top]
        widget = self.draw.choice(found)
        place = QPoint(self.draw.randrange(max(widget.width(), 1)), self.draw.randrange(max(widget.height(), 1)))
        self._note(f"{type(widget).__name__} {place.x()},{place.y()}")
        return widget, place

    def _click(self) -> None:
        widget, place = self._target()
        button = LEFT if self.draw.random() < 0.93 else Qt.MouseButton.RightButton
        double = self.draw.random() < 0.1
        (QTest.mouseDClick if double else QTest.mouseClick)(widget, button, self.draw.choice(MODIFIERS), place)

    def _point(self) -> None:
        widget, place = self._target()
        self._move(widget, place, Qt.MouseButton.NoButton)

    def _move(self, widget: QWidget, place: QPoint, held: Qt.MouseButton) -> None:
        at, screen = QPointF(place), QPointF(widget.mapToGlobal(place))
        event = QMouseEvent(QEvent.Type.MouseMove, at, screen, Qt.MouseButton.NoButton, held, NO_KEYS)
        QApplication.sendEvent(widget, event)

    def _key(self) -> None:
        target = QApplication.activePopupWidget() or QApplication.focusWidget() or self.window
        key, modifier = self.draw.choice(KEYS), self.draw.choice(MODIFIERS)
        self._note(f"{type(target).__name__} {key.name} {modifier.name}")
        QTest.keyClick(target, key, modifier)

    def _type(self) -> None:
        fields = [each for each in self.window.findChildren(QLineEdit) if each.isVisible() and each.isEnabled()]
        if fields:
            field, text = self.draw.choice(fields), self.draw.choice(TYPED)
            self._note(f"{type(field).__name__} {text!r}")
            field.setFocus()
            field.selectAll()
            for letter in text:  # QTest itself aborts at letters beyond Latin 1
                QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, NO_KEYS, letter))
            if self.draw.random() < 0.7:
                QTest.keyClick(field, Qt.Key.Key_Return)

    def _wheel(self) -> None:
        widget, place = self._target()
        turn = QPoint(0, self.draw.choice([-960, -120, 120, 960]))
        screen = QPointF(widget.mapToGlobal(place))
        buttons = Qt.MouseButton.NoButton
        modifier = self.draw.choice(MODIFIERS)
        event = QWheelEvent(
            QPointF(place), screen, QPoint(), turn, buttons, modifier, Qt.ScrollPhase.NoScrollPhase, False
        )
        QApplication.sendEvent(widget, event)

    @property
    def _viewport(self) -> QWidget:
        return self.window.network.view.viewport()

    def _part(self) -> QPoint:
        """The place of any part of the picture, where it is on screen."""
        diagram = self.window.network.view.surface.diagram
        column = self.draw.choice(diagram.columns)
        unit = self.draw.randrange(len(column.tiles))
        kind = self.draw.choice(PARTS)
        part = Part(kind, column.layer, unit, self.draw.randrange(8))
        rect = diagram.rect_of(part) if kind != "link" or column.layer >= 0 else None
        self._note(part)
        if rect is None:
            return QPoint(5, 5)
        return self.window.network.view.mapFromScene(QPointF(*rect.center))

    def _click_part(self) -> None:
        QTest.mouseClick(self._viewport, LEFT, self.draw.choice(MODIFIERS), self._part())

    def _menu_of_part(self) -> None:
        place = self._part()
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(
            self._viewport, QContextMenuEvent(reason, place, self._viewport.mapToGlobal(place), NO_KEYS)
        )

    def _drag_part(self) -> None:
        start, end = self._part(), self._part()
        QTest.mousePress(self._viewport, LEFT, NO_KEYS, start)
        for share in (0.1, 0.6, 1.0):
            self._move(self._viewport, start + (end - start) * share, LEFT)
            if self.draw.random() < 0.1:
                self._sudden()
        if self.draw.random() < 0.85:
            QTest.mouseRelease(self._viewport, LEFT, NO_KEYS, end)

    def _easel(self) -> None:
        """Begin to paint, one way or another, or end it."""
        painting = self.bench.painting
        self.draw.choice([painting.start, partial(painting.start, True), painting.start_over, painting.done])()

    def _paint(self) -> None:
        """A stroke over the map with any tool, and a key in the middle of it; it is not always let go."""
        plane, painting = self.window.output.map, self.bench.painting
        if not painting.on or not plane.isVisible():
            return
        painting.use(self.draw.choice(TOOLS))
        painting.set_size(self.draw.choice([1, 10, 26, 400]))
        sides = max(plane.width(), 1), max(plane.height(), 1)
        places = [QPoint(self.draw.randrange(sides[0]), self.draw.randrange(sides[1])) for _ in range(4)]
        modifier = self.draw.choice([*MODIFIERS, Qt.KeyboardModifier.AltModifier])
        QTest.mousePress(plane, LEFT, modifier, places[0])
        for place in places[1:]:
            self._move(plane, place, LEFT)
            if self.draw.random() < 0.1:
                self._sudden()
            if self.draw.random() < 0.1:
                QTest.keyClick(plane, self.draw.choice(KEYS), self.draw.choice(MODIFIERS))
        if self.draw.random() < 0.9:
            QTest.mouseRelease(plane, LEFT, modifier, places[-1])

    def _sudden(self) -> None:
        """Something else happens in the middle of a drag."""
        self.draw.choice([self.bench.undo, self.bench.run.toggle, self._edit, self._strip, self._wait])()

    def _drop_chip(self) -> None:
        index = self.draw.randrange(len(self.bench.experiment.network.layers) + 1)
        data = layer_mime(self.draw.choice(["dense", "batch_norm", "dropout", "residual", "scaling", "flatten"]))
        place = self.window.network.gap_position(index)
        QApplication.sendEvent(self._viewport, drags.enter(place, data))
        QApplication.sendEvent(self._viewport, drags.move(place, data))
        if self.draw.random() < 0.8:
            QApplication.sendEvent(self._viewport, drags.drop(place, data))

    def _chip(self) -> None:
        chips = [each for each in self.window.findChildren(LayerChip) if each.isVisible()]
        if chips:
            chip = self.draw.choice(chips)
            QTest.mousePress(chip, LEFT, NO_KEYS, QPoint(5, 5))
            self._move(chip, QPoint(60, 60), LEFT)
            QTest.mouseRelease(chip, LEFT, NO_KEYS, QPoint(60, 60))

    def _command(self) -> None:
        name = self.draw.choice([each for each in self.window.commands.actions if each != "quit"])
        self._note(name)
        action = self.window.commands.actions[name]
        if action.isEnabled():
            action.trigger()

    def _edit(self) -> None:
        try:
            edited = self._life.edited(self.bench.experiment)
        except PlaygroundError:
            return
        self.bench.edit("Edit", edited)

    def _tall(self) -> None:
        """A wide or a deep network."""
        layers = tuple(Dense(self.draw.choice([1, 3, 40, 130])) for _ in range(self.draw.randrange(6)))
        try:
            self.bench.edit("Network", with_changes(self.bench.experiment, network=Network(layers)))
        except PlaygroundError:
            return

    def _weight(self) -> None:
        layout = Layout.of(self.bench.experiment)
        index, value = self.draw.randrange(layout.size), self.draw.choice(WEIGHTS)
        self._note(f"{index} {value}")
        self.bench.set_parameter(index, value)

    def _resize(self) -> None:
        self.window.resize(self.draw.choice([1200, 1300, 1440, 1900, 2600]), self.draw.choice([680, 760, 900, 1400]))

    def _strip(self) -> None:
        self.window.areas.set_strip_height(self.draw.choice([None, 1, 216, 300, 420, 560, 5000]))

    def _tab(self) -> None:
        tabs = self.draw.choice([self.window.plots.tabs, self.window.more.tabs])
        tabs.setCurrentIndex(self.draw.randrange(tabs.count()))

    def _play(self) -> None:
        self.bench.run.toggle()

    def _seek(self) -> None:
        """Look at any moment, back or forth, or at the newest."""
        timeline = self.bench.timeline
        end = 0 if timeline.live is None else timeline.live.step
        step = self.draw.choice([0, end, self.draw.randint(0, end)])
        self._note(step)
        way = partial(timeline.back, self.draw.choice(["sample", "batch", "epoch"]))
        self.draw.choice([partial(timeline.look, step), timeline.to_live, way, partial(timeline.go, -3)])()

    def _track(self) -> None:
        """Drag along the track; it is not always let go."""
        track = self.window.timeline.track
        places = [QPoint(self.draw.randrange(max(track.width(), 1)), track.height() // 2) for _ in range(3)]
        QTest.mousePress(track, LEFT, NO_KEYS, places[0])
        for place in places[1:]:
            self._move(track, place, LEFT)
            if self.draw.random() < 0.2:
                self._sudden()
        if self.draw.random() < 0.9:
            QTest.mouseRelease(track, LEFT, NO_KEYS, places[-1])

    def _branch(self) -> None:
        """Begin a branch, go on in another, rename or delete one."""
        runs = self.bench.runs
        number = self.draw.choice([each.number for each in runs.all] or [0])
        self._note(number)
        name = self.draw.choice(["", "mine", "x" * 80])
        deeds = [
            runs.begin,
            partial(runs.switch, number),
            partial(runs.drop, number),
            partial(runs.rename, number, name),
        ]
        self.draw.choice(deeds)()

    def _inside(self) -> None:
        """Look into a step or into an answer, go about in it, type into it, or leave."""
        inside, draw = self.bench.inside, self.draw
        deeds: list[Callable[[], object]] = [
            inside.enter, inside.enter, inside.leave, inside.play, inside.make, inside.to_step, inside.wait,
            partial(inside.move, draw.choice([-1, 1, 40])), partial(inside.move_phase, draw.choice([-1, 1])),
            partial(inside.choose_sample, draw.randrange(12)), partial(inside.set_trains, draw.random() < 0.5),
            partial(inside.give_parameter, draw.randrange(40), draw.choice(WEIGHTS)),
            partial(inside.infer_row, draw.choice([0, 3, 400])), partial(inside.move_sample, draw.choice([-1, 1])),
            partial(inside.infer, (draw.uniform(-6, 6), draw.choice([0.0, 1e30]))),
        ]  # fmt: skip
        draw.choice(deeds)()

    def _wait(self) -> None:
        QTest.qWait(self.draw.choice([0, 0, 1, 10]))

    def _file(self) -> None:
        """Save under one of a few names, or open one of them."""
        file = str(self.folder / f"{self.draw.randrange(3)}{self.draw.choice(['.nnp', '.json', '.safetensors'])}")
        self._note(file.rsplit("/", 1)[-1])
        if self.draw.random() < 0.5:
            self.bench.save(file)
        else:
            self.window.files.open_path(file)

    def _table(self) -> None:
        open_table(self.draw, self.window, self.folder)

    def _link(self) -> None:
        open_link(self.draw, self.window)

    def _links_show(self) -> None:
        figure = self.draw.choice(LINK_FIGURES)
        self._note(figure)
        self.window.network.header.links.chosen.emit(figure)

    def _cell(self) -> None:
        """Look at the table of parameters, and type into a cell of it or paste a block."""
        plots, page = self.window.plots, self.window.plots.page(parameters.TAB)
        plots.show_tab(parameters.TAB)
        assert isinstance(page, ParametersPage)
        page.layers.choose(self.draw.randrange(len(page.layers.rows) + 1))
        page.show_figure(self.draw.choice(["value", "value", *page.switch.buttons] if page.switch else ["value"]))
        rows, columns = page.model.rowCount(), page.model.columnCount()
        if rows and columns:
            row, column = self.draw.randrange(rows), self.draw.randrange(columns)
            page.grid.select(row, column)
            text = self.draw.choice([*TYPED, "1/3", "1\t2\n3\t4", "1\tx"])
            self._note(f"{row},{column} {text!r}")
            if self.draw.random() < 0.5:
                page.grid.pasted.emit(text, row, column)
            else:
                page.model.setData(page.model.index(row, column), text)

    # -- dialogs ----------------------------------------------------------------------------------------------------

    def _answer(self, *_asked: object) -> QMessageBox.StandardButton:
        button = QMessageBox.StandardButton
        return self.draw.choice([button.Discard, button.Discard, button.Save, button.Cancel, button.Yes, button.No])

    def _asked_open(self, *_asked: object) -> tuple[str, str]:
        return self.draw.choice(["", str(self.folder / "0.nnp"), str(self.folder / "none.nnp")]), ""

    def _asked_save(self, *_asked: object) -> tuple[str, str]:
        return self.draw.choice(["", str(self.folder / "1.nnp"), str(self.folder / "picture.png")]), ""

    def _close_what_waits(self) -> None:
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if popup is not None and self.draw.random() < 0.5:
            popup.close()
        if isinstance(modal, QDialog):
            modal.reject()
        for sheet in self.window.findChildren(HoldingSheet):
            sheet.reject()

    # -- what must hold ---------------------------------------------------------------------------------------------

    def _hold(self, holds: object, what: str) -> None:
        assert holds, f"seed {self.seed}: {what}; the last deeds: {list(self.deeds)}"

    def _check_now(self) -> None:
        """After each deed: no exception; canvas and document are of one network."""
        self._hold(not self.heard, f"exceptions {self.heard}")
        surface, experiment = self.window.network.view.surface, self.bench.experiment
        self._hold(surface.model.experiment == experiment, "the canvas shows another experiment")
        drawn = surface.base.outline
        if experiment is not self._outlined:  # most deeds are no edits
            self._outlined, self._outline = experiment, outline_of(experiment)
        self._hold(drawn == self._outline, f"the picture has other columns: {drawn}")
        self._hold(self.bench.run.state != "failed", f"the run failed: {list(self.said)[-3:]}")
        wrong = [text for text in self.said if any(mark in text for mark in BROKEN)]
        self._hold(not wrong, f"said {wrong}")

    def _check_settled(self) -> None:
        """With the run standing still: the run is the document's; every number anywhere is finite."""
        run = self.bench.run
        run.pause()
        QApplication.processEvents()  # what was typed last may be an edit still
        run.ask(lambda session: session.state.step)
        run.settle()
        self._check_looking_back()
        self._check_now()
        shot, experiment = run.snapshot, self.bench.experiment
        assert shot is not None
        self._hold(shot.experiment == experiment, "the run is of another experiment")
        self._hold(shot.layout == Layout.of(experiment), "the run has another layout")
        self._hold(np.isfinite(shot.parameters).all(), "parameters that are not finite")
        self._hold(np.isfinite(shot.history[:, 0:3:2]).all() or not len(shot.history), "history that is not finite")
        kinds = [kind_of(layer).kind for layer in experiment.network.layers]
        drawn = [column.plan.kind for column in self.window.network.view.surface.base.columns[1:-1]]
        self._hold(kinds == drawn, f"{kinds} are drawn as {drawn}")
        for label in self.window.findChildren(QWidget):
            for text in (getattr(label, "text", None) if isinstance(label, QLabel | QLineEdit) else None,):
                if text is not None and label.isVisible() and text() not in TYPED:
                    self._hold(not NOT_FINITE.search(text()), f"“{text()}” on screen")
            self._hold(not NOT_FINITE.search(label.accessibleDescription()), label.accessibleDescription())

    def _check_looking_back(self) -> None:
        """Moments of the past are seen and left again: the newest one is the same bytes."""
        timeline, run = self.bench.timeline, self.bench.run
        timeline.to_live()
        run.settle()
        assert run.snapshot is not None
        self._hold(not timeline.is_past, "the newest moment is past")
        newest = run.snapshot.step, run.snapshot.parameters.tobytes()
        for step in (newest[0] // 2, 0):
            timeline.look(step)
            run.settle()
            self._hold(timeline.step in (step, newest[0]), f"step {timeline.step} is shown instead of {step}")
        timeline.to_live()
        run.settle()
        self._hold((run.snapshot.step, run.snapshot.parameters.tobytes()) == newest, "another newest moment")

    def _check_undo(self) -> None:
        """Undo to the start, redo to the end: both are what they were."""
        for popup in iter(QApplication.activePopupWidget, None):
            popup.close()
        before, steps = self.bench.experiment, 0
        while self.bench.undo_name is not None and steps < 2000:
            self.bench.undo()
            steps += 1
        self._hold(
            self.bench.experiment == self.bench.work.opened.experiment or steps >= 1000, "undo-all is not the start"
        )
        self._check_settled()
        while self.bench.redo_name is not None and steps > 0:
            self.bench.redo()
            steps -= 1
        self._hold(self.bench.experiment == before, "redo-all is not the end")
        self._check_settled()


def _told(error: BaseException | None) -> str:
    """An exception with the last places that it came through."""
    trace = traceback.extract_tb(None if error is None else error.__traceback__)[-4:]
    return f"{error!r} at {[f'{Path(each.filename).name}:{each.lineno}' for each in trace]}"


class _NoDrag:
    """A drag that somebody gives up at once: a real one would wait for a mouse."""

    def __init__(self, *_owner: object) -> None:
        pass

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: None
