"""Central differences agree with the chain rule, for every kind of layer; where they cannot, the corner is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import playground as pg
from playground.anatomy.checking import Corner, Of
from tests.playground.anatomy.drawing import KINDS, experiment

WITHIN = 2e-8


@pytest.mark.parametrize("of", ["sample", "batch"])
@pytest.mark.parametrize("kind", KINDS)
def test_differences_agree_with_the_chain_rule(kind: str, of: Of) -> None:
    checked = 0
    for number in (KINDS.index(kind), KINDS.index(kind) + 55):
        step = pg.inside(pg.Session(experiment(number, batch_size=3), record=False))
        for layer in range(len(step.layout.slots)):
            check = step.check(layer, 0, of, parameters=_some(step, layer))
            if check is None:
                continue
            apart = np.abs(check.chain - check.differences)
            for each, corner in zip(apart, check.corners, strict=True):
                assert each <= WITHIN * max(1.0, float(np.abs(check.chain).max())) or corner is not None, (
                    number,
                    layer,
                )
            checked += len(apart)
    assert checked


def _some(step: pg.InsideStep, layer: int) -> list[int]:
    """A few of the first unit's weights, and its bias."""
    slot = step.layout.slots[layer]
    return [*range(slot.weights, min(slot.weights + 4, slot.biases)), slot.biases]


def test_all_of_a_units_parameters_are_checked_its_bias_last() -> None:
    step = pg.inside(pg.Session(pg.Experiment(), record=False))
    check = step.check(1, 1)
    assert check is not None
    assert check.parameters.tolist() == [16, 17, 18, 19, 21]
    assert check.worst < 1e-9
    assert step.check(2, 1) is None


@pytest.mark.parametrize(
    ("experiment", "parameters", "corner"),
    [
        ({"network__layers": (pg.Dense(1, "relu"),)}, (0.0, 0.0, 0.0, 1.0, 0.0), Corner("activation", 0, 0)),
        ({"network__layers": (), "training__loss": "hinge"}, (0.0, 0.0, 1.0), Corner("hinge", 0, 0)),
    ],
)
def test_a_corner_is_named(experiment: dict[str, Any], parameters: tuple[float, ...], corner: Corner) -> None:
    session = pg.Session(pg.with_changes(pg.Experiment(), training__batch_size=1, **experiment), record=False)
    right = 1 if corner.kind == "hinge" else None
    check = pg.inside(session, inputs=(0.5, 0.5), target=right, parameters=parameters).check(0, 0)
    assert check is not None
    assert check.corners == (corner,) * 3
    assert check.worst > 0.1


def test_a_window_of_equal_pixels_is_named() -> None:
    pooled = pg.with_changes(pg.on_dataset(pg.Experiment(), "bars"), training__batch_size=1,
                             network__layers=(pg.Conv2d(1, 1, activation="linear"), pg.MaxPool2d(2)))  # fmt: skip
    session = pg.Session(pooled, record=False)
    half = np.zeros(session.experiment.input_shape.units)
    half[::2] = 1.0
    check = pg.inside(session, inputs=half, parameters={0: 0.0}).check(0, 0)
    assert check is not None
    assert check.corners[0] == Corner("window", 1, 0)
    assert check.corners[1] is None
