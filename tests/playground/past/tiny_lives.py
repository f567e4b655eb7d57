"""Lives of a network of three parameters: few things happen in each, so that thousands fit in seconds.

Owns what happens and what is written down of it; longer lives are told by `tests.playground.run.lives`.
"""

from __future__ import annotations

import random
from copy import copy

from playground.driving.look import Look
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.optimizers import Adam
from playground.run.session import Session
from tests.playground.run.moments import Moment, differences, moment_of

START = with_changes(Experiment(), network__layers=(), data__source__samples=8, training__batch_size=4)
OTHERS = (
    START,
    with_changes(START, training__learning_rate=0.3),
    with_changes(START, training__l2=0.1),
    with_changes(START, training__optimizer=Adam()),
    with_changes(START, data__features=("x", "y", "xy", "x²", "y²")),
)
EVENTS = 4
LIKELY = (9, 3, 1, 2, 1)
"""How likely steps, a weight set by hand, an edit, a branch and a switch are: an edit takes as long as ten steps."""


class TinyLife:
    """A session with steps, edits, weights set, branches and switches; `known` has the moments of the way here."""

    def __init__(self, seed: int, begun: Session) -> None:
        self._draw, self.session = random.Random(seed), copy(begun)
        self._of: dict[int, dict[int, Moment]] = {0: {}}
        self._note()
        happens = self._steps, self._weight, self._edit, self._branch, self._switch
        for _ in range(EVENTS):
            self._draw.choices(happens, LIKELY)[0]()
            self._note()

    @property
    def known(self) -> dict[int, Moment]:
        """The moments of the way to the present one, by their steps."""
        return self._of[self.session.number]

    def _note(self) -> None:
        self.known[self.session.state.step] = moment_of(self.session)

    def _steps(self) -> None:
        self.session.advance(steps=self._draw.randint(1, 9))

    def _weight(self) -> None:
        self.session.set_parameter(self._draw.randrange(3), self._draw.uniform(-1.0, 1.0))

    def _edit(self) -> None:
        before = self.session.resets
        self.session.apply(self._draw.choice(OTHERS))
        if self.session.resets != before:
            self.known.clear()

    def _branch(self) -> None:
        at = self._draw.randint(0, self.session.state.step)
        known = self.known
        self.session.branch(at=at)
        self._of[self.session.number] = {step: moment for step, moment in known.items() if step <= at}

    def _switch(self) -> None:
        self.session.switch(self._draw.choice(self.session.branches))

    def check(self) -> int:
        """Go back to two moments, without a change of the present one; to how many of the past."""
        look, now, found = Look(self.session), moment_of(self.session), 0
        for step in self._draw.sample(sorted(self.known), min(2, len(self.known))):
            for _ in look.go(step):
                pass
            if look.step is not None:
                assert look._cursor is not None
                assert differences(self.known[step], moment_of(look._cursor.run)) == [], step
                found += 1
        assert differences(now, moment_of(self.session)) == []
        return found
