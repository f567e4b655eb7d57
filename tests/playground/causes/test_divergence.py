"""Why runs diverge and what helps: each cause with a run that really breaks, each cure with one that then goes on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from playground.causes.constant import constant_loss
from playground.causes.divergence import Diagnosis, diagnosed
from playground.data import OwnPoints
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset
from playground.engine.engine import Engine
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.optimizers import AdamW, Sgd
from playground.run.session import Session

PLAIN = Experiment()
PLANE = with_changes(
    PLAIN, data__source__name="plane", data__source__samples=500, network=Network((Dense(16, "relu"),))
)
SOFTMAX: dict[str, Any] = {
    "training__loss": "softmax_cross_entropy",
    "training__numerics": "naive",
    "training__initializer": "normal",
    "training__initializer_scale": 100.0,
    "network": Network((Dense(16, "relu"),)),
}


def own(scale: float) -> tuple[Experiment, OwnPoints]:
    """A line to be learned from columns of this size."""
    rng = np.random.default_rng(5)
    values = rng.uniform(-scale, scale, (2, 200))
    points = OwnPoints(values.T, values.sum(axis=0) / scale + 0.25)
    network = Network((Dense(8, "relu"),))
    return with_changes(PLAIN, data__source=points.source(0), data__train_share=0.5, network=network), points


def broken(experiment: Experiment, points: OwnPoints | None = None) -> Session:
    session = Session(experiment, points=points)
    assert not session.advance(epochs=300)
    assert session.divergence is not None
    return session


def why(session: Session) -> Diagnosis:
    assert session.divergence is not None
    found = diagnosed(session.experiment, session.dataset, session.divergence, session.points)
    assert found is not None
    return found


def has_learned(mended: Session, broke: Session) -> bool:
    """Whether it answers better than a constant, and not with one."""
    spread = np.ptp(mended.predict(mended.dataset.train_points.T), axis=0).max()
    constant = constant_loss(broke.experiment, broke.dataset)
    return bool(spread > 0.1 and mended.metrics().train_loss < 0.9 * constant)


CASES: dict[str, tuple[Experiment, str]] = {
    "L2 at a rate beyond 2": (with_changes(PLAIN, training__l2=10.0, training__learning_rate=0.3), "training.l2"),
    "L2 with momentum": (
        with_changes(PLAIN, training__l2=60.0, training__learning_rate=0.1, training__optimizer=Sgd(momentum=0.9)),
        "training.l2",
    ),
    "decay of its own": (
        with_changes(PLAIN, training__optimizer=AdamW(weight_decay=30.0), training__learning_rate=0.3),
        "training.optimizer.weight_decay",
    ),
    "the naive soft-max": (with_changes(PLAIN, **SOFTMAX), "training.numerics"),
    "the naive soft-max at rate 0": (with_changes(PLAIN, **SOFTMAX, training__learning_rate=0.0), "training.numerics"),
    "wild initial weights": (
        with_changes(PLANE, training__initializer="normal", training__initializer_scale=50.0), "training.initializer",
    ),
    "features up to 36": (
        with_changes(
            PLANE, data__source__samples=500, data__features=("x", "y", "x_squared", "y_squared"),
            training__learning_rate=0.1, network=Network((Dense(8, "relu"), Dense(8, "relu"))),
        ),
        "data.scaling",
    ),
    "the rate": (with_changes(PLANE, training__learning_rate=1.0), "training.learning_rate"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_divergence_has_its_real_cause_and_every_cure_that_is_offered_works(name: str) -> None:
    experiment, path = CASES[name]
    session = broken(experiment)
    found = why(session)
    assert found.cures[0].changes[0].path == path
    assert found.cause == found.cures[0].cause
    assert found == why(session), "tried again it is the same"
    for cure in found.cures:
        mended = Session(cure.experiment)
        before = mended.metrics().train_loss
        assert mended.advance(steps=found.steps)
        assert mended.metrics().train_loss <= before
        if found.learns:
            assert has_learned(mended, session) or mended.metrics().train_loss < before / 2


def test_inputs_of_size_100_are_the_cause_and_are_scaled() -> None:
    experiment, points = own(100.0)
    found = why(broken(experiment, points))
    assert (found.cause, found.cures[0].changes[0].path) == ("inputs", "data.scaling")
    assert found.figure == pytest.approx(100.0, rel=0.05)
    assert Session(found.cures[0].experiment, points=points).advance(steps=found.steps)


def test_at_rate_0_no_lower_rate_is_offered() -> None:
    found = why(broken(CASES["the naive soft-max at rate 0"][0]))
    assert all(cure.changes[0].path != "training.learning_rate" for cure in found.cures)


def test_at_rate_0_a_cure_is_not_said_to_learn() -> None:
    """What no longer diverges there stays as it begins."""
    found = why(broken(CASES["the naive soft-max at rate 0"][0]))
    assert not found.learns
    assert why(broken(CASES["the naive soft-max"][0])).learns


PLANE_8_8 = with_changes(
    on_dataset(PLAIN, "plane"), network=Network((Dense(8, "relu"), Dense(8, "relu"))), training__learning_rate=10.0
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"training__learning_rate": 3.0, "training__optimizer": Sgd(momentum=0.9)},
        {"network": Network((Dense(4, "relu"), Dense(2)))},
    ],
)
def test_a_rate_at_which_the_network_dies_is_not_offered(changes: dict[str, Any]) -> None:
    """At a tenth of the rate no unit answers any more: the loss has fallen, to that of a constant answer."""
    session = broken(with_changes(PLANE_8_8, **changes))
    found = why(session)
    (cure,) = found.cures
    assert cure.changes[0].path == "training.learning_rate"
    mended = Session(cure.experiment)
    assert mended.advance(steps=found.steps)
    assert has_learned(mended, session)
    usual = Session(with_changes(session.experiment, training__learning_rate=0.03))
    usual.advance(steps=found.steps)
    assert mended.metrics().train_loss <= 2.0 * usual.metrics().train_loss


@pytest.mark.parametrize("seed", range(4))
def test_a_lower_rate_is_no_cure_of_a_penalty_that_shrinks_everything_away(seed: int) -> None:
    experiment = with_changes(
        PLAIN, seed=seed, training__learning_rate=0.3, training__l2=10.0, network=Network((Dense(8, "relu"),))
    )
    found = why(broken(experiment))
    assert [cure.changes[0].path for cure in found.cures] == ["training.l2"]


def test_a_rate_of_a_million_is_helped_by_a_usual_one() -> None:
    experiment = with_changes(
        on_dataset(PLAIN, "plane"), data__source__samples=2000, training__batch_size=400,
        training__learning_rate=1e6, network=Network((Dense(64, "relu"),) * 8),
    )  # fmt: skip
    session = broken(experiment)
    found = why(session)
    assert found.cause == "rate"
    assert found.cures[0].changes[0].value == 0.03
    mended = Session(found.cures[0].experiment)
    assert mended.advance(steps=found.steps)
    assert has_learned(mended, session)


def test_the_figures_of_a_penalty_are_those_of_its_optimizer() -> None:
    plain, fast = (why(broken(CASES[name][0])) for name in ("L2 at a rate beyond 2", "L2 with momentum"))
    assert (plain.figure, plain.limit) == (pytest.approx(3.0), pytest.approx(2.0))
    assert (fast.figure, fast.limit) == (pytest.approx(6.0), pytest.approx(3.8))


def test_what_does_not_help_is_not_offered() -> None:
    """Standardised inputs at rate 50 diverge too, so only the rate is blamed."""
    experiment = with_changes(PLANE, data__features=("x", "x_squared"), network=Network(), training__learning_rate=50.0)
    found = why(broken(experiment))
    assert [cure.changes[0].path for cure in found.cures] == ["training.learning_rate"]


def test_a_weight_set_by_hand_is_told_from_the_settings() -> None:
    session = Session(with_changes(PLANE, training__learning_rate=0.01))
    session.advance(epochs=2)
    for index in range(session.state.parameters.size):
        session.set_parameter(index, 3e30)
    assert not session.advance(epochs=20)
    found = why(session)
    assert (found.cause, found.cures) == ("by_hand", ())


def test_two_causes_at_once_are_taken_away_together() -> None:
    """No change alone helps; of those that help together none can be left out."""
    wild = with_changes(CASES["L2 at a rate beyond 2"][0], **SOFTMAX, training__learning_rate=1e6)
    found = why(broken(wild))
    assert found.cause == "several"
    (cure,) = found.cures
    assert len(cure.changes) > 1
    assert Session(cure.experiment).advance(steps=found.steps)
    for left_out in cure.changes:
        less = wild
        for change in cure.changes:
            if change is not left_out:
                less = with_changes(less, **{change.path.replace(".", "__"): change.value})
        session = Session(less)
        before = session.metrics().train_loss
        assert not session.advance(steps=found.steps) or session.metrics().train_loss > before


def test_where_nothing_helps_only_a_reset_is_left() -> None:
    """Targets whose squares single precision cannot hold."""
    values = np.random.default_rng(5).uniform(-1.0, 1.0, (200, 2))
    points = OwnPoints(values, 1e30 * values.sum(axis=1))
    experiment = with_changes(PLAIN, data__source=points.source(0), training__learning_rate=1e6)
    found = why(broken(experiment, points))
    assert (found.cause, found.cures) == ("unknown", ())
    assert found.steps > 0


def test_a_run_that_broke_too_late_is_not_tried() -> None:
    session = broken(CASES["the rate"][0])
    assert session.divergence is not None
    late = replace(session.divergence, step=10**9)
    assert diagnosed(session.experiment, session.dataset, late) == Diagnosis("unknown")


def test_an_answer_that_nobody_wants_is_not_found() -> None:
    session = broken(CASES["the rate"][0])
    assert session.divergence is not None
    assert diagnosed(session.experiment, session.dataset, session.divergence, wanted=lambda: False) is None


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_no_kernels_are_compiled_that_the_run_has_not_used(precision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    session = broken(with_changes(CASES["the rate"][0], training__precision=precision))
    used = set[str]()
    told = Engine.__init__

    def made(engine: Engine, *given: Any) -> None:
        told(engine, *given)
        used.add(np.dtype(engine.dtype).name)

    monkeypatch.setattr(Engine, "__init__", made)
    why(session)
    assert used == {precision}
