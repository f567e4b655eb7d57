"""The offer to go on with work that a crash has left behind.

Owns how it is shown and answered; knows nothing of how it was written. Nothing is discarded but by its own button,
and only when the sheet closes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from playground.run.checkpoint import Work
from playground.views.controls import Caption, ElidedLabel, Paragraph
from playground.views.controls.alt_keys import give_alt_keys
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme
from playground.views.workbench.autosave import Autosave, LeftBehind
from playground.views.workbench.workbench import Workbench
from playground.words.recovery import in_part

if TYPE_CHECKING:
    from playground.views.window.main_window import MainWindow

SIDE, MOST_SHOWN = 64, 4
INTRODUCTION = "The program ended before this was saved."
FOOT = "Discarded work is deleted when this closes; the rest is offered again at the next start."
DISCARD, UNDO = "Discard", "Undo"


class Recovery(QObject):
    """Joins the journal with the window: offers what was found, and says where nothing can be kept."""

    def __init__(self, workbench: Workbench, window: MainWindow, autosave: Autosave) -> None:
        super().__init__(window)
        self._workbench, self._window, self._autosave = workbench, window, autosave
        self.sheet: RecoverySheet | None = None
        self._asked_about: tuple[object, ...] = ()
        window.files.is_open_elsewhere = autosave.is_open_elsewhere
        autosave.found.connect(self._offer)
        autosave.troubled.connect(lambda sentence: workbench.show_message(sentence, "warning"))
        autosave.shared.connect(self._tell_shared)
        autosave.restored.connect(self._on_restored)

    def _offer(self, found: list[LeftBehind]) -> None:
        self.sheet = RecoverySheet(found, self._window)
        self.sheet.recovered.connect(self._recover)
        self.sheet.open()

    def _tell_shared(self, name: str) -> None:
        sentence = f"“{name}” is open in another window too. Before one saves over what the other has saved, it asks."
        self._workbench.show_message(sentence, "warning")

    def _recover(self, left: LeftBehind) -> None:
        """Go on with it, if the work in the window may go."""
        if not self._window.files.may_go():
            left.leave()
            return
        self._workbench.show_message(f"“{left.title}” is being brought back …", "info")
        self._asked_about = self._workbench.moment
        self._autosave.restore(left)

    def _on_restored(self, left: LeftBehind, work: Work | None, is_whole: bool) -> None:
        """It is discarded only when this window's own journal holds all of it."""
        if work is None:
            left.leave()
            self._workbench.show_message(f"“{left.title}” cannot be brought back now; it is kept for later.", "error")
            return
        if self._workbench.moment != self._asked_about and not self._window.files.may_go():
            left.leave()  # what was done in the window in the meantime is wanted more
            return
        self._workbench.recover(work, left.file)
        if is_whole:
            self._workbench.show_message(f"“{left.title}” is back, not saved yet.", "info")
            self._autosave.take_over(left)
        else:
            self._workbench.show_message(in_part(left.title, work.checkpoint), "warning")
            left.leave()


@guarded
class Thumbnail(QWidget):
    """A small picture of the work, or a sign for it where there is none."""

    def __init__(self, picture: bytes | None) -> None:
        super().__init__()
        self._pixmap = QPixmap()
        if picture is not None:
            self._pixmap.loadFromData(picture)
        self.setFixedSize(QSize(SIDE, SIDE))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            path = QPainterPath()
            path.addRoundedRect(self.rect(), 8, 8)
            painter.fillPath(path, theme.color("shade"))
            painter.setClipPath(path)
            if self._pixmap.isNull():
                icons.draw(painter, "layers", self.rect().toRectF().adjusted(18, 18, -18, -18), theme.color("muted"))
            else:
                painter.drawPixmap(self.rect(), self._pixmap)


