"""Faults in handlers: whatever a widget or an item does when Qt calls it, an exception stays inside, told once."""

from __future__ import annotations

import ast
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimerEvent
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QContextMenuEvent,
    QDragLeaveEvent,
    QDropEvent,
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QGraphicsItem,
    QInputDialog,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionGraphicsItem,
    QStyleOptionViewItem,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from playground.views.guards.handlers import ASKED, NOT_DRAWN, guarded, is_handler
from playground.views.window.application import Troubles
from playground.views.window.commands import Command, Commands
from playground.views.workbench.workbench import Workbench
from tests.playground.views import drags

VIEWS = Path(__file__).resolve().parents[4] / "playground" / "views"
SOURCES = sorted(path for path in VIEWS.rglob("*.py"))


@cache
def classes_with_handlers() -> dict[str, ast.ClassDef]:
    """Every class of the views that Qt calls somewhere, by module and name."""
    found = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(each, ast.FunctionDef) and is_handler(each.name) for each in node.body
            ):
                module = ".".join(path.relative_to(VIEWS.parents[1]).with_suffix("").parts)
                found[f"{module}.{node.name}"] = node
    return found


def test_every_class_that_qt_calls_is_guarded() -> None:
    found = classes_with_handlers()
    assert len(found) > 50
    bare = [name for name, node in found.items() if "guarded" not in map(ast.unparse, node.decorator_list)]
    assert bare == []


class Injected(Exception):
    """A fault that this test has put into a handler."""


@contextmanager
def fault_in(code: CodeType) -> Iterator[None]:
    """The first line of this code raises, once."""

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code is not code:
            return None
        sys.settrace(None)
        raise Injected(code.co_qualname if sys.version_info >= (3, 11) else code.co_name)

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """What reached the interpreter's hook."""
    heard: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, value, trace: heard.append(value))
    return heard


AT, LEFT, NONE = QPointF(5, 5), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def event_for(name: str, owner: Any) -> tuple[Any, ...]:
    """What Qt hands to a handler of this name."""
    mouse = QMouseEvent(QEvent.Type.MouseMove, AT, AT, LEFT, LEFT, NONE)
    data, move = QMimeData(), Qt.DropAction.MoveAction
    events: dict[str, Callable[[], tuple[Any, ...]]] = {
        "keyPressEvent": lambda: (QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Right, NONE),),
        "keyReleaseEvent": lambda: (QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Right, NONE),),
        "wheelEvent": lambda: (
            QWheelEvent(AT, AT, QPoint(), QPoint(0, 120), LEFT, NONE, Qt.ScrollPhase.NoScrollPhase, False),
        ),
        "resizeEvent": lambda: (QResizeEvent(QSize(50, 50), QSize(40, 40)),),
        "focusInEvent": lambda: (QFocusEvent(QEvent.Type.FocusIn),),
        "focusOutEvent": lambda: (QFocusEvent(QEvent.Type.FocusOut),),
        "enterEvent": lambda: (QEnterEvent(AT, AT, AT),),
        "leaveEvent": lambda: (QEvent(QEvent.Type.Leave),),
        "showEvent": lambda: (QShowEvent(),),
        "hideEvent": lambda: (QHideEvent(),),
        "closeEvent": lambda: (QCloseEvent(),),
        "contextMenuEvent": lambda: (QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), QPoint(5, 5)),),
        "dragEnterEvent": lambda: (drags.enter(QPoint(5, 5), data),),
        "dragMoveEvent": lambda: (drags.move(QPoint(5, 5), data),),
        "dragLeaveEvent": lambda: (QDragLeaveEvent(),),
        "dropEvent": lambda: (QDropEvent(AT, move, data, LEFT, NONE),),
        "timerEvent": lambda: (QTimerEvent(1),),
        "event": lambda: (QEvent(QEvent.Type.User),),
        "changeEvent": lambda: (QEvent(QEvent.Type.ActivationChange),),
        "viewportEvent": lambda: (QEvent(QEvent.Type.User),),
        "eventFilter": lambda: (owner, QEvent(QEvent.Type.User)),
        "heightForWidth": lambda: (100,),
        "scrollContentsBy": lambda: (0, 0),
        "tabSizeHint": lambda: (0,),
        "minimumTabSizeHint": lambda: (0,),
    }
    if name.startswith("mouse"):
        return (mouse,)
    return events.get(name, tuple)()


