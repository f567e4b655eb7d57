"""Many experiments checked at once: the verdicts are those of each alone."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from playground.data import Data, GeneratedData
from playground.errors import InvalidExperiment
from playground.experiment.alike import RULED, all_checked, bytes_of
from playground.experiment.experiment import Experiment, checked, rule_problems
from playground.experiment.layers import BatchNorm, Dense, Dropout, Layer
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam
from playground.experiment.schedules import EarlyStopping, PlateauSchedule, Stop
from playground.experiment.training import Training

PLAIN = Experiment()
NAN, HUGE = float("nan"), 10**400
TRIED: tuple[Any, ...] = (
    None, True, 0, 1, 1.0, -0.0, 0.5, 3, -1, NAN, float("inf"), HUGE, 2**70, "", "focal", "\ud800", (), [], (1.0, 2.0),
    [1.0, 2.0], {}, {"kind": "adam"}, Adam(), Adam(beta1=2.0), Adam(beta1=True), PlateauSchedule(), EarlyStopping(3),
    EarlyStopping(1.5), Stop(epochs=0.5), Stop(accuracy=0.9), object(), Network((Dense(3),)), Network((Dense(0),)),
    Network((Dense(True),)), Data(GeneratedData("plane")), Data(GeneratedData("spirals", 10**9)), Training(l2=NAN),
)  # fmt: skip


def with_value(field: str, value: Any, of_training: bool) -> Experiment:
    if not of_training:
        return msgspec.structs.replace(PLAIN, **{field: value})
    return msgspec.structs.replace(PLAIN, training=msgspec.structs.replace(PLAIN.training, **{field: value}))


def verdict(experiments: list[Experiment]) -> object:
    """Nothing where all are allowed, else what is wrong."""
    try:
        if len(experiments) > 1:
            all_checked(experiments)
        else:
            checked(experiments[0])
    except InvalidExperiment as error:
        return repr(error.problems)
    except Exception as error:
        return type(error)
    return None


@pytest.mark.parametrize("field", Training.__struct_fields__)
def test_a_value_of_a_training_is_allowed_where_it_is_alone(field: str) -> None:
    check_field(field, of_training=True)


@pytest.mark.parametrize("field", Experiment.__struct_fields__)
def test_a_value_of_an_experiment_is_allowed_where_it_is_alone(field: str) -> None:
    check_field(field, of_training=False)


def check_field(field: str, of_training: bool) -> None:
    """Whatever was allowed before it: the verdict on each value is its own, behind a third of them."""
    made = [with_value(field, value, of_training) for value in TRIED]
    alone = [verdict([each]) for each in made]
    allowed = [each for each, told in zip(made, alone, strict=True) if told is None]
    assert any(alone)
    for place, (each, told) in enumerate(zip(made, alone, strict=True)):
        assert verdict([PLAIN, *allowed[place % 3 :: 3], each]) == told
    found = all_checked([PLAIN, *allowed])
    assert found == [checked(each) for each in (PLAIN, *allowed)]
    assert {hash(each) for each in found}


@pytest.mark.parametrize("apart", [19, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    ("field", "of_training"),
    [(name, True) for name in Training.__struct_fields__] + [(name, False) for name in Experiment.__struct_fields__],
)
def test_what_lies_between_allowed_numbers_is_allowed(field: str, of_training: bool, apart: int) -> None:
    """Of many numbers the ends alone are looked at."""
    values = [*range(-3, 12), *range(12, 300, apart)]
    for kind in (int, float):
        verdicts = [verdict([with_value(field, kind(value), of_training)]) is None for value in values]
        allowed = [place for place, told in enumerate(verdicts) if told]
        assert not allowed or all(verdicts[allowed[0] : allowed[-1] + 1])


LAYERS: list[tuple[Layer, ...]] = [(), (Dense(3), BatchNorm()), (Dense(4), Dropout(0.5), Dense(2)), (Dropout(0.1),)]
TRAININGS = [
    Training(batch_size=1), Training(label_smoothing=0.1), Training(loss="hinge"), Training(loss="huber"),
    Training(numerics="naive"), Training(loss="binary_cross_entropy", label_smoothing=0.1), Training(optimizer=Adam()),
    Training(loss="softmax_cross_entropy", class_weights=(1.0, 2.0)), Training(class_weights=(0.0, 0.0)),
    Training(class_weights=(1.0, 1.0, 1.0)), Training(stop=Stop(accuracy=0.5)), Training(schedule=PlateauSchedule()),
    Training(early_stopping=EarlyStopping(2)), Training(batch_size=100_000), Training(class_weights="balanced"),
]  # fmt: skip
DATA = [Data(), Data(GeneratedData("plane")), Data(train_share=1.0), Data(features=("x", "x")), Data(features=("x",))]
JOINED = [
    Experiment(data=data, network=Network(layers), training=training)
    for data in DATA for layers in LAYERS for training in TRAININGS
]  # fmt: skip


FEW = 12
"""Each is judged behind a twelfth of those that are allowed, and all of them behind one another."""


def test_rules_between_fields_are_judged_as_alone() -> None:
    alone = [verdict([each]) for each in JOINED]
    allowed = [each for each, told in zip(JOINED, alone, strict=True) if told is None]
    assert 0 < len(allowed) < len(JOINED)
    assert verdict([PLAIN, *allowed]) is None
    for place, (each, told) in enumerate(zip(JOINED, alone, strict=True)):
        others = allowed[place % FEW :: FEW]
        assert verdict([PLAIN, *others, each]) == told, "whoever was allowed before it"


def test_rules_between_fields_look_at_no_other_field_of_a_training() -> None:
    """A rule about another one would be judged by the wrong experiment."""
    seen: set[str] = set()

    class Watched:
        def __init__(self, training: Training) -> None:
            self._training = training

        def __getattr__(self, name: str) -> Any:
            seen.add(name)
            return getattr(self._training, name)

    for each in JOINED:
        watched: Any = Watched(each.training)
        told = rule_problems(msgspec.structs.replace(each, training=watched))
        assert told == rule_problems(each)
    assert seen == set(RULED)


def test_equal_parts_become_one_and_unlike_bytes_stay_apart() -> None:
    listed = [Experiment(data=Data(), network=Network((Dense(5),)), seed=seed) for seed in range(3)]
    first, *others = all_checked(listed)
    assert all(each.network is first.network and each.data is first.data for each in others)
    assert [each.seed for each in others] == [1, 2]
    assert all_checked([listed[0], listed[0]])[1] is listed[0]
    noughts = [Experiment(network=Network((Dropout(rate),))) for rate in (0.0, -0.0)]
    assert noughts[0] == noughts[1]
    made = all_checked(noughts)
    assert made[0].network is not made[1].network
    assert bytes_of(Training(l2=0.0)) != bytes_of(Training(l2=-0.0))
