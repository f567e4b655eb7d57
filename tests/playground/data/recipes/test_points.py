"""Every recipe's points: the same as ever, by their formulas, in their window, with the classes' shares."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from playground.data import DATASETS, Data, GeneratedData, Imperfections, make_dataset
from playground.data.generated import shared_counts
from playground.data.recipes.outlines import SIMPLE
from playground.data.recipes.recipe import GROUPS
from tests.cases import cases

DIGESTS: dict[str, str] = {
    "garments": "0d9b780f6e52bd3c",
    "distorted_digits": "2abf08d2ac59661a",
    "disc_and_ring": "8f432d4083ecb64d",
    "bullseye": "9b580410f4b4fe07",
    "rings": "67efb9bd03ee9522",
    "circle_in_square": "d7e3955b6cfd2546",
    "quadrants": "b3361826eb83e58c",
    "checkerboard": "0bb5a377f96bca25",
    "random": "beec78cacdf4d960",
    "twonorm": "71dc7a229f46e691",
    "threenorm": "07e40d61f2f9cace",
    "ringnorm": "4fb1ed0fd1294c7f",
    "round_and_tall": "055a98be13744623",
    "classification": "ed4e5310f75ea707",
    "cmu_spirals": "acb30beca8c6c3d2",
    "rough_spirals": "dad4f22428ccdfbb",
    "even_spirals": "adc014e2b4bffa6f",
    "open_spirals": "71a23cb8646410a7",
    "line_and_ring": "cdd9a076aeeeab44",
    "function": "916459c08c6cfada",
    "heart": "dfaf2a0e98c9b59f",
    "digit": "94cee880696fb60a",
    "thirteen": "3c80d52edfc76751",
    "concentric": "779ec9d7f00f7779",
    "quantiles": "d1c755bd70fe38c2",
    "random_blobs": "28883c6910263731",
    "varied_blobs": "d14284f1691d596d",
    "stretched_blobs": "b40103cebe765738",
    "normals": "3c9ba3c39b05a587",
    "three_spots": "164f1b231728f968",
    "corners": "24df7fe9826fb2b3",
    "spiral_arms": "984773dca82750bf",
    "pinwheel": "b7cab40ee7c3640a",
    "moon_chain": "f969d1f78c528ae4",
    "cassini": "b35e10f801431655",
    "smiley": "3f912bbc4a80ac08",
    "four_shapes": "c31e328b19424d1d",
    "two_hills": "1649d23350f294ff",
    "peak": "aea25dbbceca5147",
    "friedman": "0028ea51ebeb8229",
    "swiss_roll": "dd48011c903a93e9",
    "s_curve": "c649a92720373495",
    "x_sin_x": "a23e81d88a15ac70",
    "sine": "3c938e6cab8edc4c",
    "polynomial": "efcc14c898cc4fd1",
    "staircase": "cb5a1045736983aa",
    "runge": "6d12252864eb58b6",
}
"""Of sets that no run of the golden table is about. One that changes is a decision: files made before are about the
old points.
"""


def points_of(name: str, samples: int | None = None, seed: int = 0, **changes: object) -> tuple[np.ndarray, np.ndarray]:
    """(2, n) points and (n,) labels."""
    flaws = Imperfections(position_noise=changes.pop("noise", 0.0))  # type: ignore[arg-type]
    numbers = {} if samples is None else {"samples": samples}
    made = make_dataset(Data(GeneratedData(name, **numbers, **changes), 1.0, imperfections=flaws), seed)  # type: ignore[arg-type]
    return made.train_points, made.train_labels


def digest_of(name: str) -> str:
    points, labels = points_of(name, max(60, DATASETS[name].classes or 0), seed=5, noise=0.2)
    return hashlib.sha256(points.tobytes() + labels.tobytes()).hexdigest()[:16]


@cases("name", DIGESTS)
def test_the_same_points_on_every_machine(name: str) -> None:
    assert digest_of(name) == DIGESTS[name]


def test_there_are_many_of_every_group_and_each_names_where_it_is_from() -> None:
    assert len(DATASETS) >= 36
    groups = {group: [kind for kind in DATASETS.values() if kind.group == group] for group in GROUPS}
    assert all(len(kinds) >= 3 for kinds in groups.values())
    assert sum(kind.over_x for kind in DATASETS.values()) >= 3
    assert [kind.name for kind in DATASETS.values() if not kind.source or len(kind.source) > 70] == []
    assert len({kind.label for kind in DATASETS.values()}) == len(DATASETS)


@cases("name", DATASETS)
def test_clean_points_fill_the_window_and_classes_have_their_shares(name: str) -> None:
    kind = DATASETS[name]
    points, labels = points_of(name, 600 if not kind.whole else None)
    assert np.isfinite(points).all()
    assert np.isfinite(labels).all()
    if kind.image is None:
        reach = float(np.abs(points).max())
        assert 0.3 * kind.extent < reach <= 1.75 * kind.extent
        assert np.abs(points.mean(axis=1)).max() < 0.5 * kind.extent
        assert 0.15 * kind.extent < points.std() < 0.7 * kind.extent
    if kind.classes == 0:
        assert np.abs(labels).max() <= 1.25
        assert labels.std() > 0.15
    else:
        weights = np.array(kind.weights(kind.usual_classes))
        shares = np.bincount(labels.astype(int), minlength=weights.size) / labels.size
        assert shares == pytest.approx(weights / weights.sum(), abs=0.01)


def along(name: str, label: int, **changes: object) -> np.ndarray:
    """One class's points from the inside to the outside."""
    points, labels = points_of(name, **changes)  # type: ignore[arg-type]
    own = points[:, labels == label]
    return own[:, np.argsort(np.square(own).sum(axis=0))]


