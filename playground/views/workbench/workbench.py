"""The one mutable holder of the window: the document, its history, its file, the run, and what is looked at.

Views call its methods and listen to its signals; it knows none of them.
"""

from __future__ import annotations

import secrets
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from playground.data import Dataset, OwnPoints
from playground.edits.changes import with_changes
from playground.edits.document import Document, actions_between, document_after, document_of, highest_run
from playground.edits.history import History
from playground.errors import PlaygroundError
from playground.experiment.experiment import Experiment, check_rules
from playground.run.checkpoint import Checkpoint, Work
from playground.views.workbench.doctor.checking_up import CheckingUp
from playground.views.workbench.doctor.diagnosing import Diagnosing
from playground.views.workbench.doctor.live_doctor import LiveDoctor
from playground.views.workbench.doctor.trials import Trials
from playground.views.workbench.doctor.verdicts import Verdicts
from playground.views.workbench.folding import Folding
from playground.views.workbench.inside import InsideMode
from playground.views.workbench.open_file import Opened, OpenFile, read_source
from playground.views.workbench.painting import Painting
from playground.views.workbench.referring import Referring
from playground.views.workbench.run.live_run import LiveRun
from playground.views.workbench.run.preparation import Preparation
from playground.views.workbench.runs import Runs
from playground.views.workbench.saving import Saving
from playground.views.workbench.shown_document import ShownDocument
from playground.views.workbench.timeline import Timeline
from playground.views.workbench.view_state import NEW_DOCUMENT, ViewState
from playground.views.workbench.work import CurrentWork
from playground.words.errors import told, told_changes

SEEDS = 1_000_000


