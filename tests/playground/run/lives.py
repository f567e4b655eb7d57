"""Random lives of a session: steps, edits, spoiled data, paint, tables, undo, typed weights, resets, divergences,
stops, files, links.

Owns what may happen to a run and how likely it is; the experiments stay small, so that a life takes milliseconds.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from playground.data import OwnPoints, PointsData
from playground.data.painting import moved, near_line, relabelled, without
from playground.edits.changes import with_changes
from playground.edits.history import History
from playground.edits.on_dataset import on_dataset, on_points
from playground.edits.painting import canvas_of, on_canvas, why_no_canvas
from playground.errors import FileRefused, PlaygroundError, WrongUse
from playground.exchange.files import load, save
from playground.exchange.own_link import own_link, read_own_link
from playground.experiment.experiment import Experiment, check_rules
from playground.experiment.layers import BatchNorm, Dense, Dropout, Residual
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam, RmsProp, Sgd
from playground.experiment.schedules import PlateauSchedule, StepSchedule
from playground.experiment.training import EarlyStopping, Stop
from playground.run.actions import (
    Action,
    Advance,
    DropBranch,
    Edit,
    GoOn,
    NameBranch,
    NewSeed,
    OutOfTime,
    Reset,
    RestoreParameter,
    Return,
    SetParameter,
)
from playground.run.actions import Step as StepAction
from playground.run.performing import perform
from playground.run.session import Session
from tests.brushed import brushed

FLAWS: dict[str, tuple[object, ...]] = {
    "label_noise": (0.0, 0.1, 0.4), "label_noise_kind": ("random", "border", "one_class"), "outliers": (0.0, 0.1),
    "missing": (0.0, 0.1, 0.5), "missing_kind": ("random", "dependent"), "imbalance": (0.0, 0.5),
    "imputer": ("drop", "mean", "median", "indicator"), "irrelevant_features": (0, 2), "correlated_features": (0, 3),
    "duplicates": (0.0, 0.5), "leaked_target": (False, True), "feature_scale": ((), (1000.0,)),
    "feature_shift": ((), (0.0, 50.0)), "test_shift": (0.0, -1.0),
}  # fmt: skip
OF_DATA: dict[str, tuple[object, ...]] = {
    "validation_share": (0.0, 0.2), "stratified": (False, True), "test_sealed": (False, True),
    "scaling": ("none", "standardize", "robust"), "scaling_fit": ("train", "all"), "extra_training": (0, 10),
    "target_scaling": ("none", "standardize"), "nested": (False, True),
}  # fmt: skip
REACH = 5.0
START = with_changes(Experiment(), data__source__samples=40, training__batch_size=7)


class Life:
    """A session that things happen to; `session` is the present one, after every reopening another.

    own: points are painted and tables opened, too; a log that knows them begins where they came, and not at the start.
    """

    def __init__(self, seed: int, folder: Path, start: Experiment = START, own: bool = False) -> None:
        self.draw = random.Random(seed)
        self.file = folder / f"life-{seed}.nnp"
        self.history = History(start)
        self.session = Session(start)
        self.keys: list[tuple[int, int]] = []
        self.own, self._points = own, dict[str, OwnPoints]()

    def live(self, events: int) -> None:
        """So many things happen."""
        for _ in range(events):
            chance = self.draw.random()
            if chance < 0.03:
                self.reopen()
            elif chance < 0.04:
                self.send()
            else:
                perform(self.session, self.action())

    def reopen(self) -> None:
        """Save, and go on from the file, as another program would."""
        save(self.file, self.session)
        checkpoint = load(self.file)
        self.session = Session(checkpoint)
        self.history, self.keys = History(checkpoint.experiment), []

    def send(self) -> None:
        """A link of the experiment says all of it; one that is too long is refused in words."""
        now, points = self.session.experiment, self.session.points
        try:
            link = own_link(now, points if now.source_kind.is_given else None)
        except FileRefused:
            return
        found = read_own_link(link)
        assert found.experiment == now
        assert found.points == points or not now.source_kind.is_given

    def points_of(self, experiment: Experiment) -> OwnPoints | None:
        """The own points that an experiment is about, which were here before; None where the run has them."""
        source = experiment.data.source
        found = self._points.get(source.digest) if isinstance(source, PointsData) else None
        return None if found == self.session.points else found

    def action(self) -> Action:
        """The next thing that happens."""
        if self.own and self.draw.random() < 0.12:
            return self._own_data()
        choose = self.draw.random()
        if choose < 0.35:
            return Advance(self.draw.choice([1, 2, 3, 5, 17, 40, 200]))
        if choose < 0.42:
            return StepAction(self.draw.choice(["sample", "batch", "epoch"]))
        if choose < 0.67:
            return self._edit()
        if choose < 0.77:
            return self._back()
        if choose < 0.85:
            return self._typed()
        if choose < 0.91:
            return self._other_run()
        return self.draw.choice([Reset(), GoOn(), GoOn(), OutOfTime(), NewSeed(self.draw.randrange(5))])

    def _other_run(self) -> Action:
        """Another run begins, or one of those that were left comes back, perhaps with another experiment."""
        now, run = self.session.experiment, self.draw.randrange(4)
        points = self.points_of(now)
        edited = with_changes(now, training__l2=self.draw.choice([0.0, 0.01, 0.3]))
        seed = self.draw.randrange(5)
        number = self.draw.randrange(5)
        if self.draw.random() < 0.5 and (at := self._step_of_the_past()) is not None:
            return Edit(self.draw.choice([now, edited]), points=points, run=number, at=at)
        others = [branch.number for branch in self.session.branches if not branch.present]
        if others and self.draw.random() < 0.3:
            name = self.draw.choice(["", "a"])
            return self.draw.choice([NameBranch(self.draw.choice(others), name), DropBranch(self.draw.choice(others))])
        return self.draw.choice(
            [
                Reset(run),
                NewSeed(seed, run),
                Edit(edited, points=points, run=run),
                Return(run, now, points),
                Return(run, edited, points),
            ]
        )

    def _step_of_the_past(self) -> int | None:
        """A step that the run can go back to; of own points that no file knows there may be none."""
        step = self.draw.randint(0, self.session.state.step)
        try:
            return self.session.times.reached(step)
        except WrongUse:
            return None

    def _edit(self) -> Action:
        now = self.session.experiment
        try:
            edited = self.edited(now)
        except PlaygroundError:
            return Advance(1)
        self.history.push("edit", edited)
        return Edit(edited, points=self.points_of(edited))

    def _own_data(self) -> Action:
        """Another stroke over the points, or a table in their place."""
        now = self.session.experiment
        try:
            edited, own = self.painted(now, self.session.points) if self.draw.random() < 0.6 else self.opened(now)
            check_rules(edited)
        except PlaygroundError:
            return Advance(1)
        if own is None:
            return Advance(1)
        self.history.push("own data", edited)
        self._points[own.digest] = own
        return Edit(edited, points=self.points_of(edited))

    def painted(self, now: Experiment, points: OwnPoints | None) -> tuple[Experiment, OwnPoints | None]:
        """The experiment after a stroke of any tool; no points where nothing can be painted, or nothing is left."""
        if why_no_canvas(now):
            return now, None
        draw, canvas = self.draw, canvas_of(now, points)
        places = [(draw.uniform(-REACH, REACH), draw.uniform(-REACH, REACH)) for _ in range(2)]
        label = float(draw.randrange(canvas.class_count)) if canvas.class_count else draw.uniform(-1.0, 1.0)
        near = near_line(canvas.points, *places, draw.choice([0.5, 3.0]))
        match draw.randrange(5):
            case 0 | 1:
                canvas = brushed(canvas, places, label, 1.0, 4, 0.05, now.seed)
            case 2:
                canvas = without(canvas, near)
            case 3:
                canvas = relabelled(canvas, near, label)
            case _:
                canvas = moved(canvas, near, (draw.uniform(-1.0, 1.0), 0.25))
        return on_canvas(now, canvas) if canvas.count else (now, None)

    def opened(self, now: Experiment) -> tuple[Experiment, OwnPoints]:
        """The experiment about a table of a few columns, with empty cells or without."""
        draw = self.draw
        rng = np.random.Generator(np.random.PCG64(draw.randrange(10)))
        rows, columns, classes = draw.choice([4, 30]), draw.choice([1, 2, 2, 5]), draw.choice([0, 2, 3])
        values = rng.normal(scale=draw.choice([1.0, 1e6]), size=(rows, columns))
        if draw.random() < 0.4:
            values[1:][rng.random((rows - 1, columns)) < 0.2] = np.nan
        labels = np.arange(rows) % classes if classes else 100.0 * rng.normal(size=rows)
        own = OwnPoints(values, labels)
        return on_points(now, own.source(classes, "table", [f"column {place}" for place in range(columns)])), own

    def _back(self) -> Action:
        """Undo or redo; the history forgets what was done besides edits, as the window's does not, so it may differ."""
        if self.history.current != self.session.experiment:
            self.history = History(self.session.experiment)
        wanted = self.history.undo() if self.draw.random() < 0.6 else self.history.redo()
        return Edit(wanted, back=True, points=self.points_of(wanted))

    def _typed(self) -> Action:
        if self.keys and self.draw.random() < 0.5:
            index, key = self.keys.pop()
            return RestoreParameter(index, key)
        index = self.draw.randrange(self.session.layout.size)
        trained = self.session.layout.trained()
        if not trained[index]:
            return Advance(1)
        key = self.draw.randrange(10**6)
        self.keys.append((index, key))
        return SetParameter(index, self.draw.choice([0.0, -1.5, 3.25, 1e6, 1e30]), self.draw.choice([key, None]))

    def edited(self, now: Experiment) -> Experiment:
        """Another experiment; raises InvalidExperiment where the layers drawn do not fit."""
        draw, network = self.draw, now.network
        return draw.choice(
            [
                lambda: with_changes(now, training__learning_rate=draw.choice([0.0, 0.01, 0.1, 0.3, 3.0, 1e5])),
                lambda: with_changes(now, training__learning_rate=draw.random()),
                lambda: with_changes(now, training__l2=draw.choice([0.0, 0.01])),
                lambda: with_changes(now, training__batch_size=draw.choice([1, 7, 20])),
                lambda: with_changes(now, training__optimizer=draw.choice([Sgd(), Sgd(0.9), Adam(), RmsProp()])),
                lambda: with_changes(
                    now, training__schedule=draw.choice([StepSchedule(3, 0.5), PlateauSchedule(patience=2)])
                ),
                lambda: with_changes(now, training__early_stopping=draw.choice([None, EarlyStopping(patience=2)])),
                lambda: with_changes(
                    now,
                    training__stop=draw.choice(
                        [Stop(), Stop(epochs=draw.randrange(1, 40)), Stop(loss=0.3), Stop(seconds=1.0)]
                    ),
                ),
                lambda: with_changes(now, training__precision=draw.choice(["float32", "float64"])),
                lambda: with_changes(now, data__imperfections__position_noise=draw.choice([0.0, 0.2])),
                lambda: with_changes(now, data__train_share=draw.choice([0.3, 0.5, 1.0])),
                lambda: _of_samples(now, draw.choice([20, 40])),
                lambda: with_changes(now, data__features=draw.choice([("x", "y"), ("y", "x", "xy"), ("x",)])),
                lambda: self._spoiled(now),
                lambda: self._spoiled(now),
                lambda: on_dataset(now, draw.choice(["circles", "xor", "plane", "blobs"])),
                lambda: with_changes(now, title=draw.choice(["", "a", "b"])),
                lambda: with_changes(now, network=self._rebuilt(network)),
                lambda: with_changes(now, network=self._rebuilt(network)),
                lambda: with_changes(now, network=self._rebuilt(network)),
            ]
        )()

    def _spoiled(self, now: Experiment) -> Experiment:
        """One imperfection more, or one less, or another split."""
        fields = {f"data__imperfections__{name}": values for name, values in FLAWS.items()}
        fields |= {f"data__{name}": values for name, values in OF_DATA.items()}
        name = self.draw.choice(list(fields))
        return with_changes(now, **{name: self.draw.choice(fields[name])})

    def _rebuilt(self, network: Network) -> Network:
        """Layers put in, taken out, moved, changed; the others stay the same objects."""
        draw, layers = self.draw, list(network.layers)
        new = draw.choice([Dense(3), Dense(2, "relu"), BatchNorm(), Dropout(0.2), Residual()])
        place = draw.randrange(len(layers) + 1)
        kind = draw.randrange(4)
        if kind == 0 and len(layers) < 5:
            layers.insert(place, new)
        elif kind == 1 and layers:
            del layers[draw.randrange(len(layers))]
        elif kind == 2 and len(layers) > 1:
            layers.insert(draw.randrange(len(layers)), layers.pop(draw.randrange(len(layers))))
        elif layers:
            layers[draw.randrange(len(layers))] = new
        return Network(tuple(layers))


def _of_samples(now: Experiment, samples: int) -> Experiment:
    """So many samples, where they are made; own points are as many as they are."""
    return now if now.source_kind.is_given else with_changes(now, data__source__samples=samples)
