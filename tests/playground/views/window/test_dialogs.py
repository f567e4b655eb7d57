"""Every dialog of the window: Alt keys, no two the same; hands over buttons; on the screen, with its title."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from playground import views
from playground.views.controls.alt_keys import alt_key
from playground.views.controls.labels import Paragraph
from playground.views.controls.overlay import HoldingSheet
from playground.views.theme import fonts
from playground.views.window.recovery import FOOT, RecoverySheet
from tests.playground.views.window.driver import bench, trigger
from tests.seeds import long


class Left:
    """Work that was left behind, as far as the sheet needs it."""

    def __init__(self, title: str, problem: str | None = None) -> None:
        self.title, self.line, self.picture, self.problem = title, "epoch 12, from 14:03", None, problem
        self.file = None

    def leave(self) -> None:
        pass


def unsaved(window, tmp_path):
    bench(window).change("Set rate", training__learning_rate=0.1)
    window.files.may_go()


def replace(window, tmp_path):
    window.files._may_replace(tmp_path / "there.json")


def changed_elsewhere(window, tmp_path):
    path = tmp_path / "file.json"
    bench(window).save(path)
    path.write_bytes(path.read_bytes() + b"\n")
    bench(window).change("Set rate", training__learning_rate=0.1)
    window.files.save()


def left_behind(window, tmp_path):
    RecoverySheet([Left("Spirals"), Left("Circles"), Left("Broken", "it is cut short")], window).open()


def table(window, tmp_path):
    path = tmp_path / "some.csv"
    path.write_text("x,y,kind\n1.5,2,a\n2.5,3,b\n3.5,5,a\n")
    window.files.open_path(str(path))
    window.tables.reading.wait()


DIALOGS: dict[str, Callable] = {
    "unsaved": unsaved,
    "replace": replace,
    "changed elsewhere": changed_elsewhere,
    "left behind": left_behind,
    "shortcuts": lambda window, tmp_path: window.show_shortcuts(),
    "all data": lambda window, tmp_path: window.data.open_all(),
    "table": table,
    "formulas": lambda window, tmp_path: trigger(window, "formulas"),
    "about": lambda window, tmp_path: window.show_about(),
}


def opened(window, tmp_path, name) -> dict:
    """What is told of a dialog while it is open; it is closed again."""
    seen = {}

    def look() -> None:
        shown = [each for kind in (QDialog, HoldingSheet) for each in window.findChildren(kind) if each.isVisible()]
        dialog = QApplication.activeModalWidget() or next(iter(shown), None)
        assert isinstance(dialog, (QDialog, HoldingSheet))
        buttons = [each for each in dialog.findChildren(QPushButton) if each.isVisibleTo(dialog)]
        seen.update(
            title=dialog.windowTitle() or dialog.accessibleName(),
            texts=[each.text() for each in buttons],
            cursors={each.cursor().shape() for each in buttons},
            size=dialog.panel.size() if isinstance(dialog, HoldingSheet) else dialog.size(),
            room=window.size() if isinstance(dialog, HoldingSheet) else dialog.screen().availableSize(),
        )
        dialog.reject()

    QTimer.singleShot(0, look)
    DIALOGS[name](window, tmp_path)
    QApplication.processEvents()
    assert seen, "no dialog came"
    return seen


@pytest.mark.parametrize("scale", [long(1.0), 1.5])
def test_every_button_of_a_dialog_has_an_alt_key_of_its_own(scale, open_window, tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "_scale", lambda: scale)
    window = open_window()
    for name in DIALOGS:
        check_dialog(name, opened(window, tmp_path, name))


def check_dialog(name, seen) -> None:
    keys = [alt_key(text) for text in seen["texts"]]
    assert len({key for key in keys if key}) == len([key for key in keys if key]), (name, keys)
    for text, key in zip(seen["texts"], keys, strict=True):
        assert key or [each.replace("&", "") for each in seen["texts"]].count(text) > 1, (name, text)
    assert seen["cursors"] <= {Qt.CursorShape.PointingHandCursor}, name
    assert seen["cursors"] or name == "all data", "which has pictures instead of words to press"
    assert seen["title"] or name not in ("shortcuts", "all data"), name
    assert seen["size"].width() <= seen["room"].width(), name
    assert seen["size"].height() <= seen["room"].height(), name


def test_what_becomes_of_left_work_is_told_whole(open_window):
    sheet = RecoverySheet([Left("Spirals")], open_window())
    sheet.show()
    QApplication.processEvents()
    (foot,) = [each for each in sheet.findChildren(Paragraph) if each.text == FOOT]
    assert foot.heightForWidth(foot.width()) <= foot.height()
    sheet.close()


def test_no_dialog_is_forgotten():
    """Whoever adds a dialog adds it above."""
    folder = Path(views.__file__).parent
    texts = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.py")}
    found = {name for name, text in texts.items() if "(QDialog)" in text}
    boxes = {name for name, text in texts.items() if "QMessageBox(" in text}
    holding = {name for name, text in texts.items() if "(HoldingSheet)" in text}
    assert found == {"window/help_sheet.py", "window/recovery.py", "formulas/sheet.py"}
    assert holding == {"data/sheet.py", "tables/sheet.py"}
    assert boxes == {"window/files.py", "window/main_window.py"}
