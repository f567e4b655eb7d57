"""What a session is handed: wrong types and shapes are answered in a sentence and change nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.errors import InvalidExperiment, WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from tests.cases import cases

WRONG: list[tuple[Callable[[Session], Any], str]] = [
    (lambda session: session.apply({"seed": 3}), "An Experiment is needed here; got {'seed': 3}. A changed one:"),  # type: ignore[arg-type]
    (lambda session: session.apply(None), "An Experiment is needed here; got None"),  # type: ignore[arg-type]
    (lambda session: session.apply(Checkpoint(Experiment())), "An Experiment is needed here"),  # type: ignore[arg-type]
    (lambda session: session.apply(other(session), "back"), "back is True or False; got 'back'"),  # type: ignore[arg-type]
    (lambda session: session.apply(other(session), points=np.zeros((3, 2))), "Own points are a playground.OwnPoints"),  # type: ignore[arg-type]
    (lambda session: session.apply(other(session), run=-1), "run is a whole number"),
    (lambda session: session.return_to(0, "circles"), "An Experiment is needed here; got 'circles'"),  # type: ignore[arg-type]
    (lambda session: session.return_to(0, Experiment(), 3), "Own points are a playground.OwnPoints"),  # type: ignore[arg-type]
    (lambda session: session.losses("weights"), "an array of numbers (V, 17), a row each"),
    (lambda session: session.losses(None), "an array of numbers (V, 17), a row each"),  # type: ignore[arg-type]
    (lambda session: session.losses([[1.0], [1.0, 2.0]]), "an array of numbers (V, 17), a row each"),
    (lambda session: session.losses(np.zeros((1, 17), dtype=complex)), "an array of numbers (V, 17), a row each"),
    (lambda session: session.losses([["1"] * 17]), "an array of numbers (V, 17), a row each"),
    (lambda session: session.losses(session.state.parameters), "got the shape (17,). A single one needs [None]"),
    (lambda session: session.losses(np.zeros((17, 2))), "rows of 17 numbers; got the shape (17, 2)"),
    (lambda session: session.maps(3, 10), "A window is (left, right, bottom, top); got 3"),  # type: ignore[arg-type]
    (lambda session: session.maps((0.0, 1.0), 10), "A window is (left, right, bottom, top)"),  # type: ignore[arg-type]
    (lambda session: session.maps(("0", 1.0, 0.0, 1.0), 10), "An edge of a window is a number; got '0'"),  # type: ignore[arg-type]
    (lambda session: session.maps((0.0, 1.0, 0.0, 1.0), 1.5), "resolution is a whole number"),  # type: ignore[arg-type]
    (lambda session: session.snapshot("maps"), "A Demand is needed here; got 'maps'"),  # type: ignore[arg-type]
    (lambda session: Session(Experiment(), points=np.zeros((3, 2))), "Own points are a playground.OwnPoints"),  # type: ignore[arg-type]
]  # fmt: skip


def other(session: Session) -> Experiment:
    return with_changes(session.experiment, training__learning_rate=0.5)


@cases(("use", "sentence"), WRONG)
def test_what_it_cannot_use_is_answered_in_words(use: Callable[[Session], Any], sentence: str) -> None:
    session = Session(with_changes(Experiment(), network__layers=(Dense(4),)))
    session.advance(steps=5)
    log, version = session.log, session.version
    with pytest.raises(WrongUse) as error:
        use(session)
    assert sentence in str(error.value)
    assert (session.log.entries, session.version) == (log.entries, version)
    assert session.advance(steps=1)


@pytest.mark.parametrize("changed", [{"seed": "x"}, {"seed": -1}, {"training": None}])
def test_an_experiment_whose_fields_are_wrong_is_refused(changed: dict[str, Any]) -> None:
    session = Session(Experiment())
    session.advance(steps=5)
    bad = msgspec.structs.replace(session.experiment, **changed)
    for use in (lambda: session.apply(bad), lambda: session.return_to(1, bad)):
        with pytest.raises(InvalidExperiment):
            use()
    assert session.advance(steps=1)


def test_what_is_meant_is_taken() -> None:
    session = Session(Experiment())
    vector = session.state.parameters
    found = session.losses(vector.astype(np.float64)[None])
    assert np.array_equal(found, session.losses(vector[None]))
    assert np.array_equal(found, session.losses([vector.tolist()]))
    assert session.losses([[0] * vector.size]).shape == (1, 2)
    assert session.losses(np.full((1, vector.size), 1e300)).max() > 1e30, "too large a number is a large loss"
    assert session.apply(other(session), np.True_)  # type: ignore[arg-type]
    assert session.maps(np.array([0, 1, 0, 1]), np.int64(3)).shape[1:] == (3, 3)  # type: ignore[arg-type]
