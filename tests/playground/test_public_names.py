"""What `import playground` gives: every name is there, explained, and told to type checkers; samples come first."""

from __future__ import annotations

import ast
import inspect
import pickle
from copy import copy, deepcopy
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import playground as pg
from playground.data import Source
from playground.errors import PlaygroundError
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Layer
from playground.experiment.optimizers import Optimizer
from playground.experiment.schedules import Schedule
from tests.cases import cases
from tests.own_points import about, made


@cases("name", pg.__all__)
def test_every_public_name_is_there_and_explained(name: str) -> None:
    found = getattr(pg, name)
    if inspect.isclass(found) or inspect.isfunction(found):
        assert (found.__doc__ or "").strip()
    if inspect.isclass(found):
        for method, value in vars(found).items():
            if inspect.isfunction(value) and not method.startswith("_"):
                assert value.__doc__, f"{name}.{method}"


def test_type_checkers_know_the_same_names() -> None:
    tree = ast.parse(Path(pg.__file__).read_text("utf-8"))
    told = {alias.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert set(pg.__all__) - {"__version__"} <= told
    assert Path(pg.__file__).with_name("py.typed").exists(), "without it they look at no types"
    assert set(dir(pg)) == set(pg.__all__)


def test_every_part_of_an_experiment_is_public() -> None:
    for part in (*get_args(Layer), *get_args(Optimizer), *get_args(Schedule), *get_args(Source)):
        assert getattr(pg, part.__name__) is part
    with pytest.raises(AttributeError, match="no attribute 'Transformer'"):
        _ = pg.Transformer


def test_what_one_catches_and_what_a_session_tells_is_public() -> None:
    for error in (*PlaygroundError.__subclasses__(), PlaygroundError):
        if error.__module__ == PlaygroundError.__module__:
            assert getattr(pg, error.__name__) is error
    session = pg.Session(pg.with_changes(pg.Experiment(), training__stop=pg.Stop(epochs=1)))
    session.advance(epochs=2)
    assert isinstance(session.stopped, pg.Stopped)
    assert isinstance(session.sharpness(), pg.Sharpness)
    session = pg.Session(pg.with_changes(pg.Experiment(), training__learning_rate=10.0, training__loss="squared_error",
                                         network__layers=(pg.Dense(8, "relu"),)))  # fmt: skip
    session.set_parameter(0, 3e38)
    session.advance(epochs=5)
    assert isinstance(session.divergence, pg.Divergence)


def test_an_experiment_is_built_of_its_parts_and_trained() -> None:
    experiment = pg.Experiment(
        data=pg.Data(pg.GeneratedData("three_spirals")),
        network=pg.Network((pg.Dense(8, "relu"), pg.Dense(8, "relu"))),
        training=pg.Training(optimizer=pg.Adam(), stop=pg.Stop(epochs=5)),
        seed=3,
    )
    session = pg.Session(experiment)
    session.advance(epochs=1.0)  # type: ignore[arg-type]
    session.advance(epochs=np.int64(1))  # type: ignore[arg-type]
    assert session.state.epoch == 2
    assert pg.from_json(pg.to_json(experiment)) == experiment
    members = list(pg.train_population(experiment, seeds=(3, 4), epochs=2))
    assert members[0].digest == session.digest()


# -- samples come first ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["xor", "three_spirals", "digits", "plane"])
def test_predictions_have_a_row_for_each_sample(name: str) -> None:
    session = pg.Session(pg.on_dataset(pg.Experiment(), name))
    session.advance(epochs=2)
    samples = session.dataset.test_points.T
    found = session.predict(samples)
    whole = session.snapshot(pg.Demand(predictions=True)).test_outputs
    assert whole is not None
    assert found.shape == (len(samples), session.experiment.head.units)
    np.testing.assert_allclose(found, whole.T, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(session.predict(samples[:1].tolist()), found[:1], rtol=1e-5, atol=1e-6)
    assert session.predict(samples[:0]).shape == (0, session.experiment.head.units)


@cases(
    ("samples", "sentence"),
    [
        (
            np.zeros((2, 5)),
            r"Samples are an array \(n, 2\), a row each; got the shape \(2, 5\)\. .* transposed",
        ),
        (np.zeros(2), r"got the shape \(2,\)"),
        (3.0, r"got the shape \(\)"),
        ("points", r"Samples are an array of numbers \(n, 2\)"),
        ([[1.0, float("nan")]], "Samples are finite numbers"),
        ([[1.0, 2.0], [3.0]], "an array of numbers"),
    ],
)
def test_other_samples_are_refused(samples: Any, sentence: str) -> None:
    with pytest.raises(pg.PlaygroundError, match=sentence):
        pg.Session(pg.Experiment()).predict(samples)


def test_the_gradient_is_that_of_the_loss() -> None:
    session = pg.Session(pg.Experiment(), dtype=np.float64)
    session.advance(epochs=3)
    gradient, here, width = session.gradient(), session.state.parameters.copy(), 1e-6
    assert gradient.shape == here.shape
    for place in range(0, here.size, 5):
        two = np.stack([here, here])
        two[0, place] += width
        two[1, place] -= width
        up, down = session.losses(two)[:, 0]
        assert gradient[place] == pytest.approx((up - down) / (2 * width), rel=1e-4, abs=1e-8)


@cases(
    ("arguments", "sentence"),
    [
        (("dataset:xor",), "An Experiment is needed here, or what playground.load returns; got 'dataset:xor'"),
        ((None,), "An Experiment is needed here"),
        ((Experiment(), "int32"), "dtype is float32 or float64; got 'int32'"),
        ((Experiment(), 7), "dtype is float32 or float64; got 7"),
        ((Experiment(seed=-1),), "seed: expected a whole number"),
        ((Experiment(network=pg.Network((pg.Dense(0),))),), "units: expected a whole number from 1"),
        ((Experiment(training=pg.Training(loss="huber")),), "huber does not fit 2 classes"),
    ],
)
def test_what_is_no_experiment_is_refused_in_words(arguments: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(pg.PlaygroundError, match=sentence):
        pg.Session(*arguments)


def test_what_cannot_be_saved_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(pg.PlaygroundError, match="An Experiment is needed here"):
        pg.save(tmp_path / "a.nnp", "spirals")  # type: ignore[arg-type]


# -- copies ------------------------------------------------------------------------------------------------------------

COPIES = {"copy": copy, "deepcopy": deepcopy, "pickle": lambda session: pickle.loads(pickle.dumps(session))}


def lived() -> pg.Session:
    """A session with edits, a typed weight and a run put aside."""
    session = pg.Session(pg.Experiment())
    session.advance(epochs=3)
    session.apply(pg.with_changes(session.experiment, network=session.experiment.network.without(0)))
    session.advance(steps=7)
    session.set_parameter(2, 0.5, key=1)
    session.reset(run=1)
    session.advance(epochs=2)
    return session


@pytest.mark.parametrize("how", list(COPIES))
def test_a_copy_has_the_same_digest_and_the_same_future(how: str) -> None:
    session = lived()
    before, wanted = session.digest(), lived()
    other = COPIES[how](session)
    assert (other.digest(), other.version, other.resets) == (before, session.version, session.resets)
    assert other.log.entries == session.log.entries
    assert np.array_equal(other.recording.so_far().rows, session.recording.so_far().rows)
    for each in (other, wanted):
        each.advance(epochs=2)
        each.return_to(0, pg.with_changes(pg.Experiment(), network=pg.Experiment().network.without(0)))
        each.restore_parameter(2, key=1)
        each.apply(pg.Experiment(), back=True)
        each.advance(steps=30)
    assert other.digest() == wanted.digest()
    assert other.log.entries == wanted.log.entries
    assert pg.replay(other.log.base.experiment, other.log).digest() == wanted.digest()
    assert session.digest() == before, "the one does not move the other"
    session.advance(epochs=1)
    assert other.digest() == wanted.digest()


@pytest.mark.parametrize("how", list(COPIES))
def test_a_copy_about_own_points_goes_on_too(how: str) -> None:
    own = made(3)
    session = pg.Session(about(own), points=own)
    session.advance(epochs=2)
    other = COPIES[how](session)
    assert other.points == session.points
    assert not other.points.features.flags.writeable
    assert not other.dataset.train_points.flags.writeable
    for each in (session, other):
        each.advance(epochs=2)
    assert other.digest() == session.digest()


@pytest.mark.parametrize("record", [True, False])
def test_a_copy_writes_down_what_its_original_does(record: bool) -> None:
    session = pg.Session(pg.Experiment(), dtype=np.float64, record=record)
    session.advance(epochs=3)
    other = pickle.loads(pickle.dumps(session))
    for each in (session, other):
        each.advance(epochs=4)
    assert other.dtype is np.float64
    assert len(other.history) == len(session.history) == (8 if record else 0)
    assert np.array_equal(other.recording.table, session.recording.table)
