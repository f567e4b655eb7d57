"""Random lives of a session: steps, edits, undo, typed weights, resets, divergences, stops, files.

Owns what may happen to a run and how likely it is; the experiments stay small, so that a life takes milliseconds.
"""

from __future__ import annotations

import random
from pathlib import Path

from playground.edits.changes import with_changes
from playground.edits.history import History
from playground.edits.on_dataset import on_dataset
from playground.errors import PlaygroundError
from playground.exchange.files import load, save
from playground.experiment.experiment import Experiment
from playground.experiment.layers import BatchNorm, Dense, Dropout, Residual
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam, RmsProp, Sgd
from playground.experiment.schedules import PlateauSchedule, StepSchedule
from playground.experiment.training import EarlyStopping, Stop
from playground.run.actions import (
    Action,
    Advance,
    Edit,
    GoOn,
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

START = with_changes(Experiment(), data__source__samples=40, training__batch_size=7)


class Life:
    """A session that things happen to; `session` is the present one, after every reopening another."""

    def __init__(self, seed: int, folder: Path, start: Experiment = START) -> None:
        self.draw = random.Random(seed)
        self.file = folder / f"life-{seed}.nnp"
        self.history = History(start)
        self.session = Session(start)
        self.keys: list[tuple[int, int]] = []

    def live(self, events: int) -> None:
        """So many things happen."""
        for _ in range(events):
            if self.draw.random() < 0.03:
                self.reopen()
            else:
                perform(self.session, self.action())

    def reopen(self) -> None:
        """Save, and go on from the file, as another program would."""
        save(self.file, self.session)
        checkpoint = load(self.file)
        self.session = Session(checkpoint)
        self.history, self.keys = History(checkpoint.experiment), []

    def action(self) -> Action:
        """The next thing that happens."""
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
        edited = with_changes(now, training__l2=self.draw.choice([0.0, 0.01, 0.3]))
        seed = self.draw.randrange(5)
        return self.draw.choice(
            [Reset(run), NewSeed(seed, run), Edit(edited, run=run), Return(run, now), Return(run, edited)]
        )

    def _edit(self) -> Action:
        now = self.session.experiment
        try:
            edited = self.edited(now)
        except PlaygroundError:
            return Advance(1)
        self.history.push("edit", edited)
        return Edit(edited)

    def _back(self) -> Action:
        """Undo or redo; the history forgets what was done besides edits, as the window's does not, so it may differ."""
        if self.history.current != self.session.experiment:
            self.history = History(self.session.experiment)
        wanted = self.history.undo() if self.draw.random() < 0.6 else self.history.redo()
        return Edit(wanted, back=True)

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
                lambda: with_changes(now, data__source__samples=draw.choice([20, 40])),
                lambda: with_changes(now, data__features=draw.choice([("x", "y"), ("y", "x", "xy"), ("x",)])),
                lambda: on_dataset(now, draw.choice(["circles", "xor", "plane", "blobs"])),
                lambda: with_changes(now, title=draw.choice(["", "a", "b"])),
                lambda: with_changes(now, network=self._rebuilt(network)),
                lambda: with_changes(now, network=self._rebuilt(network)),
                lambda: with_changes(now, network=self._rebuilt(network)),
            ]
        )()

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
