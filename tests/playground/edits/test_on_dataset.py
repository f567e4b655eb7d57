"""An experiment on another data set: what goes along, and what stays."""

from __future__ import annotations

import pytest

from playground.data import DATASETS
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset, removed_kinds, with_classes
from playground.experiment.experiment import Experiment, checked
from playground.experiment.layers import Conv2d, Dense, Flatten, MaxPool2d, Residual
from playground.experiment.network import Network


def on(name: str, **changes: object) -> Experiment:
    return with_changes(on_dataset(Experiment(), name), **changes)


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("other", DATASETS)
def test_every_way_from_set_to_set_is_valid(name: str, other: str) -> None:
    moved = on_dataset(on(name), other)
    assert checked(moved) == moved
    assert moved.data.source.name == other
    assert moved.network == Experiment().network


def test_layers_that_need_an_image_go_and_the_others_stay() -> None:
    layers = (Conv2d(), MaxPool2d(), Conv2d(kernel=1), Flatten(), Dense(6), Residual(1), Dense(3))
    before = on("digits", network=Network(layers))
    after = checked(on_dataset(before, "spirals"))
    assert after.network.layers == (Flatten(), Dense(6), Residual(1), Dense(3))
    assert [kind.kind for kind in removed_kinds(before.network, after.network)] == ["conv2d", "max_pool2d"]
    assert on_dataset(before, "shapes").network is before.network
    assert removed_kinds(before.network, before.network) == []


def test_a_residual_over_what_has_gone_does_not_make_it_invalid() -> None:
    before = on("digits", network=Network((Conv2d(), Residual(1), Dense(3))))
    assert checked(on_dataset(before, "circles")).network.layers == (Dense(3),)


def test_settings_that_need_a_cross_entropy_of_two_classes_go() -> None:
    before = on("bars", training__loss="binary_cross_entropy", training__class_weights=(1.0, 2.0))
    after = on_dataset(before, "digits")
    assert (after.training.loss, after.training.class_weights) == ("auto", None)
    assert checked(after) == after


def test_samples_follow_the_usual_number_and_never_leave_a_class_empty() -> None:
    few = on("circles", data__source__samples=5)
    assert on_dataset(few, "bars").data.source.samples == 5
    assert on_dataset(few, "digits").data.source.samples == 1000
    fewer = on("shapes", data__source__samples=4)
    assert on_dataset(fewer, "digits").data.source.samples == 10
    assert with_classes(on("blobs", data__source__samples=4), 7).data.source.samples == 7
