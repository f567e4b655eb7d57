"""The sheet under the title: what the experiment is called, notes about it, and its seed.

Owns the fields and when they are taken over; what a bad value is, the workbench says. Knows nothing of the bar.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from playground import numbers as formats
from playground.experiment import schema
from playground.experiment.experiment import Experiment
from playground.views.controls import Caption, Cell, NumberField, Paragraph, explain
from playground.views.controls.popup import Popup
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench

MOST_TITLE, MOST_NOTES = 200, 20_000
"""So many letters an experiment's title and notes may have."""
WIDTH, NOTES = 340, 110
ABOUT_SEED = "The same seed gives the same points, initial weights and order; another one begins a new run."


@guarded
class DocumentSheet(Popup):
    """Opens under a place; title and notes are taken over when it closes, the seed when it was typed."""

    def __init__(self, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self.setAccessibleName("Title, notes and seed")
        self.title, self.notes = QLineEdit(), QPlainTextEdit()
        self.title.setMaxLength(MOST_TITLE)
        self.title.setAccessibleName("Title")
        self.title.returnPressed.connect(self.close)
        self.notes.setAccessibleName("Notes")
        self.notes.setTabChangesFocus(True)
        self.notes.setPlaceholderText("What was tried, and what came of it")
        self.notes.setFixedHeight(round(theme.scaled(NOTES)))
        self.notes.textChanged.connect(self._on_notes_changed)
        self.seed = NumberField("Seed", schema.span(Experiment, "seed"), integer=True, show=formats.spaced, unit=1.0)
        self.about_seed = Paragraph(ABOUT_SEED)
        self.seed.textEdited.connect(lambda: self.about_seed.set_text(ABOUT_SEED))
        self.seed.setFixedWidth(round(theme.scaled(190)))
        self.seed.committed.connect(self._on_seed_committed)
        self.seed.refused.connect(self._on_seed_refused)
        explain("title", self.title, self.notes)
        explain("seed", self.seed)
        self._lay_out()
        workbench.experiment_changed.connect(self._show_seed)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        for caption, field in (("Title", self.title), ("Notes", self.notes)):
            column.addWidget(Caption(caption))
            column.addWidget(field)
            column.addSpacing(6)
        row = QHBoxLayout()
        row.addWidget(Cell("Seed", self.seed))
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.about_seed)
        self.setFixedWidth(round(theme.scaled(WIDTH)))

    def open_at(self, corner: QPoint) -> None:
        """Show what the experiment says, with the upper left corner at a point of the screen."""
        experiment = self._workbench.experiment
        self.title.setText(experiment.title)
        self.title.setPlaceholderText(self._workbench.title)
        self.notes.setPlainText(experiment.notes)
        self._show_seed()
        self.adjustSize()
        screen = self.screen().availableGeometry()
        self.move(min(corner.x(), screen.right() - self.width()), min(corner.y(), screen.bottom() - self.height()))
        self.show()
        self.title.setFocus(Qt.FocusReason.PopupFocusReason)
        self.title.selectAll()

    def hideEvent(self, event: QHideEvent) -> None:
        """Whatever closes the sheet, what was written stays."""
        super().hideEvent(event)
        before = self._workbench.experiment
        for name, field, text in (
            ("Set title", "title", self.title.text().strip()),
            ("Set notes", "notes", self.notes.toPlainText()),
        ):
            if text != getattr(before, field):
                self._workbench.change(name, **{field: text})

    def _on_notes_changed(self) -> None:
        text = self.notes.toPlainText()
        if len(text) > MOST_NOTES:
            self.notes.setPlainText(text[:MOST_NOTES])
            self._workbench.show_message(f"Notes have at most {formats.spaced(MOST_NOTES)} letters.", "error")

    def _on_seed_committed(self, seed: float) -> None:
        self._workbench.set_seed(int(seed))
        self._show_seed()

    def _on_seed_refused(self, sentence: str) -> None:
        """In place: the strip of messages is behind the sheet."""
        self.about_seed.set_text(sentence, "bad")

    def _show_seed(self) -> None:
        self.about_seed.set_text(ABOUT_SEED)
        self.seed.set_value(self._workbench.experiment.seed)