class Row(QWidget):
    """One piece of work: what it is, from when, and the two answers, which keep their places whatever is answered."""

    recovered = Signal()

    def __init__(self, left: LeftBehind) -> None:
        super().__init__()
        self._left = left
        self._title = ElidedLabel(left.title, theme.strong_font())
        self._line: Caption | Paragraph = Caption(left.line) if left.problem is None else Paragraph(self._told)
        self._line.setToolTip("" if left.file is None else as_it_stands(str(left.file.path)))
        self.recover, self.discard = QPushButton("Recover"), QPushButton(UNDO)
        self.discard.setMinimumWidth(max(self.discard.sizeHint().width(), QPushButton(DISCARD).sizeHint().width()))
        self.discard.setText(DISCARD)
        self.recover.setVisible(left.problem is None)
        self.discard.setAutoDefault(False)
        self.recover.clicked.connect(self.recovered)
        self.discard.clicked.connect(self._on_discard)
        self.setAccessibleName(f"{left.title}. {self._told}")
        self._lay_out()

    @property
    def is_discarded(self) -> bool:
        """Whether its work goes when the sheet closes."""
        return self._title.font().strikeOut()

    @property
    def _told(self) -> str:
        return self._left.line if self._left.problem is None else f"It cannot be opened: {self._left.problem}"

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addStretch(1)
        text.addWidget(self._title)
        text.addWidget(self._line)
        text.addStretch(1)
        row.addWidget(Thumbnail(self._left.picture))
        row.addLayout(text, 1)
        row.addWidget(self.recover)
        row.addWidget(self.discard)

    def _on_discard(self) -> None:
        """Crossed out, or no more: nothing is deleted yet."""
        goes = not self.is_discarded
        for label in (self._title, self._line):
            font = label.font()
            font.setStrikeOut(goes)
            label.setFont(font)
            label.setEnabled(not goes)
        self.recover.setEnabled(not goes)
        key = "&" if "&" in self.discard.text() else ""
        self.discard.setText(f"{key}{UNDO if goes else DISCARD}")
        self.setAccessibleName(f"{self._left.title}. {'Will be deleted. ' if goes else ''}{self._told}")


class RecoverySheet(QDialog):
    """What was left behind, newest first; `recovered` tells which to go on with, the rest stays for later.

    What is crossed out is deleted when the sheet is closed, and until then nothing moves: a second click meant for
    one answer never meets another.
    """

    recovered = Signal(object)

    def __init__(self, found: Sequence[LeftBehind], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unsaved work")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._found = list(found)
        self._chosen: LeftBehind | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 22, 28, 20)
        column.setSpacing(16)
        column.addWidget(QLabel(INTRODUCTION))
        self.rows = [self._row(each) for each in found]
        column.addWidget(self._listed())
        column.addLayout(self._foot())
        self.rows[0].recover.setDefault(True)
        give_alt_keys(self)
        self.finished.connect(self._let_go)
        wish = QSize(round(theme.scaled(600)), self.sizeHint().height())
        self.resize(wish.boundedTo(self.screen().availableSize()))

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.addWidget(Paragraph(FOOT), 1)
        self.close_button = QPushButton("Close")
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        foot.addWidget(self.close_button)
        return foot

    def _row(self, left: LeftBehind) -> Row:
        row = Row(left)
        row.recovered.connect(lambda: self._recover(left))
        return row

    def _listed(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for row in self.rows:
            column.addWidget(row)
        if len(self.rows) <= MOST_SHOWN:
            return inner
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setMinimumHeight(MOST_SHOWN * (SIDE + 12))
        return area

    def _recover(self, left: LeftBehind) -> None:
        self._chosen = left
        self.recovered.emit(left)
        self.accept()

    def _let_go(self) -> None:
        """What is crossed out is deleted, the rest is left; the chosen one is somebody else's now."""
        for left, row in zip(self._found, self.rows, strict=True):
            if left is not self._chosen:
                (left.discard if row.is_discarded else left.leave)()
        self._found, self.rows = [], []