def test_cmu_spirals_are_the_194_points_of_the_benchmark() -> None:
    i = np.arange(96, -1, -1)
    radius, angle = 6.5 * (104 - i) / 104, i * np.pi / 16
    expected = np.stack([radius * np.sin(angle), radius * np.cos(angle)])
    assert np.allclose(along("cmu_spirals", 1), expected, atol=1e-6)
    assert np.allclose(along("cmu_spirals", 0), -expected, atol=1e-6)


def test_open_spirals_follow_mlbench() -> None:
    w = np.arange(1, 251) / 250
    expected = 5 * (2 * w + 1) / 3 * np.stack([np.cos(2 * np.pi * w), np.sin(2 * np.pi * w)])
    assert np.allclose(along("open_spirals", 1), expected, atol=1e-6)


def test_three_arms_stand_4_radians_apart_and_others_evenly() -> None:
    for classes, step in ((3, 4.0), (5, 2 * np.pi / 5)):
        points, labels = points_of("spiral_arms", 200 * classes, classes=classes, width=0.0)
        ends = [points[:, labels == arm][:, np.argmax(np.hypot(*points[:, labels == arm]))] for arm in range(classes)]
        angles = np.array([np.arctan2(x, y) for x, y in ends])
        apart = (np.diff(angles) - step) / (2 * np.pi)
        assert np.allclose(apart, np.round(apart), atol=1e-3)
        assert np.allclose([np.hypot(*end) for end in ends], 5.0, atol=1e-5)


def test_concentric_circles_have_the_ratio_between_them() -> None:
    points, labels = points_of("concentric", 400, classes=4, ratio=0.5)
    for label in range(4):
        assert np.allclose(np.hypot(*points[:, labels == label]), 4.5 * 0.5**label, atol=1e-5)


def test_the_thirteen_points_are_all_there_once() -> None:
    points, labels = points_of("thirteen")
    found = {(round(x, 4), round(y, 4), int(label)) for x, y, label in zip(*points, labels, strict=True)}
    assert found == {(x, y, label) for label, own in enumerate(SIMPLE) for x, y in own}
    assert labels.size == 13


RULES = {
    "rings": lambda x, y: np.floor(np.hypot(x, y) / 1.8) % 2,
    "circle_in_square": lambda x, y: (x * x + y * y > 50 / np.pi).astype(float),
    "quadrants": lambda x, y: (x * y >= 0).astype(float),
    "checkerboard": lambda x, y: (np.floor((x + 5) / 2.5) + np.floor((y + 5) / 2.5)) % 2,
    "heart": lambda x, y: ((x * x / 25 + y * y / 25 - 0.6) ** 3 < x * x * y**3 / 5**5).astype(float),
    "function": lambda x, y: (y > 2 * np.sin(x)).astype(float),
    "two_hills": lambda x, y: sum(np.exp(-((x - a) ** 2 + (y - a) ** 2) / 7.22) for a in (-1.8, 1.8)),
    "friedman": lambda x, y: np.sin(np.pi * (x + 6) / 12 * (y + 6) / 12),
    "peak": lambda x, y: np.exp(-(x * x + y * y) / 8),
    "sine": lambda x, y: np.sin(x),
    "x_sin_x": lambda x, y: x * np.sin(x) / 5,
    "polynomial": lambda x, y: 4 * (x / 6) ** 3 - 3 * x / 6,
    "staircase": lambda x, y: np.floor((x + 6) / 4) - 1,
    "runge": lambda x, y: 1 / (1 + 25 * (x / 6) ** 2),
}
"""Labels and targets as functions of the point, at the sets' own shapes."""


