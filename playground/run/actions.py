"""What changes a run, as values: an edit, a weight set by hand, a reset, so many steps.

Owns the kinds of action; how each takes effect is told by `Session.perform`, how they are written down by
`playground.run.log`. Looking at a run is no action.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from playground.data import OwnPoints
from playground.experiment.experiment import Experiment


class Advance(msgspec.Struct, frozen=True):
    """Train for so many steps; it ends earlier where the run diverges or one of its rules ends it."""

    steps: int


class Edit(msgspec.Struct, frozen=True):
    """Go on as a run of an edited experiment. back: an undo or a redo, which brings back what edits had put aside.

    points: the own points that it is about, where the run does not have them yet. Which layers of both experiments are
    the same objects is part of the edit: those keep their weights. run: a number for the run that begins anew with the
    edited experiment; the one that was there is kept for Return. Without, the run goes on. at: with `run`, a step that
    the present run has made: the new run does not begin anew, but goes on from there, a branch.
    """

    experiment: Experiment
    back: bool = False
    points: OwnPoints | None = None
    run: int | None = None
    at: int | None = None


class NewSeed(msgspec.Struct, frozen=True):
    """Other points, other initial weights, another order: a new run of the same experiment. run: see Edit."""

    seed: int
    run: int | None = None


class SetParameter(msgspec.Struct, frozen=True):
    """Set one weight or bias by its flat index. With a key the run remembers what stood there, for RestoreParameter."""

    index: int
    value: float
    key: int | None = None


class RestoreParameter(msgspec.Struct, frozen=True):
    """Put back what SetParameter of that key found at `index`; nothing happens if the run has begun anew since."""

    index: int
    key: int


class Reset(msgspec.Struct, frozen=True):
    """Back to the same initial weights. run: see Edit."""

    run: int | None = None


class Return(msgspec.Struct, frozen=True):
    """Back to the run of that number, as it was left; the present one is kept in its turn.

    experiment, points: what that run is about. Should it have been left with others, or be known no more, a run of them
    begins anew.
    """

    run: int
    experiment: Experiment
    points: OwnPoints | None = None


class NameBranch(msgspec.Struct, frozen=True):
    """Call the run of that number so; an empty name is none."""

    run: int
    name: str


class DropBranch(msgspec.Struct, frozen=True):
    """Delete the run of that number, which is not the present one. back: it is deleted no more."""

    run: int
    back: bool = False


class GoOn(msgspec.Struct, frozen=True):
    """Let a run that has diverged, or that a rule has ended, go on from its last finite state."""


class OutOfTime(msgspec.Struct, frozen=True):
    """The seconds that the run may take are over."""


class OpenTest(msgspec.Struct, frozen=True):
    """Look at the sealed test set, once: what it shows is told, and that somebody has looked is counted."""


class Reopen(msgspec.Struct, frozen=True):
    """The run was saved and opened again: what edits had put aside for undo is gone. branches: its branches are not,
    and its number stays, because the file held them."""

    branches: bool = False


class Step(msgspec.Struct, frozen=True):
    """One step for somebody who watches: a sample, a batch or an epoch; it goes on past a rule that has ended the run.

    In the log it is what it comes to: GoOn and Advance.
    """

    what: Literal["sample", "batch", "epoch"]


Beginning = Edit | NewSeed | Reset
"""The actions that may begin another run."""
Logged = (
    Advance
    | Edit
    | NewSeed
    | SetParameter
    | RestoreParameter
    | Reset
    | Return
    | NameBranch
    | DropBranch
    | GoOn
    | OutOfTime
    | OpenTest
    | Reopen
)
"""The actions that a log holds."""
Action = Logged | Step
"""Whatever can be asked of a run."""
