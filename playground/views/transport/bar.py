"""The bar on top: what is open, play and its relatives, speed, the read-outs, undo and the theme.

Owns their arrangement and what they show; every wish goes to the workbench or is handed in. Knows no other panel.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QSpacerItem, QWidget

from playground import numbers as formats
from playground.run.snapshot import Snapshot
from playground.views.controls import (
    Caption,
    IconButton,
    Pill,
    ReadOut,
    RoundButton,
    explain,
)
from playground.views.controls.labels import LabelButton
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.transport.document_sheet import DocumentSheet
from playground.views.transport.finding_chip import FindingChip
from playground.views.transport.speed_slider import SpeedSlider
from playground.views.transport.step_control import StepControl
from playground.views.workbench.workbench import Workbench
from playground.words.inside.page import ENTRY, INSIDE
from playground.words.run import (
    LOOKED_TIP,
    NO_TRAINING,
    PREPARING_TIP,
    how_it_goes_on,
    looked_texts,
    preparing_texts,
    progress_sentence,
    progress_texts,
    stopped_sentence,
    stopped_texts,
    why_no_play,
    why_no_step,
)
from playground.words.timeline import TO_LIVE_TIP, looking_texts

RATE_EVERY = 0.25
"""Seconds between two changes of the epochs per second: quicker cannot be read."""
WIDEST_EPOCH, WIDEST_RATE, WIDEST_LOSS = "999 999 999", "999 999", "1.8e308"
"""The longest numbers of the read-outs; they always have room for them, so that nothing moves."""
TITLE_TIP = "Click to set title, notes and seed"
SEED_TIP = "New seed: other points, other weights, another order  (Shift+R)"
RESET_TIP = "Reset to the same initial weights  (R)"
EPOCH_TIP = "How often the whole training set was seen"
RATE_TIPS = {
    "Epochs / s": "How many epochs a second this run makes now",
    "Steps / s": "How many steps a second this run makes now; it makes less than one epoch a second",
}
TITLE_WIDTHS = ((1360, 204), (1260, 168), (1100, 150), (0, 96))
"""From which width of the bar on how much room the title has."""
WIDEST_TITLE = 400
"""On large screens the title and the status share what is left, the title up to this."""
ROOMY = 1180
NARROW, TIGHT = 960, 800
"""Below these the bar folds: first the rate and the button of the themes go, then the steps, then the title."""
MORE_TIP = "More: what has no room in this bar"
THEME_ICONS = {"light": "sun", "dark": "moon", "contrast": "contrast"}


@guarded
class TransportBar(QWidget):
    """`fill_theme_menu` puts the themes into the menu of the theme button."""

    def __init__(
        self,
        workbench: Workbench,
        fill_theme_menu: Callable[[QMenu], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workbench, self._fill_theme_menu = workbench, fill_theme_menu
        self._rate_due = 0.0
        self._sheet: DocumentSheet | None = None
        self._told: tuple[object, ...] = ()
        self.setFixedHeight(round(theme.scaled(56)))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._make_run_controls()
        self._make_read_outs()
        self._make_corner()
        self._lay_out()
        workbench.run.snapshot_ready.connect(self._on_snapshot_ready)
        workbench.run.state_changed.connect(self._on_run_state_changed)
        workbench.document_changed.connect(self._on_document_changed)
        workbench.experiment_changed.connect(self._on_document_changed)
        theme.current().changed.connect(self._on_theme_changed)
        self._on_document_changed()
        self._on_run_state_changed()
        self._on_snapshot_ready()

    def _make_run_controls(self) -> None:
        workbench = self._workbench
        self.title = LabelButton("", theme.title_font())
        self.title.setAccessibleDescription(TITLE_TIP)
        self.title.clicked.connect(self.open_sheet)
        self.mark = Caption()
        self.reset = IconButton("rotate-ccw", RESET_TIP)
        self.reset.clicked.connect(lambda: workbench.reset())
        self.play = RoundButton("play", "Play  (space)")
        self.play.clicked.connect(lambda: workbench.run.toggle())
        self.seed = IconButton("dice", SEED_TIP)
        self.seed.clicked.connect(lambda: workbench.new_seed())
        self.steps = StepControl(workbench)
        self.speed = SpeedSlider(workbench)
        for key, widget in (
            ("title", self.title), ("title", self.mark), ("reset", self.reset), ("play", self.play),
            ("seed", self.seed), ("speed", self.speed),
        ):  # fmt: skip
            explain(key, widget)

    def _make_read_outs(self) -> None:
        self.epoch = ReadOut("Epoch", WIDEST_EPOCH, EPOCH_TIP)
        self.rate = ReadOut("Epochs / s", WIDEST_RATE, RATE_TIPS["Epochs / s"])
        self.train_loss = ReadOut("Loss train", WIDEST_LOSS, "Loss on the training set, without the penalty")
        self.test_loss = ReadOut("Loss test", WIDEST_LOSS, "Loss on the held-out set, without the penalty")
        self.status = Pill()
        for key, widget in (
            ("epoch", self.epoch), ("rate_of_run", self.rate), ("train_loss", self.train_loss),
            ("test_loss", self.test_loss), ("run_status", self.status),
        ):  # fmt: skip
            explain(key, widget)

    def _make_corner(self) -> None:
        workbench = self._workbench
        self.chip = FindingChip(workbench)
        self.undo = IconButton("undo", "Undo")
        self.undo.clicked.connect(lambda: workbench.undo())
        self.redo = IconButton("redo", "Redo")
        self.redo.clicked.connect(lambda: workbench.redo())
        self.theme_button = IconButton(THEME_ICONS[theme.current().name], "Theme")
        explain("undo", self.undo, self.redo)
        explain("theme", self.theme_button)
        self.theme_button.clicked.connect(self._on_theme_clicked)
        self.more = IconButton("ellipsis", MORE_TIP)
        explain("transport", self.more)
        self.more.clicked.connect(lambda: self._open(self.more_menu(), self.more))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(round(theme.scaled(20)), 0, round(theme.scaled(14)), 0)
        row.setSpacing(round(theme.scaled(4)))
        name = QHBoxLayout()
        name.setSpacing(8)
        name.addWidget(self.title)
        name.addWidget(self.mark)
        name.addStretch(1)
        self.mark.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._names = QWidget()
        self._names.setLayout(name)
        name.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._names)
        row.addSpacing(8)
        for widget in (self.reset, self.play, self.seed):
            row.addWidget(widget)
        row.addSpacing(12)
        row.addWidget(self.steps)
        self._row, self._spaces = row, [QSpacerItem(16, 0) for _ in range(3)]
        row.addItem(self._spaces[0])
        row.addWidget(self.speed)
        row.addItem(self._spaces[1])
        for read_out in (self.epoch, self.rate, self.train_loss, self.test_loss):
            row.addWidget(read_out)
            if read_out is self.rate:
                row.addItem(self._spaces[2])
            else:
                row.addSpacing(round(theme.scaled(10)))
        row.addWidget(self.status, 1)
        row.addWidget(self.chip)
        row.addSpacing(8)
        for widget in (self.undo, self.redo, self.theme_button, self.more):
            row.addWidget(widget)

    def open_sheet(self) -> None:
        """Let title, notes and seed be edited under the title."""
        if self._sheet is None:
            self._sheet = DocumentSheet(self._workbench, self)
        under = self.play if self._names.isHidden() else self._names
        self._sheet.open_at(under.mapToGlobal(QPoint(0, under.height() + 2)))

    @property
    def sheet(self) -> DocumentSheet | None:
        """The sheet that was opened last."""
        return self._sheet

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The title gives way to the status on a small screen; on a smaller one, or where the text is large, the bar
        folds. What a click could do there is then behind `more`."""
        wide = next(title for least, title in TITLE_WIDTHS if self.width() >= theme.scaled(least))
        shared = (self.width() - theme.scaled(TITLE_WIDTHS[0][0])) / 2
        self._names.setFixedWidth(round(min(theme.scaled(wide) + max(shared, 0.0), theme.scaled(WIDEST_TITLE))))
        self._show_mark()
        self.chip.fit_to(self.width(), bool(self.status.text))
        roomy, tight = self.width() >= theme.scaled(ROOMY), self.width() < theme.scaled(TIGHT)
        for widget in (self.rate, self.theme_button):
            widget.setVisible(roomy)
        self._names.setVisible(not tight)
        narrow = self.width() < theme.scaled(NARROW)
        self.steps.setVisible(not narrow)
        self.more.setVisible(narrow)
        left, right = (round(theme.scaled(each)) for each in ((12, 8) if tight else (20, 14)))
        self._row.setContentsMargins(left, 0, right, 0)
        for space, room in zip(self._spaces, (16, 16, theme.scaled(10)), strict=True):
            space.changeSize(round(room) if roomy else 6, 0)
        self._row.invalidate()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.color("surface"))

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _show_mark(self) -> None:
        """That there is something to save: a word, or a dot where the title needs the room."""
        has_word = self.width() >= theme.scaled(TITLE_WIDTHS[-2][0])
        self.mark.set_text(("edited" if has_word else "•") if self._workbench.unsaved else "")
        self.mark.setAccessibleName("edited" if self._workbench.unsaved else "")
        self.mark.set_tip("" if has_word or not self._workbench.unsaved else "edited")

    def _on_document_changed(self) -> None:
        workbench = self._workbench
        self.title.set_text(workbench.title)
        path = "" if workbench.path is None else f"{workbench.path}\n"
        self.title.set_tip(f"{workbench.title}\n{path}{TITLE_TIP}")
        self.seed.set_tip(
            f"{SEED_TIP}\nThe seed is {formats.spaced(workbench.experiment.seed)}; it can be typed under the title"
        )
        self._show_mark()
        self._on_run_state_changed()
        self._on_snapshot_ready()
        for button, name, word, standard in (
            (self.undo, workbench.undo_name, "Undo", QKeySequence.StandardKey.Undo),
            (self.redo, workbench.redo_name, "Redo", QKeySequence.StandardKey.Redo),
        ):
            button.setEnabled(name is not None)
            keys = QKeySequence(standard).toString(QKeySequence.SequenceFormat.NativeText)
            button.set_tip(f"{word} {name[0].lower()}{name[1:]}  ({keys})" if name else f"Nothing to {word.lower()}")

    def _on_run_state_changed(self) -> None:
        state = self._workbench.run.state
        reason, untrained = why_no_step(state), self._workbench.painting.why_no_play
        self.play.setEnabled(not (why_no_play(state) or untrained))
        self.reset.setToolTip(reason or RESET_TIP)
        self.reset.setEnabled(not reason)
        self.steps.set_refusal(reason, untrained)
        if not self._runs():
            self.rate.set_value(formats.MISSING)
        self._show_status()
        self._show_step()

    def _show_status(self) -> None:
        """What keeps the run from going on, if anything does: preparation, a failure, a rule that has ended it."""
        state, snapshot = self._workbench.run.state, self._workbench.run.snapshot
        stopped = None if snapshot is None else snapshot.stopped
        going, further_tip = self._progress(snapshot)
        refusal = why_no_play(state) or self._workbench.painting.why_no_play
        past = looking_texts(*self._workbench.timeline.looked_at)
        told = (state, self._workbench.run.compiling, stopped, self._runs(), going, further_tip, refusal, past)
        if told == self._told:
            return
        self._told = told
        tip = "Pause  (space)" if self._runs() else "Play  (space)"
        if state == "failed":
            self.status.set_texts(("Cannot train",), tip=NO_TRAINING)
        elif self._workbench.run.compiling:
            self.status.set_texts(preparing_texts(self._workbench.run.compiling), tip=PREPARING_TIP)
        elif state == "preparing":
            self.status.set_texts(("Getting ready",))
        elif past:
            self.status.set_texts(past, "info", TO_LIVE_TIP)
        elif stopped is not None and not self._runs():
            further = how_it_goes_on(stopped)
            self.status.set_texts(stopped_texts(stopped), "info", f"{stopped_sentence(stopped)}\n{further}")
            tip = f"{tip}\n{further}"
        else:
            self.status.set_texts(going, tip=further_tip)
        self.chip.fit_to(self.width(), bool(self.status.text))
        self.play.set_icon("pause" if self._runs() else "play", refusal or tip)
        self.play.setAccessibleName("Pause" if self._runs() else "Play")

    def _progress(self, snapshot: Snapshot | None) -> tuple[tuple[str, ...], str]:
        """Where a step by samples stands in its batch, else how near the run is to its end, with a tip."""
        if snapshot is None:
            return (), ""
        looked = looked_texts(snapshot)
        if looked:
            return looked, LOOKED_TIP
        seconds = self._workbench.run.seconds
        return progress_texts(snapshot, seconds), progress_sentence(snapshot, seconds)

    def _runs(self) -> bool:
        return self._workbench.run.state == "running" or self._workbench.run.will_play

    def _on_snapshot_ready(self) -> None:
        snapshot = self._workbench.run.snapshot
        if snapshot is None:
            for read_out in (self.epoch, self.rate, self.train_loss, self.test_loss):
                read_out.set_value(formats.MISSING)
            self._show_step()
            return
        self.epoch.set_value(formats.counter(snapshot.epoch))
        self._show_status()
        self._show_step()
        blank = self._workbench.painting.blank
        self.test_loss.set_caption("Loss valid." if snapshot.metrics.validation_loss is not None else "Loss test")
        losses = (snapshot.metrics.train_loss, snapshot.metrics.held_out[0])
        for read_out, loss in zip((self.train_loss, self.test_loss), losses, strict=True):
            read_out.set_value(formats.MISSING if blank else formats.loss(loss))
        now = time.monotonic()
        if self._workbench.run.state == "running" and now >= self._rate_due:
            self._rate_due = now + RATE_EVERY
            self._show_rate(snapshot)

    def _show_step(self) -> None:
        """The step within the epoch, while it can be read: paused, or with less than an epoch a second."""
        snapshot = self._workbench.run.snapshot
        if snapshot is None:
            self.epoch.set_suffix("")
            self.epoch.setToolTip(EPOCH_TIP)
            return
        size = snapshot.experiment.training.batch_size
        within, slow = math.ceil(snapshot.position / size), self.rate.caption == "Steps / s"
        readable = self._workbench.run.state != "running" or slow
        self.epoch.set_suffix(f"· step {formats.counter(within)}" if within and readable else "")
        steps = f"{formats.spaced(snapshot.step)} step{'' if snapshot.step == 1 else 's'} so far"
        steps += f", {formats.spaced(within)} of them in this epoch" if within else ""
        self.epoch.setToolTip(f"{EPOCH_TIP}\n{steps}")

    def _show_rate(self, snapshot: Snapshot) -> None:
        """Below an epoch a second the steps are counted; a rate that wavers around one changes nothing."""
        epochs = snapshot.epochs_per_second
        if epochs <= 0:
            self.rate.set_value(formats.MISSING)
            return
        slow = epochs < (1.2 if self.rate.caption == "Steps / s" else 1.0)
        training = snapshot.experiment.training
        steps = epochs * math.ceil(snapshot.dataset.train_labels.size / training.batch_size)
        self.rate.set_caption("Steps / s" if slow else "Epochs / s")
        self.rate.setToolTip(RATE_TIPS[self.rate.caption])
        self.rate.set_value(formats.rate(steps if slow else epochs))

    def _on_theme_changed(self) -> None:
        self.theme_button.set_icon(THEME_ICONS[theme.current().name])

    def more_menu(self) -> QMenu:
        """What has no room in the bar now, to be chosen."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._names.isHidden():
            menu.addAction("Title, notes and seed…", self.open_sheet)
            menu.addSeparator()
        if self.steps.isHidden():
            for what, button in self.steps.buttons.items():
                entry = ENTRY if what == INSIDE else f"Step one {what}"
                menu.addAction(entry, button.click).setEnabled(self.steps.isEnabled())
            menu.addSeparator()
        if self._fill_theme_menu is not None:
            self._fill_theme_menu(menu)
        return menu

    def _open(self, menu: QMenu, button: QWidget) -> None:
        """Below a button, and on the screen as far as it has room."""
        size, screen = menu.sizeHint(), self.screen().availableGeometry()
        corner = button.mapToGlobal(QPoint(button.width() - size.width(), button.height()))
        left = min(max(corner.x(), screen.left()), screen.right() + 1 - size.width())
        menu.popup(QPoint(left, min(corner.y(), screen.bottom() + 1 - size.height())))

    def _on_theme_clicked(self) -> None:
        if self._fill_theme_menu is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill_theme_menu(menu)
        self._open(menu, self.theme_button)
