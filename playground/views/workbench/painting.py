"""Painting points while the run goes on: whether it is on, with what, and the way of a stroke into the document.

Owns the tools' settings and what is chosen by the lasso; what a stroke makes of points is the domain's, the pointer and
its pixels are the output's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, get_args

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from playground.data import GeneratedData, OwnPoints, Source
from playground.data.painting import MOST_PAINTED, Canvas, Mask, blank, relabelled, with_class, without
from playground.data.task import MAX_CLASSES
from playground.edits.document import Document
from playground.edits.painting import EXTENT, PAINTED, canvas_of, on_canvas, why_no_canvas
from playground.experiment.experiment import Experiment
from playground.views.workbench.run.live_run import LiveRun
from playground.words.painting import full_sentence, left_out_sentence, stroke_name, why_no_training

Tool = Literal["brush", "point", "lasso", "eraser"]
TOOLS: tuple[Tool, ...] = get_args(Tool)
SIZES = (4, 80)
"""The radius of brush and eraser in pixels."""
DENSITIES = (0.1, 2.0)
"""Points that the brush leaves where it is set down, for each pixel of its radius."""
VALUE_STEP = 0.1


class Edit(Protocol):
    """The workbench's `edit`."""

    def __call__(
        self, name: str, experiment: Experiment, merge: str | None = None, points: OwnPoints | None = None,
        fresh: bool = False,
    ) -> bool: ...  # fmt: skip


