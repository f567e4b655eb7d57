"""Asking for file names, and asking before unsaved work is lost.

Owns the dialogs and the list of recent files; reading and writing are the workbench's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground.settings import settings
from playground.views.controls.alt_keys import give_alt_keys
from playground.views.workbench.workbench import Workbench
from playground.words.saving import goes_on_then

TABLES = "*.csv *.tsv *.txt *.gz *.xlsx *.xls *.ods *.parquet *.json *.jsonl *.npy *.npz"
OPENED = (
    "All that can be opened (*.nnp *.safetensors *.json " + TABLES + ");;"
    "Models and experiments (*.nnp *.safetensors *.json);;Tables (" + TABLES + ");;All files (*)"
)
OPENED_TABLES = f"Tables ({TABLES});;All files (*)"
SAVED = {
    "Model with its run (*.nnp)": ".nnp",
    "Safetensors model (*.safetensors)": ".safetensors",
    "Experiment (*.json)": ".json",
}
OPEN_ELSEWHERE = "It is open in another window."
PICTURES = {"Picture (*.png)": ".png"}


class Files:
    """The window's answers to New, Open, Save and Close. remember: whether recent files are kept."""

    def __init__(self, workbench: Workbench, window: QWidget, remember: bool = True) -> None:
        self._workbench, self._window, self._remember = workbench, window, remember
        self._offered: tuple[Path, int] | None = None
        self._afterwards: Callable[[], object] | None = None
        self._answered = False
        self.open_table: Callable[[str], object] = lambda path: None
        """What is done with a file that is a table: its columns are chosen from first."""
        self.is_open_elsewhere: Callable[[Path], bool] = lambda path: False
        """Whether another window has a file open."""
        workbench.saving.ended.connect(self._on_saved_later)

    @property
    def recent(self) -> tuple[str, ...]:
        """The files opened or saved last, newest first, also those that are gone."""
        return settings.read().recent if self._remember else ()

    def clear_recent(self) -> None:
        """Forget the files opened or saved last."""
        if self._remember:
            settings.write(msgspec.structs.replace(settings.read(), recent=()))

    def new(self) -> None:
        """Start over, if the unsaved work may go."""
        if self.may_go(self.new):
            self._workbench.new()

    def open(self) -> None:
        """Ask for a file and open it."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open", str(self._folder()), OPENED)
        if path:
            self.open_path(path)

    def ask_for_table(self) -> str:
        """The path of a table, or nothing where the user gave up."""
        return QFileDialog.getOpenFileName(self._window, "Open a table", str(self._folder()), OPENED_TABLES)[0]

    def ask_for_folder(self) -> str:
        """The path of a folder of pictures, or nothing where the user gave up."""
        return QFileDialog.getExistingDirectory(self._window, "Open pictures", str(self._folder()))

    def open_path(self, path: str) -> bool:
        """Open a file, if it can be read and the unsaved work may go; a refusal is shown by the workbench.

        Of a table only its columns are shown, to be chosen from.
        """
        from playground.tables.kinds import is_table

        if is_table(path):
            self.open_table(path)
            return False
        opened = self._workbench.read_source(path)
        if opened is None or not self.may_go(lambda: self.open_path(path)):
            return False
        self._workbench.open(opened)
        self._note(path)
        return True

    def save(self) -> bool:
        """Save where it was saved before, or ask."""
        if self._workbench.saving.target is not None:  # what was asked for last is where the work is going
            return self._workbench.save()
        if self._workbench.path is None:
            return self.save_as()
        if not self._workbench.changed_on_disk:
            return self._workbench.save()
        return self._save_over_another()

    def _save_over_another(self) -> bool:
        """The file was changed by somebody else: whose work goes is for the user to say."""
        path = self._workbench.path
        assert path is not None
        told = f"“{path.name}” was changed outside this window since it was opened or saved."
        box = self._box("File changed", f"{told} {OPEN_ELSEWHERE}" if self.is_open_elsewhere(path) else told)
        box.setInformativeText("Overwriting it loses what was changed there; reloading it loses what was changed here.")
        role = QMessageBox.ButtonRole
        save_as = box.addButton("Save as…", role.AcceptRole)
        overwrite = box.addButton("Overwrite", role.DestructiveRole)
        reload = box.addButton("Reload", role.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(save_as)
        give_alt_keys(box)
        try:
            box.exec()
            chosen = box.clickedButton()
        finally:
            box.deleteLater()
        if chosen is overwrite:
            return self._workbench.save()
        if chosen is reload:
            return self.reload()
        return chosen is save_as and self.save_as()

    def reload(self) -> bool:
        """Read the file again, whatever was changed here."""
        path = self._workbench.path
        opened = None if path is None else self._workbench.read_source(str(path))
        if opened is not None:
            self._workbench.open(opened)
        return opened is not None

    def to_reload(self) -> Path | None:
        """The file, if it was changed elsewhere and nothing is unsaved here; told once for each change."""
        path = self._workbench.path
        if path is None or self._workbench.unsaved or not self._workbench.changed_on_disk:
            return None
        change = (path, path.stat().st_mtime_ns) if path.exists() else None
        known, self._offered = self._offered, change
        return None if change == known else path

    def save_as(self) -> bool:
        """Ask for a name, then save."""
        target = self.ask_name("Save as", SAVED)
        if target is None or not self._workbench.save(target):
            return False
        self._note(str(target))
        return True

    def _on_saved_later(self, written: bool) -> None:
        """A file that had to wait for the run is there, or could not be written; what waited for it goes on."""
        if written:
            self._note(str(self._workbench.path))
        if written and self._workbench.saving.target is not None:
            return  # others wait still
        afterwards, self._afterwards = self._afterwards, None
        if written and afterwards is not None and not self._workbench.edited and not self._workbench.saving.left_out:
            self._answered = True  # steps made since are not worth a second question
            try:
                afterwards()
            finally:
                self._answered = False

    def save_picture(self) -> None:
        """Ask for a name, then write the window as it is."""
        picture = self._window.grab()
        target = self.ask_name("Save picture", PICTURES)
        if target is None:
            return
        if picture.save(str(target)):
            self._workbench.show_message(f"Saved {target.name}", "info")
        else:
            self._workbench.show_message(f"The picture could not be written to {target}.", "error")

    def ask_name(self, caption: str, kinds: Mapping[str, str]) -> Path | None:
        """A name to write to, with one of the kinds' suffixes; None where the user gave up.

        The dialog asks before the name it returns is overwritten; a name that got its suffix here is asked about here.
        No default suffix is set: desktops' own dialogs have asked about the name without it.
        """
        start = self._folder() / f"{_file_name(self._workbench.title)}{next(iter(kinds.values()))}"
        chosen = ""
        while True:
            text, chosen = QFileDialog.getSaveFileName(self._window, caption, str(start), ";;".join(kinds), chosen)
            if not text:
                return None
            typed = Path(text)
            target = with_suffix(typed, kinds, chosen)
            if not self._needs_question(target, target == typed) or self._may_replace(target):
                return target
            start = target

    def _needs_question(self, target: Path, was_asked: bool) -> bool:
        """The desktop's dialog knows nothing of other windows."""
        return os.path.lexists(target) and (not was_asked or self.is_open_elsewhere(target))

    def _may_replace(self, target: Path) -> bool:
        button = QMessageBox.StandardButton
        text = f"“{target.name}” is already there. Replace it?"
        if self.is_open_elsewhere(target):
            text = f"“{target.name}” is open in another window. Replace it?"
        note = "What is in it will be lost."
        return self._answer("Replace file", text, note, button.Yes | button.No, button.No) == button.Yes

    def may_go(self, again: Callable[[], object] | None = None) -> bool:
        """Whether what is open may be replaced: it is saved, or the user says so. A file that leaves runs out says so,
        and what is open stays until that was read.

        again: what is to be tried again where it has to wait for the file to be written.
        """
        self._afterwards = None
        if self._answered or not self._workbench.unsaved:
            return True
        button = QMessageBox.StandardButton
        text = f"Save the changes to “{self._workbench.title}”?"
        buttons = button.Save | button.Discard | button.Cancel
        answer = self._answer("Unsaved changes", text, "They are lost if you do not save them.", buttons, button.Save)
        if answer == button.Save:
            return self._wait_for_file(again) if not self.save() else not self._workbench.saving.left_out
        return answer == button.Discard

    def _wait_for_file(self, again: Callable[[], object] | None) -> bool:
        target = self._workbench.saving.target
        if target is not None and again is not None:
            self._afterwards = again
            self._workbench.show_message(goes_on_then(target.name), "info")
        return False

    def _answer(
        self,
        title: str,
        text: str,
        note: str,
        buttons: QMessageBox.StandardButton,
        default: QMessageBox.StandardButton,
    ) -> QMessageBox.StandardButton:
        box = self._box(title, text)
        box.setInformativeText(note)
        box.setStandardButtons(buttons)
        box.setDefaultButton(default)
        give_alt_keys(box)
        try:
            return QMessageBox.StandardButton(box.exec())
        finally:
            box.deleteLater()

    def _box(self, title: str, text: str) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text)
        return box

    def _folder(self) -> Path:
        path = self._workbench.path
        return path.parent if path is not None else Path.home()

    def _note(self, path: str) -> None:
        if self._remember and Path(path).exists():
            settings.write(settings.read().with_recent(path))

    def note_speed(self, speed: float) -> None:
        """Remember the speed; 0 is full."""
        if self._remember and speed != settings.read().speed:
            settings.write(msgspec.structs.replace(settings.read(), speed=speed))

    @property
    def is_first_start(self) -> bool:
        """Whether nobody has seen the first hint yet."""
        return self._remember and not settings.read().welcomed

    def note_welcomed(self) -> None:
        """Remember that the first hint was seen."""
        if self.is_first_start:
            settings.write(msgspec.structs.replace(settings.read(), welcomed=True))

    def note_legend(self, on: bool) -> None:
        """Remember whether the network has its legend."""
        if self._remember:
            settings.write(msgspec.structs.replace(settings.read(), legend=on))

    @property
    def favourites(self) -> tuple[str, ...]:
        """The data sets that are shown in the column."""
        return (settings.read() if self._remember else settings.Settings()).favourites

    def note_favourites(self, names: tuple[str, ...]) -> None:
        """Remember which data sets are shown in the column."""
        if self._remember:
            settings.write(msgspec.structs.replace(settings.read(), favourites=names))

    def note_unfolded(self, names: tuple[str, ...]) -> None:
        """Remember which sections of the data column are open."""
        if self._remember:
            settings.write(msgspec.structs.replace(settings.read(), unfolded=names))

    def note_theme(self, name: str) -> None:
        """Remember the theme."""
        if self._remember:
            settings.write(msgspec.structs.replace(settings.read(), theme=name))


def with_suffix(path: Path, kinds: Mapping[str, str], chosen: str) -> Path:
    """The path as it is if it ends like one of the kinds, else with the chosen kind's suffix: `run 0.1.nnp`."""
    suffixes = tuple(kinds.values())
    if path.suffix.lower() in suffixes:
        return path
    return path.with_name(path.name + kinds.get(chosen, suffixes[0]))


def _file_name(title: str) -> str:
    """A title as a file name: letters and digits, the rest as hyphens."""
    words = "".join(letter if letter.isalnum() else " " for letter in title).split()
    return "-".join(words).lower()[:60] or "network"
