"""Curves of functions: an activation's is what a network of one unit computes."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.figures.function_curves import activation_curve, curve_named
from playground.run.session import Session
from tests.cases import cases


@cases("name", ACTIVATIONS)
def test_an_activation_is_drawn_as_it_is_computed(name: str) -> None:
    z, drawn = activation_curve(name)
    experiment = Experiment(network=Network((Dense(1, name),)))  # type: ignore[arg-type]
    training = msgspec.structs.replace(experiment.training, loss="hinge", precision="float64")
    session = Session(msgspec.structs.replace(experiment, training=training))
    for index, value in enumerate((1.0, 0.0, 0.0, 1.0, 0.0)):
        session.set_parameter(index, value)
    computed = session.predict(np.stack([z, np.zeros_like(z)], axis=1)).T
    np.testing.assert_allclose(np.ravel(computed), drawn, atol=1e-6)


def test_an_unknown_picture_is_an_error() -> None:
    with pytest.raises(KeyError):
        curve_named("activation:none")
