"""What is said about a race: its grids, how far it is, how one stands, what was left out.

Owns these short sentences; knows nothing of where they stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from playground import numbers as formats
from playground.errors import PlaygroundError
from playground.words.errors import told
from playground.words.run import SETS

TITLE = "Race"
OPTIMIZERS_ENTRY, ENTRY = "Race the optimizers", "Race …"
OPTIMIZERS_TIP = "The seven optimizers, each at a rate of its own, trained side by side from the same start"
ENTRY_TIP = "Up to eight trained side by side: optimizers, rates, initial weights, seeds or branches of this run"
GRIDS = (
    ("optimizers", "optimizers", "The seven optimizers, each at a rate of its own"),
    ("rates", "rates", "The present learning rate times 0.1, 0.2, 0.5, 1, 2, 5 and 10"),
    ("initializers", "initial weights", "All eight ways to draw the initial weights"),
    ("seeds", "seeds", "The present seed and the seven after it: other points, weights and order"),
)
BRANCHES = ("branches", "branches", "Up to eight branches of this run, each begun anew with its own settings")
START, STOP = "Start", "Stop"
START_TIP = "Train all of them from the start; the run in the window goes on meanwhile"
STOP_TIP = "Train no further; what has come stays  (Esc)"
APPLY, NOT_YET = "Apply", "Stop the race first, or wait for its end: places still change"
APPLY_TIP = "Take these settings and begin a fresh run with them; undo brings the run before back"
DIVERGED = "diverged"
ACCURACY, EPOCHS, TIME = "accuracy", "epoch", "ms"
TIME_TIP = "Milliseconds of computing that its training took"
OVER = (
    ("epochs", "over epochs", "How the loss falls with the epochs"),
    ("clock", "over time", "How the loss falls with the milliseconds of computing: who is fast"),
)
MARK_TIP = "Milliseconds of computing until the loss was first at most this, which half of them have reached"


def loss_column(watched: str) -> str:
    """The heading over the losses; watched: train, validation or test."""
    return f"{SETS.get(watched, watched)} loss"


def mark_column(mark: float | None) -> str:
    """The heading over the times to the mark."""
    return "to mark" if mark is None else f"to {formats.figure(mark, 2)}"


def plan(count: int, epochs: int, seconds: float | None) -> str:
    """What the race will be; seconds: for which each is trained at most."""
    limit = "" if seconds is None else f", at most {formats.plain(seconds)} s"
    return f"{formats.spaced(count)} runs, {formats.spaced(epochs)} epochs each{limit}"


def progress(epoch: int, epochs: int, over: int, count: int, busy: bool) -> str:
    """How far the race is."""
    if over == count:
        return f"All {formats.spaced(count)} are over"
    return f"Epoch {formats.spaced(epoch)} of {formats.spaced(epochs)}" + ("" if busy else ", stopped")


def capital(text: str) -> str:
    """The same at the beginning of a line."""
    return text[0].upper() + text[1:]


def left_out(names: Sequence[tuple[str, PlaygroundError]]) -> str:
    """Who cannot take part, and why; nothing of none."""
    return "  ".join(f"{name} is left out: {told(error)}" for name, error in names)


def take(name: str) -> str:
    """The name of the edit that takes an entrant's settings."""
    return f"Take {name.removesuffix(', as now')}"


def spoken(place: int, name: str, watched: str, loss: float, accuracy: float | None, diverged: bool) -> str:
    """A row of the ranking, to who does not see it."""
    share = "" if accuracy is None else f", accuracy {formats.accuracy(accuracy)}"
    end = f", {DIVERGED}" if diverged else ""
    return f"{formats.spaced(place)}. {name}: {loss_column(watched)} {formats.figure(loss)}{share}{end}"