class Workbench(QObject):
    """`run` is the run behind the window; `doctor`: what is wrong with it; `diagnosing`: why it diverged. Each signal
    says that one thing is new."""

    experiment_changed, document_changed = Signal(), Signal()
    view_changed, sight_changed, message_shown = Signal(), Signal(), Signal(str, str)

    def __init__(
        self, source: Experiment | Checkpoint | None = None, path: str | Path | None = None,
        preparation: Preparation | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.view = ViewState()
        self.run = LiveRun(self, preparation or Preparation())
        self._shown = ShownDocument(self.run, lambda: self._history.current, lambda: next(self._numbers))
        self.runs = Runs(self.run, self._shown, self._push, self.show_message, self)
        self.timeline = Timeline(self.run, self)
        self.run.snapshot_ready.connect(self._on_snapshot)
        self.run.ready_to_start.connect(self._begin)
        self.run.failed.connect(self._on_failure)
        self.run.noted.connect(lambda sentence: self.show_message(sentence, "warning"))
        current, plane = lambda: self._history.current, lambda: self.view.plane
        self.diagnosing = Diagnosing(self.run, current, self.edit, self)
        trials = Trials(self.run, current, self.edit, self.show_message, plane, self)
        verdicts = Verdicts(lambda: self.runs.tree)
        self.doctor = LiveDoctor(self.run, current, self.document_changed, trials, verdicts, self)
        self.checking_up = CheckingUp(self.run, current, self.document_changed, self)
        self.referring = Referring(lambda: self.dataset, self.experiment_changed, self)
        self.folding = Folding(current, self.show_message, self, plane)
        self.inside = InsideMode(self.run, self)
        self.saving = Saving(self, self.show_message, self._saved_as)
        self.painting = Painting(self.run, lambda: self._shown.document, self.edit, self._push, self.show_message)
        self.experiment_changed.connect(self.painting.follow)
        self._was_unsaved, self.adoption = False, 0
        """Grows whenever another document takes the place of the one before."""
        checkpoint = source if isinstance(source, Checkpoint) else Checkpoint(source or Experiment())
        self._adopt(Work(checkpoint), OpenFile.now(None if path is None else Path(path)))

    def close(self) -> None:
        """Stop every thread; the workbench is of no use afterwards."""
        for asking in (self.doctor, self.checking_up, self.diagnosing, self.referring, self.folding, self.inside):
            asking.close()
        self.saving.give_up()
        self.run.close()

    # -- what there is ----------------------------------------------------------------------------------------------

    @property
    def experiment(self) -> Experiment:
        """The current experiment; while an earlier moment is looked at, that of then."""
        return self._shown.document.experiment

    @property
    def dataset(self) -> Dataset:
        """The points of the current experiment."""
        return self._shown.dataset or self.work.opened.dataset_for(self.experiment, self._shown.document.points)

    @property
    def points(self) -> OwnPoints | None:
        """The own points that the current experiment is about, if it is about some."""
        return self._shown.document.points_in_use

    @property
    def undo_name(self) -> str | None:
        """The name of the edit that undo takes back."""
        return self._history.undo_name

    @property
    def redo_name(self) -> str | None:
        """The name of the edit that redo makes again."""
        return self._history.redo_name

    @property
    def unsaved(self) -> bool:
        """Whether something would be lost that is worth a question: it was edited, or a run of a file was trained on.

        An example that was only trained is no such thing: Play makes the very same run again.
        """
        is_own = self.path is not None or self.work.opened.state is not None
        return self.edited or (self._trained and is_own) or self.saving.target is not None

    @property
    def edited(self) -> bool:
        """Whether it was edited since it was saved or opened."""
        return self._history.unsaved

    @property
    def has_unsaved_work(self) -> bool:
        """Whether anything would be lost by a crash: edited or trained since it was saved or opened."""
        return self.edited or self._trained

    @property
    def _trained(self) -> bool:
        return self.run.live is not None and self.run.live.step != self._saved_step

    @property
    def moment(self) -> tuple[object, ...]:
        """Equal values mean that nothing has happened in between."""
        live = self.run.live
        run = None if live is None else (live.version, live.resets, live.step)
        return self._history.current, run

    @property
    def title(self) -> str:
        """The experiment's own title, the file's name, or the data set's."""
        if self.experiment.title:
            return self.experiment.title
        return self.path.stem if self.path else self.painting.data_label

    # -- edits ------------------------------------------------------------------------------------------------------

    def edit(
        self, name: str, experiment: Experiment, merge: str | None = None, points: OwnPoints | None = None,
        fresh: bool = False,
    ) -> bool:  # fmt: skip
        """Make an edited experiment the current one; a bad one is refused with a message and changes nothing.

        points: the own points that it is about, where they are others than the document's. fresh: a run of it begins
        anew, and undo returns to the one before, as it was.
        """
        try:
            check_rules(experiment)
            self.accept(name, experiment, merge, points, fresh)
        except PlaygroundError as error:
            self.show_message(told(error), "error")
            return False
        return True

    def accept(
        self, name: str, experiment: Experiment, merge: str | None = None, points: OwnPoints | None = None,
        fresh: bool = False,
    ) -> None:  # fmt: skip
        """An edited experiment whose rules were checked already becomes the current one; raises PointsRefused."""
        self._push(name, self._shown.document.edited(experiment, points, next(self._numbers) if fresh else None), merge)

    def change(self, name: str, merge: str | None = None, **fields: Any) -> bool:
        """Edit fields by dotted path with double underscores: change("Set rate", training__learning_rate=0.1)."""
        try:
            self.accept(name, with_changes(self.experiment, **fields), merge)
        except PlaygroundError as error:
            self.show_message(told(error), "error")
            return False
        return True

    def settle(self) -> None:
        """A drag has ended: the next edit is a step of its own."""
        self._history.settle()

    def undo(self) -> None:
        """Take the last edit back."""
        self._take_over(self._history.current, self._history.undo(), back=True)

    def redo(self) -> None:
        """Make the edit again that was taken back."""
        self._take_over(self._history.current, self._history.redo(), back=True)

    def set_parameter(self, index: int, value: float) -> None:
        """Set one weight or bias by its flat index."""
        self.set_parameters([(index, value)])

    def set_parameters(self, values: list[tuple[int, float]]) -> None:
        """Set several as one step, or none where one is refused."""
        found = self._shown.with_parameters(values)
        if isinstance(found, Document):
            self._push("Set a parameter" if len(values) == 1 else f"Set {len(values)} parameters", found, None)
        else:
            self.show_message(*found)

    def new_seed(self) -> None:
        """Other points, other initial weights, another order: a new run."""
        self.edit("New seed", msgspec.structs.replace(self.experiment, seed=secrets.randbelow(SEEDS)), fresh=True)

    def set_seed(self, seed: int) -> bool:
        """A seed of the user's own: a new run, unless it is the present one; a bad one is refused with a message."""
        try:
            experiment = with_changes(self.experiment, seed=seed)
        except PlaygroundError as error:
            self.show_message(told(error), "error")
            return False
        return experiment == self.experiment or self.edit("Set seed", experiment, fresh=True)

    def reset(self) -> None:
        """Back to the same initial weights; undo returns to the run as it was."""
        self._push("Reset", self._shown.document.begun(next(self._numbers)), None)

    def _push(self, name: str, document: Document, merge: str | None) -> None:
        before, document = self._history.current, self._shown.branched(document)
        self._history.push(name, document, merge)
        self._take_over(before, document)

    def _take_over(self, before: Document, after: Document, back: bool = False) -> None:
        if before == after:
            return
        if before.run != after.run:
            self.runs.leave(before.run)
        self.run.leave_past(self.run.live if back else self.run.snapshot)
        for action in actions_between(before, after, back):
            self.work.do(action)
        self.run.recover()
        if (before.experiment, before.blank) != (after.experiment, after.blank):
            self.experiment_changed.emit()
        self._tell_document()

    # -- files ------------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """Start over with the default experiment."""
        self._replace(Work(Checkpoint(Experiment())), OpenFile())

    def read_source(self, source: str) -> Opened | None:
        """What a file or another SOURCE holds; a refusal is shown, and nothing changes in either case."""
        try:
            return read_source(source)
        except PlaygroundError as error:
            self.show_message(told(error), "error")
            return None

    def open(self, opened: Opened) -> None:
        """Go on with what was read."""
        self._replace(Work(opened.checkpoint), opened.file)
        self.tell_amended()

    def open_source(self, source: str) -> bool:
        """Open a file or another SOURCE; a refusal is shown and changes nothing."""
        opened = self.read_source(source)
        if opened is not None:
            self.open(opened)
        return opened is not None

    @property
    def path(self) -> Path | None:
        """The document's file."""
        return self.file.path

    @property
    def changed_on_disk(self) -> bool:
        """Whether another program, or another window, has changed the file since it was read or saved here."""
        return self.file.is_another

    def tell_amended(self) -> None:
        """Say what was changed of the file that is open, because it is not allowed any more; nothing if nothing was."""
        if self.work.opened.amended:
            self.show_message(told_changes(self.work.opened.amended), "warning")

    def save(self, path: str | Path | None = None) -> bool:
        """Save as a model file, or as a `.json` experiment without the run; False with a message if that failed.

        What is written is the document of this moment. Where the run waits for its kernels the answer is False too,
        `saving.target` names the file, and `saving.ended` follows.
        """
        target, document = self.saving.target or self.path if path is None else Path(path), self._history.current
        if target is None:
            return False
        if self.work.has_to_wait:
            self.saving.write_later(target, document, self.work.ask_checkpoint(), target == self.path)
            return False
        try:
            return self.saving.write(target, document, self.work.checkpoint(), target == self.path)
        except PlaygroundError as error:
            self.show_message(told(error), "error")
            return False

    def _saved_as(self, path: Path, step: int, document: Document) -> None:
        self.file, self._saved_step = OpenFile.now(path), step
        self._history.mark_saved(document)
        self._tell_document()

    def recover(self, work: Work, file: OpenFile | None = None) -> None:
        """Go on with work that a crash has left behind: not saved; its file, if any, as the crashed window knew it."""
        self._replace(work, file or OpenFile(), saved=False)

    def _replace(self, work: Work, file: OpenFile, saved: bool = True) -> None:
        was_ready = self.run.ready
        self.painting.done()
        self.saving.give_up()
        self.run.end()
        self._adopt(work, file, saved)
        if was_ready:
            self._begin()
        self.set_view(**NEW_DOCUMENT)
        self.experiment_changed.emit()
        self._tell_document()

    def _adopt(self, work: Work, file: OpenFile, saved: bool = True) -> None:
        checkpoint = work.checkpoint
        document = document_after(document_of(checkpoint), work.to_do)
        self._history: History[Document] = History(document, saved, Document.says_the_same)
        self._numbers = count(highest_run(document, work.to_do) + 1)
        self.work = CurrentWork(self.run, lambda: self._history.current, work)
        self.file = file
        self.adoption += 1
        self._saved_step = 0 if checkpoint.state is None else checkpoint.state.step

    def _tell_document(self) -> None:
        self._was_unsaved = self.unsaved
        self.document_changed.emit()

    def prepare_now(self) -> None:
        """Load the kernels while the caller waits, and show the first snapshot (pictures, tests)."""
        if not self.run.ready:
            from playground.engine import engine

            engine.warm()
            self._begin()
        self.run.settle()

    def _begin(self) -> None:
        self.work.begin()

    def _on_snapshot(self) -> None:
        turned = self._shown.has_turned()
        if turned:
            self.experiment_changed.emit()
        if turned or self.unsaved != self._was_unsaved:
            self._tell_document()

    def _on_failure(self, sentence: str) -> None:
        self.show_message(sentence, "error")
        if not self.run.ready:
            self.work.give_up()

    def set_view(self, **changes: Any) -> None:
        """Change what is looked at; `sight_changed` is sent where only the network is scrolled or zoomed."""
        before, self.view = self.view, replace(self.view, **changes)
        if not before.is_like(self.view):
            self.run.demands.set_probe(self.view.probe, self.view.probe_sample, self.view.probe_pixels, self.view.plane)
            self.view_changed.emit()
        elif before != self.view:
            self.sight_changed.emit()

    def show_message(self, text: str, kind: str = "info") -> None:
        """A sentence for the user; kind is info, warning or error."""
        self.message_shown.emit(text, kind)
