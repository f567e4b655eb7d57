"""Asking for file names, and asking before unsaved work is lost.

Owns the dialogs and the list of recent files; reading and writing are the workbench's.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground.views import settings
from playground.views.settings import Settings
from playground.views.workbench import Workbench

OPENED = "Models and experiments (*.nnp *.safetensors *.json);;All files (*)"
SAVED = {
    "Model with its run (*.nnp)": ".nnp",
    "Safetensors model (*.safetensors)": ".safetensors",
    "Experiment (*.json)": ".json",
}
PICTURES = "Picture (*.png)"


class Files:
    """The window's answers to New, Open, Save and Close. remember: whether recent files are kept."""

    def __init__(self, workbench: Workbench, window: QWidget, remember: bool = True) -> None:
        self._workbench, self._window, self._remember = workbench, window, remember

    @property
    def recent(self) -> tuple[str, ...]:
        """The files opened or saved last, newest first, that are still there."""
        return tuple(path for path in settings.read().recent if Path(path).exists()) if self._remember else ()

    def new(self) -> None:
        """Start over, if the unsaved work may go."""
        if self.may_go():
            self._workbench.new()

    def open(self) -> None:
        """Ask for a file and open it."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open", str(self._folder()), OPENED)
        if path:
            self.open_path(path)

    def open_path(self, path: str) -> bool:
        """Open a file, if the unsaved work may go; a refusal is shown by the workbench."""
        if not self.may_go() or not self._workbench.open_source(path):
            return False
        self._note(path)
        return True

    def save(self) -> bool:
        """Save where it was saved before, or ask."""
        if self._workbench.path is None:
            return self.save_as()
        return self._workbench.save()

    def save_as(self) -> bool:
        """Ask for a name, then save."""
        start = self._folder() / f"{_file_name(self._workbench.title)}.nnp"
        path, chosen = QFileDialog.getSaveFileName(self._window, "Save as", str(start), ";;".join(SAVED))
        if not path:
            return False
        if not Path(path).suffix:
            path += SAVED.get(chosen, ".nnp")
        if not self._workbench.save(path):
            return False
        self._note(path)
        return True

    def save_picture(self) -> None:
        """Ask for a name, then write the window as it is."""
        picture = self._window.grab()
        start = self._folder() / f"{_file_name(self._workbench.title)}.png"
        path, _ = QFileDialog.getSaveFileName(self._window, "Save picture", str(start), PICTURES)
        if not path:
            return
        target = Path(path) if Path(path).suffix else Path(path + ".png")
        if picture.save(str(target)):
            self._workbench.show_message(f"Saved {target.name}", "info")
        else:
            self._workbench.show_message(f"The picture could not be written to {target}.", "error")

    def may_go(self) -> bool:
        """Whether what is open may be replaced: it is saved, or the user says so."""
        if not self._workbench.unsaved:
            return True
        button = QMessageBox.StandardButton
        answer = self._ask(button.Save | button.Discard | button.Cancel)
        if answer == button.Save:
            return self.save()
        return answer == button.Discard

    def _ask(self, buttons: QMessageBox.StandardButton) -> QMessageBox.StandardButton:
        box = QMessageBox(self._window)
        box.setWindowTitle("Unsaved changes")
        box.setText(f"Save the changes to “{self._workbench.title}”?")
        box.setInformativeText("They are lost if you do not save them.")
        box.setStandardButtons(buttons)
        box.setDefaultButton(QMessageBox.StandardButton.Save)
        try:
            return QMessageBox.StandardButton(box.exec())
        finally:
            box.deleteLater()

    def _folder(self) -> Path:
        path = self._workbench.path
        return path.parent if path is not None else Path.home()

    def _note(self, path: str) -> None:
        if self._remember and Path(path).exists():
            settings.write(settings.read().with_recent(path))

    def note_theme(self, name: str) -> None:
        """Remember the theme."""
        if self._remember:
            kept = settings.read()
            settings.write(Settings(theme=name, recent=kept.recent))  # type: ignore[arg-type]


def _file_name(title: str) -> str:
    """A title as a file name: letters and digits, the rest as hyphens."""
    words = "".join(letter if letter.isalnum() else " " for letter in title).split()
    return "-".join(words).lower()[:60] or "network"