def call(owner: Any, name: str, method: Callable[..., Any]) -> Any:
    """As Qt would: paints onto a picture, everything else with its event."""
    if name == "paintEvent":
        return QWidget.grab(owner)
    if name in ("paint", "drawBackground"):
        picture = QImage(200, 100, QImage.Format.Format_RGB32)
        option = QStyleOptionGraphicsItem()
        option.exposedRect = QRectF(0, 0, 200, 100)
        with QPainter(picture) as painter:
            cell = (QModelIndex(),) if isinstance(owner, QStyledItemDelegate) else ()
            method(owner, painter, option if name == "paint" else QRect(0, 0, 200, 100), *cell)
        return picture
    return method(owner, *event_for(name, owner))


def living(window: Any) -> Iterator[Any]:
    """A widget or an item of every class that the window shows, and its sheets."""
    yield window
    yield from window.findChildren(QWidget)
    yield from window.network.view.scene().items()
    yield from window.findChildren(QStyledItemDelegate)


def every_page(window: Any) -> None:
    """Everything that is made when it is first wanted."""
    from playground.views.window.help_sheet import HelpSheet

    for place in range(window.plots.tabs.count()):
        window.plots.tabs.setCurrentIndex(place)
        window.plots.grab()
    window.commands.actions["formulas"].trigger()
    window.training.show_more(True)
    for place in range(window.more.tabs.count()):
        window.more.tabs.setCurrentIndex(place)
    window._workbench.set_view(unfolded=("misbehaving_data", "split"))
    window.grab()
    the_doctor(window)
    HelpSheet(window.commands.table, window)
    window.data.choose("function")
    window.data.open_all()
    window.data.sheet.grab()
    window.data.paint.click()
    window.grab()
    window.races.open()
    window.races.sheet.grab()
    window.plots.page("Inside").rows.click()
    window.plots.page("Inside").picker.close()


def the_doctor(window: Any) -> None:
    """A finding with cures that were tried, on the card and on its sheet."""
    workbench = window._workbench
    workbench.change("Set rate", training__learning_rate=1000.0)
    workbench.run.settle()
    workbench.doctor.wait()
    window.doctor.card.show_side("doctor")
    workbench.doctor.trials.start(workbench.doctor.primary)
    workbench.doctor.trials.wait()
    window.doctor.open_sheet()
    window.doctor.sheet.grab()
    workbench.experiment_changed.disconnect(window.doctor.sheet.close)
    window.doctor.open_check_up()
    window.doctor.check_up.grab()


def test_an_exception_in_any_handler_stays_inside(window: Any, told: list[BaseException], qtbot: QtBot) -> None:
    every_page(window)
    done: set[tuple[type, str]] = set()
    silent = []
    for owner in list(living(window)):
        for cls in type(owner).__mro__:
            if not cls.__module__.startswith("playground.views."):
                continue
            for name, method in vars(cls).items():
                inner = getattr(method, "__wrapped__", None)
                if not is_handler(name) or inner is None or (cls, name) in done:
                    continue
                if name == "paintEvent" and (owner.width() < 1 or owner.height() < 1):
                    continue
                done.add((cls, name))
                told.clear()
                with fault_in(inner.__code__):
                    answer = call(owner, name, method)
                if [type(each) for each in told] != [Injected]:
                    silent.append((cls.__name__, name, list(told)))
                if name in ASKED:
                    assert type(answer) in (QSize, QRectF, int), (cls, name)
    assert silent == []
    reached = {f"{cls.__module__}.{cls.__name__}" for cls, _ in done}
    left = sorted(set(classes_with_handlers()) - reached)
    assert len(left) <= 12, "\n".join(left)
    told.clear()
    window.grab()
    assert told == []


@guarded
class Broken(QWidget):
    """Draws half of what it should, then fails."""

    broken = True

    def paintEvent(self, event: object) -> None:
        with QPainter(self) as painter:
            painter.setOpacity(0.2)
            painter.fillRect(self.rect(), QColor("red"))
            if self.broken:
                raise Injected
            painter.fillRect(self.rect(), QColor("blue"))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.broken:
            raise Injected