class Painting(QObject):
    """`changed`: the mode, a tool or what is chosen. tell: says a sentence of a kind.

    on: whether points are painted now. size: radius in pixels. label: the class that is painted, value the value
    where points have one. chosen: (n,) the points that the lasso holds, None where there was none.
    """

    changed = Signal()

    def __init__(
        self, run: LiveRun, document: Callable[[], Document], edit: Edit,
        put: Callable[[str, Document, str | None], None], tell: Callable[[str, str], None],
    ) -> None:  # fmt: skip
        super().__init__(run)
        self._run, self._document, self._edit, self._put, self._tell = run, document, edit, put, tell
        self.on = False
        self.tool: Tool = "brush"
        self.size, self.density = 26, 0.8
        self.label, self.value = 0, 1.0
        self.chosen: Mask | None = None
        self._empty = blank(2, EXTENT)
        self._home: str | None = None
        self._kept: tuple[tuple[object, ...], Canvas] | None = None
        self._held: Mask | None = None
        """What the lasso goes on holding over the step that is being made."""

    # -- what there is ----------------------------------------------------------------------------------------------

    @property
    def blank(self) -> bool:
        """Whether an empty plane is shown in the place of the experiment's points."""
        return self._document().blank

    @property
    def data_label(self) -> str:
        """What the data are called: an empty plane is painted, too."""
        return PAINTED if self.blank else self._document().experiment.source_kind.label

    @property
    def canvas(self) -> Canvas:
        """What is painted on: there is one while painting is on, while the plane is empty, and of painted points."""
        document = self._document()
        if document.blank:
            return self._empty
        experiment, points = document.experiment, document.points_in_use
        key = experiment.data, experiment.seed, points
        if self._kept is None or self._kept[0] != key:
            self._kept = key, canvas_of(experiment, points)
        return self._kept[1]

    @property
    def why_no_play(self) -> str:
        """Why what is painted cannot be trained on yet; empty if it can, or if nothing is painted."""
        if not (self.blank or self._document().experiment.source_kind.is_painted):
            return ""
        return why_no_training(self.canvas.count, self.canvas.classes_used, self.canvas.class_count)

    @property
    def seed(self) -> int:
        """The experiment's seed, from which strokes are drawn."""
        return self._document().experiment.seed

    def painted(self, other: bool = False) -> float:
        """What a new point gets: the class in hand or its value; `other`: the next class, or the opposite value."""
        count = self.canvas.class_count
        if not count:
            return -self.value if other else self.value
        return float((self.label + other) % count)

    # -- the mode ---------------------------------------------------------------------------------------------------

    def start(self, values: bool = False) -> None:
        """Paint one's own: go on with what is painted already, else on an empty plane for classes or for values."""
        document = self._document()
        if not document.blank and not document.experiment.source_kind.is_painted:
            self._empty = blank(0 if values else 2, EXTENT)
            self._put("Empty the plane", document.emptied(), None)
        elif document.blank and bool(self._empty.class_count) == values:
            self._empty = blank(0 if values else 2, EXTENT)
        self._begin(None)

    def start_over(self) -> None:
        """Paint over the points that are there."""
        document = self._document()
        reason = "" if document.blank else why_no_canvas(document.experiment)
        if reason:
            self._tell(reason, "error")
        else:
            self._begin(_name_of(document.experiment.data.source))
            gone = 0 if document.blank else document.experiment.source_kind.samples - self.canvas.count
            if gone:
                self._tell(left_out_sentence(gone), "info")

    def _begin(self, home: str | None) -> None:
        self._home, self.on, self.chosen = home, True, None
        self.label = min(self.label, max(self.canvas.class_count - 1, 0))
        self.changed.emit()

    def done(self) -> None:
        """Paint no more; what is painted stays."""
        if self.on:
            self.on, self.chosen = False, None
            self.changed.emit()

    def follow(self) -> None:
        """The experiment is another one: painting goes on only over what it was about; what cannot train stands."""
        document = self._document()
        self.chosen = self._held
        source = document.experiment.data.source
        if not (document.blank or document.experiment.source_kind.is_painted or _name_of(source) == self._home):
            self.done()
        if self.on:
            self.label = min(self.label, max(self.canvas.class_count - 1, 0))
            self.changed.emit()
        reason = self.why_no_play
        if reason and (self._run.state == "running" or self._run.will_play):
            self._run.pause()
            self._tell(reason, "info")

    # -- tools ------------------------------------------------------------------------------------------------------

    def use(self, tool: Tool) -> None:
        """Take a tool into the hand; what the lasso held is let go by the others."""
        if tool != "lasso":
            self.chosen = None
        self.tool = tool
        self.changed.emit()

    def set_size(self, size: float) -> None:
        """The radius of brush and eraser in pixels."""
        self.size = round(min(max(size, SIZES[0]), SIZES[1]))
        self.changed.emit()

    def set_density(self, density: float) -> None:
        """How many points the brush leaves for each pixel of its radius."""
        self.density = min(max(density, DENSITIES[0]), DENSITIES[1])
        self.changed.emit()

    def choose_class(self, label: int) -> None:
        """Paint another class; what the lasso holds becomes of that class."""
        if 0 <= label < self.canvas.class_count:
            self.label = label
            if not self.relabel(label):
                self.changed.emit()

    def choose_value(self, value: float) -> None:
        """Paint another value, −1 to 1; what the lasso holds gets it."""
        self.value = round(min(max(value, -1.0), 1.0), 2)
        if not self.relabel(self.value):
            self.changed.emit()

    def choose(self, which: Mask | None) -> None:
        """Hold these points, or none."""
        self.chosen = which
        self.changed.emit()

    def add_class(self) -> None:
        """One class more, up to ten; it is the one in hand then."""
        count = self.canvas.class_count
        if not 0 < count < MAX_CLASSES:
            return
        self.label = count
        if self.blank:
            self._empty = with_class(self._empty)
            self.changed.emit()
        else:
            self.commit("Add a class", with_class(self.canvas))

    # -- strokes ----------------------------------------------------------------------------------------------------

    def commit(self, name: str, canvas: Canvas, merge: str | None = None, keeps: bool = False) -> bool:
        """What a stroke has made takes its place in the document, as one step; keeps: the lasso holds on.

        On an empty plane a run of it begins anew; where nothing is left, the plane is empty.
        """
        document = self._document()
        if not canvas.count:
            self._empty = replace(blank(canvas.class_count, canvas.extent), window=canvas.window)
            self._put(name, document.emptied(), None)
            return True
        experiment, own = on_canvas(document.experiment, canvas)
        self._held = self.chosen if keeps else None
        accepted = self._edit(name, experiment, merge, own, document.blank)
        self._held = None
        if accepted and canvas.count == MOST_PAINTED:
            self._tell(full_sentence(MOST_PAINTED), "info")
        return accepted

    def relabel(self, label: float) -> bool:
        """Another class or value for what the lasso holds; False where it holds nothing."""
        if self.chosen is None or not self.chosen.any():
            return False
        count, changed = int(self.chosen.sum()), relabelled(self.canvas, self.chosen, label)
        return self.commit(stroke_name("Relabel", count), changed, f"relabel {count}", keeps=True)

    def delete(self) -> None:
        """Take away what the lasso holds."""
        if self.chosen is not None and self.chosen.any():
            count = int(self.chosen.sum())
            self.commit(stroke_name("Delete", count), without(self.canvas, self.chosen))


def _name_of(source: Source) -> str:
    """What painting over a source holds on to: the name of a set, or which points they are."""
    return source.name if isinstance(source, GeneratedData) else source.digest
