"""The laws that points follow, and the best possible accuracy: against closed forms and large samples."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import DATASETS, GeneratedData, kind_of
from playground.data.recipes.law import Cloud, Law, of_clouds
from playground.data.recipes.recipe import Shape

KNOWN = [kind.name for kind in DATASETS.values() if kind.law is not None]
FEW = ["gaussians", "xor", "circles", "spirals", "cassini", "pinwheel", "stretched_blobs", "function"]


def agreement(name: str, noise: float, samples: int, seeds: int, **changes: object) -> tuple[float, float]:
    """The best possible accuracy as it is told, and the accuracy of the best answers on a large sample."""
    kind = kind_of(GeneratedData(name, samples=samples, **changes))  # type: ignore[arg-type]
    assert kind.law is not None
    assert kind.best_accuracy is not None
    assert kind.draw is not None
    law, told = kind.law(noise, 0.0), kind.best_accuracy(noise)
    assert law is not None
    assert told is not None
    right = [
        np.mean(law.decide(points) == labels)
        for points, labels in (kind.draw(each, noise, 0.0) for each in range(seeds))
    ]
    return told, float(np.mean(right))


@pytest.mark.parametrize("name", FEW)
def test_the_best_answers_are_right_as_often_as_is_told(name: str) -> None:
    told, found = agreement(name, 0.3, 20_000, 1)
    assert found == pytest.approx(told, abs=0.012)


@pytest.mark.long
@pytest.mark.parametrize("noise", [0.0, 0.1, 0.3, 0.7])
@pytest.mark.parametrize("name", KNOWN)
def test_a_hundred_thousand_samples_agree_with_every_law(name: str, noise: float) -> None:
    told, found = agreement(name, noise, 20_000, 5)
    if noise == 0 and DATASETS[name].separable:
        assert told == 1.0
        assert found > 0.96, "told apart by cells of the grid"
    else:
        assert found == pytest.approx(told, abs=0.006)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in KNOWN if DATASETS[name].classes is None])
@pytest.mark.parametrize("classes", [2, 5, 8])
def test_the_same_for_any_number_of_classes(name: str, classes: int) -> None:
    told, found = agreement(name, 0.3, 20_000, 5, classes=classes)
    assert found == pytest.approx(told, abs=0.007)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in KNOWN if DATASETS[name].parameters])
def test_the_same_at_both_ends_of_every_parameter(name: str) -> None:
    for parameter in DATASETS[name].parameters:
        for end in (parameter.low, parameter.high):
            value = int(end) if parameter.integer else end
            told, found = agreement(name, 0.3, 20_000, 3, **{parameter.name: value})
            assert found == pytest.approx(told, abs=0.01), (parameter.name, value)


@pytest.mark.parametrize("noise", [0.1, 0.3, 0.5])
def test_grids_agree_with_closed_forms(noise: float) -> None:
    for name in ("gaussians", "xor", "circles"):
        kind = DATASETS[name]
        shape = Shape(kind.own_shape)
        law = kind.law_of(2, noise, shape)
        assert law is not None
        assert law.best_accuracy == pytest.approx(kind.limit(2, noise, shape), abs=0.004)


def test_tensorflow_playgrounds_noise_50() -> None:
    for name, best in (("gaussians", 0.921), ("xor", 0.825), ("circles", 0.770)):
        kind = DATASETS[name]
        assert kind.limit(2, 0.5, Shape(kind.own_shape)) == pytest.approx(best, abs=0.003)


def test_parameters_count_in_the_limit() -> None:
    def limit(**shape: float) -> float | None:
        best = kind_of(GeneratedData("gaussians", **shape)).best_accuracy  # type: ignore[arg-type]
        assert best is not None
        return best(0.0)

    assert limit(cloud_width=2.0) == pytest.approx(0.9214, abs=1e-4), "one minus Φ(−√2)"
    assert limit() == pytest.approx(1.0, abs=1e-4)


def test_unknown_where_the_law_is_drawn_too_and_for_targets() -> None:
    for name in ("random_blobs", "classification"):
        best = kind_of(GeneratedData(name)).best_accuracy  # type: ignore[arg-type]
        assert best is not None
        assert best(0.2) is None
    assert kind_of(GeneratedData("plane")).best_accuracy is None
    random = kind_of(GeneratedData("random")).best_accuracy
    assert random is not None
    assert random(0.0) == 0.5


# -- the best answers ------------------------------------------------------------------------------------------------


def answers(name: str, noise: float, points: list[tuple[float, float]], imbalance: float = 0.0) -> list[int]:
    kind = kind_of(GeneratedData(name))  # type: ignore[arg-type]
    assert kind.law is not None
    law = kind.law(noise, imbalance)
    assert law is not None
    return law.decide(np.array(points).T).tolist()


def test_the_best_answer_of_two_clouds_is_the_nearer_one() -> None:
    assert answers("gaussians", 0.3, [(-1, -0.9), (1, 1.1), (3, -2.8), (3, -3.2)]) == [0, 1, 1, 0]


def test_the_best_boundary_of_noisy_circles_shrinks() -> None:
    assert answers("circles", 0.1, [(0, 0), (2.2, 0), (4, 0)]) == [1, 1, 0]
    assert answers("circles", 0.5, [(0, 0), (2.2, 0), (4, 0)]) == [1, 0, 0]


def test_a_rare_class_loses_ground() -> None:
    assert answers("gaussians", 0.5, [(0.3, 0.3)]) == [1]
    assert answers("gaussians", 0.5, [(0.3, 0.3)], imbalance=0.9) == [0]


def test_where_no_point_ever_falls_there_is_no_best_answer() -> None:
    assert answers("xor", 0.2, [(2, 2), (0.0, 3), (30, 30)]) == [1, -1, -1]


def test_masses_of_clouds_are_all_there() -> None:
    law = of_clouds([Cloud(0, (0, 0), (1, 1)), Cloud(1, (2, 0), (0.5, 2), 0.3)], (1.0, 3.0), 0.2)
    assert isinstance(law, Law)
    assert law.masses.sum(axis=(1, 2)) == pytest.approx([0.25, 0.75])
