"""Every public callable, handed wrong values of many kinds: it answers with a sentence of ours, or takes them."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import playground as pg
from playground.experiment.layers import Layer
from playground.experiment.optimizers import Optimizer
from playground.experiment.schedules import Schedule
from tests.cases import cases


class Unwritable:
    """Something whose own repr fails."""

    def __repr__(self) -> str:
        raise ValueError("no words")


WRONG: list[Any] = [
    None, True, -3, 0, 1.5, 3.0, float("nan"), float("inf"), 10**400, 10**5000, Decimal(1), 1j,
    "", "a", "no such\0thing", b"a", [], [[]], [3], ["a"], ["a=b"], ["seed=["], {}, {"seed": 1}, {3},
    object(), pg, int, Unwritable(),
    np.float64(1.5), np.int64(-3), np.array(2), np.zeros(0), np.zeros((2, 3)), np.array(["a"]), np.array([None]),
    np.datetime64("2020-01-01"), range(2), iter([1]), lambda: None,
    pg.Experiment(), pg.Experiment(seed=-1), pg.Experiment(network=pg.Network([pg.Dense([])])),  # type: ignore[arg-type]
    pg.Experiment(network=3), pg.Experiment(data=pg.Data(pg.GeneratedData("nope"))),  # type: ignore[arg-type]
    pg.Data(features=3), pg.Data("x"), pg.GeneratedData(["x"]), pg.Training(optimizer=pg.Dense()),  # type: ignore[arg-type]
    pg.Demand("a", probe=("x", {})), pg.Demand(probe=3), pg.Demand(probe_sample="x"),  # type: ignore[arg-type]
    pg.Demand(probe_pixels=[0.5]), pg.Demand(probe_pixels=(float("nan"),)),  # type: ignore[arg-type]
    pg.PointsData(3, "x", columns=[[]]), pg.OwnPoints([[0], [1]], [0, 1]),  # type: ignore[arg-type]
    pg.Checkpoint(3), pg.Checkpoint(pg.Experiment(seed="x")),  # type: ignore[arg-type]
]  # fmt: skip
NOTHING_TO_CURE = pg.Finding("best_possible", "good", (), 0, 0)
GOOD: dict[str, Any] = {
    "experiment": pg.Experiment(), "source": pg.Experiment(), "content": pg.Experiment(),
    "settings": ["seed=3"],
    "data": pg.Data(), "seed": 1, "experiments": pg.Experiment(), "seeds": [1], "epochs": 0,
    "text": "{}", "name": "xor", "path": "nowhere.nnp",
    "index": 0, "value": 0.5, "key": 1, "run": 1, "window": (-1.0, 1.0, -1.0, 1.0), "resolution": 2,
    "samples": [[0.0, 1.0]], "vectors": np.zeros((1, 25)), "classes": 2, "branch": 0, "step": 0, "layer": 0, "unit": 0,
}  # fmt: skip
FUNCTIONS = [name for name in pg.__all__ if inspect.isfunction(getattr(pg, name))]
some = pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.long)])
METHODS = [name for name, value in vars(pg.Session).items() if inspect.isfunction(value) and not name.startswith("_")]


def calls(call: Callable[..., Any], good: dict[str, Any], every: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """A call for every parameter and one in `every` wrong values, in turn, the other parameters as they should be, or
    left out."""
    parameters = {
        name: each
        for name, each in inspect.signature(call).parameters.items()
        if name != "self" and each.kind is not each.VAR_KEYWORD
    }
    required = {name: good[name] for name, each in parameters.items() if each.default is each.empty}
    for place, name in enumerate(parameters):
        for number, value in list(enumerate(WRONG))[place % every :: every]:
            arguments = {**required, name: value}
            yield f"{name}, value {number} ({type(value).__name__})", lambda made=arguments: call(**made)


def escaped(call: Callable[..., Any], good: dict[str, Any], every: int = 1) -> list[str]:
    """The calls that end with an error that is none of ours."""
    found = []
    for what, made in calls(call, good, every):
        try:
            found_here = made()
            if isinstance(found_here, Iterator):  # a population trains as its members are taken
                list(found_here)
        except pg.PlaygroundError as error:
            if not str(error).strip():
                found.append(f"{what}: no sentence")
        except Exception as error:
            found.append(f"{what}: {type(error).__name__}: {str(error)[:100]}")
    return found


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("nowhere")
@some
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_answer_in_words(name: str, every: int) -> None:
    session = pg.Session(pg.Experiment())
    good = {**GOOD, "log": session.log, "session": session, "finding": NOTHING_TO_CURE}
    if name.startswith("step_as_"):
        good["step"] = pg.inside(session)
    if name == "on_points":
        good["source"] = pg.OwnPoints([[0, 1], [1, 0]], [0, 1]).source(2)  # type: ignore[arg-type]
    found = escaped(getattr(pg, name), good, every)
    if name == "race":  # `int` takes one value, but no standings: what a callback raises is its own
        found = [each for each in found if not each.startswith(f"done, value {WRONG.index(int)} ")]
    assert found == []


@cases("name", METHODS)
def test_methods_of_a_session_answer_in_words(name: str) -> None:
    session = pg.Session(pg.Experiment())
    session.advance(steps=2)

    def call(**arguments: Any) -> Any:
        return getattr(session, name)(**arguments)

    call.__signature__ = inspect.signature(getattr(session, name))  # type: ignore[attr-defined]
    asked = {**GOOD, "vectors": np.zeros((1, session.layout.size))}
    if name == "at_place":
        asked["place"] = session.times.place_at(1)
    if name == "advance":  # a rule of the table: steps that are made must be few
        asked["steps"] = 1
    assert escaped(call, asked) == []
    session.reset()
    assert session.advance(steps=1)


@pytest.mark.parametrize("name", ["check", "with_sample"])
def test_methods_of_a_step_answer_in_words(name: str) -> None:
    assert escaped(getattr(pg.inside(pg.Session(pg.Experiment())), name), {**GOOD, "sample": 0}) == []


PLACES: dict[str, str] = {
    **dict.fromkeys((each.__name__ for each in get_args(Layer)), "network__layers"),
    **dict.fromkeys((each.__name__ for each in get_args(Optimizer)), "training__optimizer"),
    **dict.fromkeys((each.__name__ for each in get_args(Schedule)), "training__schedule"),
    "GeneratedData": "data__source", "PointsData": "data__source", "Data": "data",
    "Imperfections": "data__imperfections", "Network": "network", "Training": "training", "Stop": "training__stop",
    "EarlyStopping": "training__early_stopping",
}  # fmt: skip
"""Where in an experiment a value of each class belongs."""
REQUIRED: dict[str, Any] = {
    "samples": 4, "digest": "0" * 64, "source": pg.Experiment(), "features": [[0], [1]], "labels": [0, 1],
}  # fmt: skip


@some
@pytest.mark.parametrize("name", [*PLACES, "Experiment"])
def test_parts_of_an_experiment_with_wrong_values_are_refused_or_kept_as_python_s_own(name: str, every: int) -> None:
    def use(**fields: Any) -> None:
        made = getattr(pg, name)(**fields)
        place = PLACES.get(name)
        found = pg.Session(made).experiment if place is None else pg.with_changes(
            pg.Experiment(), **{place: (made,) if place == "network__layers" else made}
        )  # fmt: skip
        assert hash(found) == hash(pg.from_json(pg.to_json(found)))

    use.__signature__ = inspect.signature(getattr(pg, name))  # type: ignore[attr-defined]
    assert escaped(use, REQUIRED, every) == []


@pytest.mark.parametrize("name", ["Session", "OwnPoints"])
def test_what_is_checked_as_it_is_built_answers_in_words(name: str) -> None:
    assert escaped(getattr(pg, name), REQUIRED) == []


@pytest.mark.parametrize("field", ["classes", "name", "columns"])
def test_what_is_said_of_own_points_is_refused_with_the_experiment(field: str) -> None:
    points = pg.OwnPoints([[0, 1], [1, 0], [2, 1]], [0, 1, 1])  # type: ignore[arg-type]

    def use(**values: Any) -> None:
        pg.Session(pg.on_points(pg.Experiment(), points.source(**{"classes": 2, **values})), points=points)

    use.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(field, inspect.Parameter.KEYWORD_ONLY, default=None)]
    )
    assert escaped(use, {}) == []


def test_edits_of_a_path_that_is_none_are_refused() -> None:
    for path in ("training__lr", "lr", "", "__", "training__early_stopping__patience", "network__layers__0__units",
                 "seed__x", "data__source__kind", "playground"):  # fmt: skip
        with pytest.raises(pg.InvalidExperiment, match="no such field"):
            pg.with_changes(pg.Experiment(), **{path: 3})


def test_samples_of_any_size_are_asked_without_a_warning() -> None:
    session = pg.Session(pg.Experiment())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(session.predict([[1.7e308, -1.7e308], [1e303, 0.0]])).all()


def test_complex_numbers_are_refused_and_not_cut() -> None:
    complex_ones: Any = np.full((4, 2), 1 + 2j)
    session = pg.Session(pg.Experiment())
    with pytest.raises(pg.WrongUse, match="array of numbers"):
        session.predict(complex_ones)
    for given in ((complex_ones, [0, 1, 0, 1]), (complex_ones.real, complex_ones[:, 0])):
        with pytest.raises(pg.PointsRefused, match="arrays of numbers"):
            pg.OwnPoints(*given)


def test_a_log_is_replayed_of_an_experiment_not_of_a_session() -> None:
    session = pg.Session(pg.Experiment())
    with pytest.raises(pg.WrongUse, match="An Experiment is needed here"):
        pg.replay(session, session.log)  # type: ignore[arg-type]
