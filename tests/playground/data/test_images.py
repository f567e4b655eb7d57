"""The image sets: what is drawn, what jitters, what noise adds, and that it can be learned."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from playground.data import DATASETS, Data, Dataset, GeneratedData, Imperfections, make_dataset
from playground.data.features import FeatureTransform
from playground.data.recipes import drawing, images
from playground.data.task import MAX_CLASSES
from tests.cases import cases

IMAGES = [name for name, kind in DATASETS.items() if kind.image is not None]


def made(name: str, samples: int = 500, seed: int = 0, share: float = 0.5, **flaws: float) -> Dataset:
    return make_dataset(Data(GeneratedData(name, samples), share, imperfections=Imperfections(**flaws)), seed)


def test_there_are_five_and_the_points_of_the_plane_are_none() -> None:
    assert IMAGES == ["bars", "shapes", "digits", "distorted_digits", "garments"]
    assert made("circles").image is None
    assert made("circles").train_points.shape[0] == 2
    assert max(kind.classes or 0 for kind in DATASETS.values()) == MAX_CLASSES


@cases("name", IMAGES)
@cases("noise", [0.0, 0.4, 1.0])
def test_an_image_is_64_pixels_between_paper_and_ink(name: str, noise: float) -> None:
    found = made(name, 300, position_noise=noise)
    assert found.image == (1, 8, 8)
    assert found.train_points.shape == (64, 150)
    for pixels in (found.train_points, found.test_points):
        assert pixels.min() >= 0.0
        assert pixels.max() <= 1.0
        assert np.array_equal(np.round(pixels * 2**20), pixels * 2**20)
    inked = found.train_points.sum(axis=0)
    assert inked.min() > 3.0
    assert inked.max() < 58.0


@pytest.mark.parametrize("name", IMAGES)
def test_every_class_has_a_name_of_its_own(name: str) -> None:
    found = made(name)
    names = [found.class_name(index) for index in range(found.task.classes)]
    assert len(set(names)) == found.task.classes == len(found.class_names)


def test_classes_without_names_are_numbered() -> None:
    assert made("blobs").class_name(2) == "class 2"
    assert made("shapes").class_name(3) == "cross"


def test_row_0_of_an_image_is_its_top() -> None:
    """A digit 7 has its bar at the top; a triangle its base at the bottom."""
    sevens, triangles = made("digits", 600), made("shapes", 400)
    rows = sevens.train_points[:, sevens.train_labels == 7].reshape(8, 8, -1).sum(axis=(1, 2))
    assert rows[:3].sum() > 1.3 * rows[5:].sum()
    below = triangles.train_points[:, triangles.train_labels == 2].reshape(8, 8, -1)
    widest = below.sum(axis=1).argmax(axis=0)
    highest = (below.max(axis=1) > 0.5).argmax(axis=0)
    assert np.mean(widest - highest) > 1.5


def test_bars_lie_and_stand() -> None:
    found = made("bars", 1000)
    pictures = found.train_points.reshape(8, 8, -1)
    fullest_row, fullest_column = pictures.sum(axis=1).max(axis=0), pictures.sum(axis=0).max(axis=0)
    assert np.array_equal(fullest_row < fullest_column, found.train_labels == 1)


@pytest.mark.parametrize("name", IMAGES)
def test_no_two_images_are_alike_and_noise_changes_them_but_not_their_labels(name: str) -> None:
    clean, noisy = made(name, 400), made(name, 400, position_noise=0.5)
    assert len(np.unique(clean.train_points, axis=1).T) == clean.train_labels.size
    assert np.array_equal(clean.train_labels, noisy.train_labels)
    away = np.abs(clean.train_points - noisy.train_points)
    assert 0.05 < away.mean() < 0.35
    paper = (clean.train_points == 0).all(axis=1)
    if paper.any():
        assert noisy.train_points[paper].max() > 0


def drawn(**shape: float) -> np.ndarray:
    """The images (8, 8, n) of distorted digits of a shape."""
    found = make_dataset(Data(GeneratedData("distorted_digits", 400, **shape), 1.0), 0)  # type: ignore[arg-type]
    return found.train_points.reshape(8, 8, -1)


def test_a_broader_pen_leaves_more_ink_and_distortion_makes_a_class_less_alike() -> None:
    assert drawn(width=2.0).sum() > 1.4 * drawn(width=0.8).sum()
    labels = make_dataset(Data(GeneratedData("distorted_digits", 400), 1.0), 0).train_labels
    straight = {"angle": 0.0, "slant": 0.0, "bend": 0.0}

    def spread(**shape: float) -> float:
        pictures = drawn(**shape)
        return float(np.mean([pictures[:, :, labels == digit].std(axis=2).mean() for digit in range(10)]))

    least = spread(**straight)
    for name, most in (("angle", 45.0), ("slant", 0.8), ("bend", 2.0)):
        assert spread(**{**straight, name: most}) > 1.1 * least


def test_of_distorted_digits_no_best_accuracy_is_claimed() -> None:
    """A 6 that is turned by a right angle is a 9 turned the other way."""
    assert make_dataset(Data(GeneratedData("distorted_digits", angle=90.0)), 0).best_accuracy is None
    assert made("garments").best_accuracy is None
    assert made("digits").best_accuracy == 1.0


def test_garments_are_what_they_are_called() -> None:
    """Trousers have paper between the legs, a dress is widest below, a boot has its toe to the right."""
    found = made("garments", 400)
    mean = {found.class_name(each): found.train_points[:, found.train_labels == each].mean(axis=1).reshape(8, 8)
            for each in range(10)}  # fmt: skip
    legs, dress, boot = mean["trousers"][6], mean["dress"], mean["ankle boot"]
    assert legs[3:5].mean() < 0.6 * max(legs[2], legs[5])
    assert dress[6].sum() > 1.5 * dress[3].sum()
    assert boot[6, 5] > 2 * boot[2, 5]


def test_speckle_is_nearly_normal_with_the_stated_deviation() -> None:
    grey = np.full((64, 4000), 0.5)
    noise = images._speckled(grey, np.random.Generator(np.random.PCG64(3)), 0.3) - 0.5
    assert noise.std() == pytest.approx(images.SPECKLE * 0.3, rel=0.01)
    assert abs(noise.mean()) < 1e-3
    assert np.mean(np.abs(noise) < noise.std()) == pytest.approx(0.683, abs=0.02)


@pytest.mark.parametrize(
    ("name", "least"),
    [("bars", 1.0), ("shapes", 0.95), ("digits", 0.98), ("distorted_digits", 0.97), ("garments", 0.97)],
)
def test_the_nearest_class_mean_or_neighbour_knows_most_of_them(name: str, least: float) -> None:
    found = made(name, 2000)
    train, test = found.train_points.T, found.test_points.T
    distance = (train**2).sum(axis=1)[None, :] - 2.0 * test @ train.T
    right = found.train_labels[distance.argmin(axis=1)] == found.test_labels
    assert right.mean() >= least


def test_an_anti_aliased_edge_covers_pixels_by_share() -> None:
    x, y = drawing.pixel_centres()
    half = drawing.ink(drawing.box(x - 4.0, y - 4.0, np.array([2.5]), np.array([10.0])))
    assert half.reshape(8, 8)[0].tolist() == [0, 0.5, 1, 1, 1, 1, 0.5, 0]
    assert half.sum() == pytest.approx(40.0)


def test_a_stroke_is_as_far_as_its_nearest_segment() -> None:
    corners = (np.array([[1.0], [5.0], [5.0]]), np.array([[2.0], [2.0], [6.0]]))
    x, y = np.array([[3.0], [0.0], [6.0], [5.0]]), np.array([[3.0], [2.0], [4.0], [8.0]])
    assert drawing.strokes(x, y, [corners]).ravel().tolist() == [1.0, 1.0, 1.0, 2.0]


def test_pixels_can_be_scaled_and_constant_ones_stay_finite() -> None:
    found = made("digits", 400)
    pixels = found.train_points
    assert np.array_equal(FeatureTransform.fit(None, "none", pixels)(pixels), pixels)
    standard = FeatureTransform.fit(None, "standardize", pixels)(pixels)
    varied = pixels.std(axis=1) > 1e-3
    assert np.allclose(standard.mean(axis=1)[varied], 0, atol=1e-3)
    assert np.allclose(standard.std(axis=1)[varied], 1, atol=1e-2)
    unit = FeatureTransform.fit(None, "min_max", pixels)(pixels)
    assert np.allclose(unit.min(axis=1)[varied], -1, atol=1e-4)
    flat = np.zeros((64, 5))
    for scaling in ("none", "standardize", "min_max"):
        assert np.array_equal(FeatureTransform.fit(None, scaling, flat)(flat), flat)


DIGESTS = {
    "bars": "3059628ff336c3b1",
    "shapes": "78ea5537e2fac3a3",
    "digits": "f75c965cb3b052ac",
    "distorted_digits": "414a9328cc88498e",
    "garments": "bb0064d7abeeb993",
}


@pytest.mark.parametrize("name", IMAGES)
def test_the_same_pixels_on_every_machine(name: str) -> None:
    """A digest that changes is a decision: files made before keep their own points."""
    found = made(name, 200, seed=5, position_noise=0.3)
    assert hashlib.sha256(found.train_points.tobytes()).hexdigest()[:16] == DIGESTS[name]
