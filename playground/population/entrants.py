"""Who takes part in a race: one experiment in up to eight variants that differ in one thing, or several with names.

Owns the grids and how their variants are named; knows nothing of training.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, get_args

import msgspec
from msgspec.structs import replace

from playground.data import OwnPoints
from playground.errors import InvalidExperiment, PlaygroundError, WrongUse
from playground.experiment.experiment import Experiment, checked
from playground.experiment.optimizers import OPTIMIZERS, optimizer_choice
from playground.experiment.training import INITIALIZERS
from playground.numbers import plain, rounded, spaced

GridName = Literal["optimizers", "rates", "initializers", "seeds"]
RaceOf = Literal["optimizers", "rates", "initializers", "seeds", "branches"]
OF: tuple[RaceOf, ...] = get_args(RaceOf)
GRIDS: tuple[GridName, ...] = ("optimizers", "rates", "initializers", "seeds")
MOST_ENTRANTS = 8
EPOCHS, MOST_EPOCHS = 300, 2000
"""How long a race is where nobody says, and at most: so many epochs have a row each in the history."""
OWN_RATES = {"sgd": 0.03, "adagrad": 0.03, "rmsprop": 0.003, "adam": 0.01, "adamw": 0.01, "nadam": 0.01, "lion": 0.001}
"""The seven optimizers and the rate each has in a race where it is not the experiment's own: ten times the defaults of
torch.optim for those that divide by the gradient's size, since networks here are small; Lion's is a tenth of Adam's, as
its paper says."""
SHARES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Of the present learning rate."""
SHORT = {
    "xavier_uniform": "Xavier U", "xavier_normal": "Xavier N", "he_uniform": "He U", "he_normal": "He N",
    "uniform": "uniform", "normal": "normal", "constant": "constant", "zeros": "zeros",
}  # fmt: skip
"""The initializers in a word, U for uniform and N for normal."""
DIGITS = 3
SHORT_NAME = 14
"""Letters of a name at the end of a curve."""


class Entrant(msgspec.Struct, frozen=True, eq=False):
    """One of a race: `name` says what it differs in, `short` the same in a word. points: somebody's own, where they are
    not those of the whole race."""

    name: str
    short: str
    experiment: Experiment
    points: OwnPoints | None = None


class Field(msgspec.Struct, frozen=True, eq=False):
    """All that take part, and those that cannot: the name of each and what is wrong with it."""

    entrants: tuple[Entrant, ...]
    left_out: tuple[tuple[str, PlaygroundError], ...] = ()


def epochs_of(experiment: Experiment) -> int:
    """How long a race of an experiment is: as long as its own rule says, within what there is room for."""
    return min(experiment.training.stop.epochs or EPOCHS, MOST_EPOCHS)


def field_of(experiment: Experiment, grid: GridName) -> Field:
    """The variants of a checked experiment, it itself among them. Of equal ones the first takes part."""
    made = {"optimizers": _optimizers, "rates": _rates, "initializers": _initializers, "seeds": _seeds}[grid]
    entrants, left_out = list[Entrant](), list[tuple[str, InvalidExperiment]]()
    for each in made(experiment):
        try:
            checked(each.experiment)
        except InvalidExperiment as error:
            left_out.append((each.name, error))
            continue
        if all(each.experiment != other.experiment for other in entrants):
            entrants.append(each)
    return Field(tuple(entrants[:MOST_ENTRANTS]), tuple(left_out))


def field_of_several(named: Sequence[tuple[str, Experiment, OwnPoints | None]]) -> Field:
    """Experiments with names, such as those of branches, each from its start.

    Of equal ones the first takes part, of more than eight the last; title and notes make no difference."""
    entrants, left_out = list[Entrant](), list[tuple[str, PlaygroundError]]()
    for name, experiment, points in named:
        plain_one = replace(experiment, title="", notes="")
        try:
            checked(experiment)
            same = next((each for each in entrants if replace(each.experiment, title="", notes="") == plain_one), None)
            if same is not None:
                raise WrongUse("begun anew it is the same run as {name}", name=same.name)
        except PlaygroundError as error:
            left_out.append((name, error))
        else:
            entrants.append(Entrant(name, _in_short(name), experiment, points))
    crowded = WrongUse("a race has {most} at most", most=MOST_ENTRANTS)
    left_out += [(each.name, crowded) for each in entrants[:-MOST_ENTRANTS]]
    return Field(tuple(entrants[-MOST_ENTRANTS:]), tuple(left_out))


def _in_short(name: str) -> str:
    return name if len(name) <= SHORT_NAME else f"{name[: SHORT_NAME - 1].rstrip()}…"


def _with(experiment: Experiment, **settings: Any) -> Experiment:
    return replace(experiment, training=replace(experiment.training, **settings))


def _optimizers(experiment: Experiment) -> Iterable[Entrant]:
    """The seven, each with a rate of its own; the experiment's own one with the numbers that it has."""
    own = experiment.training.optimizer
    for name, rate in OWN_RATES.items():
        kind = OPTIMIZERS[name]
        if type(kind.optimizer) is type(own):
            label = OPTIMIZERS[optimizer_choice(own)].label
            yield Entrant(f"{label}, rate {plain(experiment.training.learning_rate)}, as now", label, experiment)
        else:
            made = _with(experiment, optimizer=kind.optimizer, learning_rate=rate)
            yield Entrant(f"{kind.label}, rate {plain(rate)}", kind.label, made)


def _rates(experiment: Experiment) -> Iterable[Entrant]:
    own = experiment.training.learning_rate
    for share in SHARES:
        rate = own if share == 1.0 else rounded(own * share, DIGITS)
        now = ", as now" if share == 1.0 else ""
        yield Entrant(f"Rate {plain(rate)}{now}", plain(rate), _with(experiment, learning_rate=rate))


def _initializers(experiment: Experiment) -> Iterable[Entrant]:
    for name, kind in INITIALIZERS.items():
        label = kind.label[0].upper() + kind.label[1:]
        scale = f" {plain(experiment.training.initializer_scale)}" if kind.number else ""
        now = ", as now" if name == experiment.training.initializer else ""
        yield Entrant(f"{label}{scale}{now}", SHORT[name], _with(experiment, initializer=name))


def _seeds(experiment: Experiment) -> Iterable[Entrant]:
    """The experiment's own seed and those that follow: other points, weights and order."""
    for more in range(MOST_ENTRANTS):
        seed = experiment.seed + more
        now = "" if more else ", as now"
        yield Entrant(f"Seed {spaced(seed)}{now}", spaced(seed), replace(experiment, seed=seed))