@cases("name", RULES)
def test_clean_labels_and_targets_follow_their_rule(name: str) -> None:
    points, labels = points_of(name, 400)
    expected = RULES[name](*points)
    if DATASETS[name].classes == 0:
        assert np.allclose(labels, expected, atol=2e-5)
    else:
        assert np.mean(labels == expected) >= 0.995, "but for points that rounding moved over the boundary"


@pytest.mark.parametrize("name", [kind.name for kind in DATASETS.values() if kind.over_x])
def test_over_x_the_other_coordinate_says_nothing(name: str) -> None:
    (x, y), target = points_of(name, 2000)
    assert abs(np.corrcoef(y, target)[0, 1]) < 0.08
    assert abs(np.corrcoef(y, x)[0, 1]) < 0.08
    assert y.std() == pytest.approx(np.abs(y).max() / np.sqrt(3), rel=0.05)


CLOUDS = {
    "gaussians": [(-2, -2, 0.5**0.5, 0.5**0.5), (2, 2, 0.5**0.5, 0.5**0.5)],
    "twonorm": [(2**0.5, 2**0.5, 1, 1), (-(2**0.5), -(2**0.5), 1, 1)],
    "ringnorm": [(0, 0, 2, 2), (0.5**0.5, 0.5**0.5, 1, 1)],
    "threenorm": [(0, 0, 3**0.5, 3**0.5), (2**0.5, -(2**0.5), 1, 1)],
    "round_and_tall": [(-2, 2, 1, 1), (2, -1, 0.5, 2)],
    "three_spots": [(-1.5, 2.5, 0.25, 0.25), (2.5, 1, 0.25, 0.25), (-0.5, -1.5, 0.25, 0.25)],
    "corners": [(-4, -4, 0.8, 0.8), (4, -4, 0.8, 0.8), (-4, 4, 0.8, 0.8), (4, 4, 0.8, 0.8)],
}
"""Mean and standard deviation along both axes of each class."""


@cases("name", CLOUDS)
def test_clouds_have_their_means_and_widths(name: str) -> None:
    points, labels = points_of(name, 6000)
    for label, (x, y, across, along_y) in enumerate(CLOUDS[name]):
        own = points[:, labels == label]
        assert own.mean(axis=1) == pytest.approx([x, y], abs=0.12)
        assert own.std(axis=1) == pytest.approx([across, along_y], rel=0.06)


def test_stretched_clouds_lean_as_asked() -> None:
    points, labels = points_of("stretched_blobs", 8000, classes=2, stretch=4.0, cloud_width=0.5, angle=30.0)
    values, directions = np.linalg.eigh(np.cov(points[:, labels == 0]))
    assert np.sqrt(values) == pytest.approx([0.5, 2.0], rel=0.05)
    across, up = directions[:, 1]
    assert np.degrees(np.arctan(up / across)) == pytest.approx(30.0, abs=1.5)


def test_points_are_noisier_by_the_stated_deviation() -> None:
    clean, _ = points_of("concentric", 4000)
    noisy, _ = points_of("concentric", 4000, noise=0.5)
    assert (noisy - clean).std() == pytest.approx(0.9, rel=0.03)


@pytest.mark.parametrize("weights", [(1.0,), (5.0, 8.0), (2.0, 2.0, 1.0), (1.0, 0.05, 0.05)])
def test_shared_counts_add_up_and_leave_no_class_empty(weights: tuple[float, ...]) -> None:
    for samples in (len(weights), 7, 13, 500):
        counts = shared_counts(samples, weights)
        assert sum(counts) == samples
        assert min(counts) >= 1
    assert shared_counts(13, (5.0, 8.0)) == (5, 8)