def test_a_widget_that_could_not_be_drawn_says_so_and_comes_back(qtbot: QtBot, told: list[BaseException]) -> None:
    widget = Broken()
    qtbot.addWidget(widget)
    widget.resize(200, 40)
    failed = widget.grab().toImage()
    assert len(told) == 1
    colours = {failed.pixelColor(x, y).name() for x in range(200) for y in range(40)}
    assert "#ff0000" not in colours
    assert len(colours) > 2, f"the words “{NOT_DRAWN}”"
    widget.broken = False
    assert widget.grab().toImage().pixelColor(3, 3) != failed.pixelColor(3, 3)
    assert len(told) == 1


def test_a_window_that_cannot_ask_stays_open(qtbot: QtBot, told: list[BaseException]) -> None:
    widget = Broken()
    widget.show()
    assert not widget.close()
    widget.broken = False
    assert widget.close()
    widget.deleteLater()


@guarded
class BrokenItem(QGraphicsItem):
    """An item whose state of the painter would spoil the next item."""

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, 100, 30)

    def paint(self, painter: QPainter, option: object, widget: object = None) -> None:
        painter.setOpacity(0.0)
        painter.translate(1000, 1000)
        raise Injected


def test_an_item_that_fails_leaves_the_painter_as_it_was(qtbot: QtBot, told: list[BaseException]) -> None:
    picture = QImage(100, 30, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    with QPainter(picture) as painter:
        BrokenItem().paint(painter, QStyleOptionGraphicsItem())
        assert painter.opacity() == 1.0
        assert painter.transform().dx() == 0.0
    assert len(told) == 1
    assert len({picture.pixelColor(x, y).name() for x in range(100) for y in range(30)}) > 1


def test_a_cell_that_could_not_be_drawn_says_so(qtbot: QtBot, told: list[BaseException]) -> None:
    @guarded
    class Broken(QStyledItemDelegate):
        def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
            raise ValueError("no cell")

    table = QTableWidget(1, 1)
    qtbot.addWidget(table)
    broken = Broken(table)
    table.setItemDelegate(broken)
    table.grab()
    assert [str(each) for each in told] == ["no cell"]


def test_one_place_is_logged_and_told_once(caplog: pytest.LogCaptureFixture, qtbot: QtBot) -> None:
    troubles = Troubles()
    troubles.install()
    try:
        widget = Broken()
        qtbot.addWidget(widget)
        with caplog.at_level(logging.ERROR, logger="playground"):
            for _ in range(5):
                widget.grab()
    finally:
        troubles.uninstall()
    assert len(caplog.records) == 1
    assert "test_handlers.py" in caplog.records[0].getMessage()
    assert len(troubles.take()) == 1
    assert troubles.take() == []


def test_what_a_menu_a_key_or_a_dialog_calls_is_told_in_the_same_way(
    caplog: pytest.LogCaptureFixture, qtbot: QtBot, make_workbench: Callable[..., Workbench]
) -> None:
    def fail(*_given: object) -> None:
        raise ValueError("no command")

    workbench, owner, troubles = make_workbench(), QWidget(), Troubles()
    qtbot.addWidget(owner)
    ticked = [False]
    table = [
        Command("broken", "Run", "Broken", lambda: (ticked.append(True), fail()), ("F9",), checked=lambda: ticked[-1]),
        Command("other", "Run", "Other", lambda: None, checked=lambda: ticked[-1]),
    ]
    commands, menu, dialog = Commands(table, workbench, owner), QMenu(owner), QInputDialog(owner)
    menu.addAction("Entry", partial(fail, 1))
    dialog.textValueSelected.connect(partial(fail, 2))
    owner.show()
    troubles.install()
    try:
        with caplog.at_level(logging.ERROR, logger="playground"):
            commands.actions["broken"].trigger()
            menu.actions()[0].trigger()
            dialog.textValueSelected.emit("a")
            qtbot.keyClick(owner, Qt.Key.Key_F9)
    finally:
        troubles.uninstall()
    assert commands.actions["other"].isChecked(), "what the others show is true all the same"
    assert [record.getMessage().count("no command") for record in caplog.records] == [2], "its line, and its name"
    assert "in fail" in caplog.records[0].getMessage()
    assert len(troubles.take()) == 1
