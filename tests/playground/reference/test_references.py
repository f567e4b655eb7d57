"""References: leave-one-out by formula is leave-one-out by hand, and the scores are what they say."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import make_dataset
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset
from playground.experiment.experiment import Experiment
from playground.reference import models
from playground.reference.references import MOST_SAMPLES, references_of

RNG = np.random.default_rng(3)
SAMPLES = RNG.normal(size=(30, 2))
TARGETS = np.column_stack([np.sin(SAMPLES[:, 0]) + SAMPLES[:, 1], SAMPLES[:, 0] > 0])
OTHERS = RNG.normal(size=(5, 2))


def dataset(name, **fields):
    fields = {f"data__{key}": value for key, value in fields.items()}
    return make_dataset(with_changes(on_dataset(Experiment(), name), **fields).data, 0)


def fits(samples, targets):
    """All models, in the same order whatever the samples."""
    apart = models.squared_distances(samples, samples)
    near, kernels = models.nearest(samples, targets, apart), models.kernel_ridge(samples, targets, apart)
    return [models.linear(samples, targets), *near, *kernels]


def test_leave_one_out_is_that_of_a_model_that_never_saw_the_sample():
    whole = fits(SAMPLES, TARGETS)
    for place in (0, 7, 29):
        rest = np.arange(30) != place
        for index, (model, without) in enumerate(zip(whole, fits(SAMPLES[rest], TARGETS[rest]), strict=True)):
            answer = without.predict(SAMPLES[place : place + 1])[0]
            # the kernel's constant is the mean of all samples, the left one too
            assert np.allclose(model.left_out[place], answer, atol=1e-6 if index < 4 else 0.08)


def test_nearest_neighbours_are_exact():
    apart = models.squared_distances(SAMPLES, SAMPLES)
    one = models.nearest(SAMPLES, TARGETS, apart)[0]
    for sample, answer in zip(OTHERS, one.predict(OTHERS), strict=True):
        assert np.array_equal(answer, TARGETS[((SAMPLES - sample) ** 2).sum(axis=1).argmin()])


@pytest.mark.parametrize(
    ("name", "linear", "best"), [("xor", 0.65, 0.97), ("circles", 0.65, 0.97), ("spirals", 0.7, 0.95)]
)
def test_a_line_cannot_and_neighbours_can(name, linear, best):
    found = references_of(dataset(name))
    assert found.named("linear").left_out < linear
    assert found.best.left_out > best
    assert found.best.held_out > best
    assert found.named("majority").left_out <= found.named("linear").left_out


def test_a_plane_is_a_line():
    found = references_of(dataset("plane"))
    assert not found.is_classification
    assert found.best.name == "linear"
    assert found.best.held_out < 1e-3
    assert found.named("majority").held_out == pytest.approx(dataset("plane").test_labels.std(), rel=0.05)


def test_scores_are_those_of_the_answers():
    data = dataset("moons", imperfections__position_noise=0.3)
    for each in references_of(data).all:
        assert np.mean(each.predict(data.test_points) == data.test_labels) == pytest.approx(each.held_out)


def test_many_samples_are_cut_and_few_give_none():
    assert references_of(dataset("circles", source__samples=2000)).samples == MOST_SAMPLES
    assert references_of(dataset("xor_points")) is None
    assert references_of(dataset("circles", train_share=1.0)).best.held_out is None


@pytest.mark.parametrize("name", ["bars", "shapes", "digits", "blobs", "multi_gaussian"])
def test_images_many_classes_and_hills(name):
    found = references_of(dataset(name, source__samples=300))
    sign = 1 if found.is_classification else -1
    assert sign * found.best.held_out > sign * found.named("majority").held_out


def test_held_out_samples_are_asked_only_when_somebody_wants_to_know() -> None:
    """The doctor's static facts go by left-out answers alone."""
    experiment = Experiment()
    found = references_of(make_dataset(experiment.data, experiment.seed))
    assert found is not None
    assert "held_out" not in vars(found.best)
    assert found.best.held_out == vars(found.best)["held_out"] == pytest.approx(1.0)
