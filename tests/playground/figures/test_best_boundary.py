"""The best boundary as lines: where it lies, for laws whose boundary is known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import GeneratedData, make_dataset
from playground.data.section import PlaneWish
from playground.edits.on_dataset import on_dataset
from playground.experiment.experiment import Experiment
from playground.figures.best_boundary import FEWER_CELLS, answered_boundary, best_boundary
from playground.figures.ground import on_section, plane_of
from playground.reference.references import references_of
from playground.run.session import Session
from playground.run.snapshot import Demand
from tests.own_points import about, made


def middles(name: str, noise: float, imbalance: float = 0.0, **shape: object) -> np.ndarray:
    """(2, n) the middles of the short lines."""
    lines = best_boundary(GeneratedData(name, **shape), noise, imbalance, 6.0)  # type: ignore[arg-type]
    assert lines is not None
    assert lines.shape[1:] == (2, 2)
    assert np.hypot(*(lines[:, 1] - lines[:, 0]).T).max(initial=0.0) <= 12.0 / 160 * np.sqrt(2) + 1e-9, (
        "short: within one cell"
    )
    return lines.mean(axis=1).T


def test_between_two_equal_clouds_it_is_the_line_half_way() -> None:
    x, y = middles("gaussians", 0.3)
    assert np.abs(x + y).max() < 0.05
    assert x.min() < -4
    assert x.max() > 4


def test_a_rarer_class_has_less_ground() -> None:
    x, y = middles("gaussians", 0.3, imbalance=0.9)
    assert np.median(x + y) == pytest.approx(np.log(10) * (0.5 + 7 * 0.3) / 4, abs=0.1)


def test_around_a_narrow_cloud_it_is_a_circle() -> None:
    x, y = middles("ringnorm", 0.0)
    centre = 4 / 3 * 0.5**0.5
    radius = np.hypot(x - centre, y - centre)
    assert radius.std() < 0.03
    assert radius.mean() == pytest.approx(np.sqrt(8 / 3 * np.log(4) + 4 / 9), abs=0.05)


def test_three_clouds_meet_in_three_rays() -> None:
    x, y = middles("blobs", 0.2, classes=3)
    far = np.hypot(x, y) > 1.0
    turns = np.round(np.degrees(np.arctan2(x[far], y[far])) % 360, -1)
    assert set(np.unique(turns)) <= {0.0, 120.0, 240.0, 360.0}


def test_chessboards_have_it_between_their_fields() -> None:
    x, y = middles("checkerboard", 0.1)
    inside = np.abs(np.stack([x, y])).max(axis=0) < 4.5
    from_sides = np.minimum(*(np.abs(each[inside] / 2.5 - np.round(each[inside] / 2.5)) * 2.5 for each in (x, y)))
    assert np.median(from_sides) < 0.05


def test_where_points_of_no_class_fall_there_is_none() -> None:
    x, y = middles("xor", 0.02)
    assert x.size == 0, "labels never flip, and the squares do not touch"
    assert y.size == 0


@pytest.mark.parametrize("name", ["plane", "digits", "random_blobs", "random"])
def test_none_where_the_law_is_not_known(name: str) -> None:
    assert best_boundary(GeneratedData(name), 0.1, 0.0, 6.0) is None  # type: ignore[arg-type]


def test_where_no_law_is_known_a_simple_model_has_a_boundary() -> None:
    data = make_dataset(on_dataset(Experiment(), "moons").data, 0)
    references = references_of(data)
    assert references is not None
    lines = answered_boundary(references.best, plane_of(data.extent))
    middles = lines.mean(axis=1)
    step = 2.0 * data.extent / FEWER_CELLS
    along = np.where(np.diff(lines, axis=1)[:, 0] == 0.0, step / 2.0, 0.0)
    before, after = (references.best.predict((middles + sign * along).T) for sign in (-1.0, 1.0))
    assert len(lines) > 20
    assert np.all(before != after)


def test_a_simple_model_has_a_boundary_on_a_section() -> None:
    own = made(3, 60)
    run = Session(about(own), points=own)
    found = run.snapshot(Demand(cut=PlaneWish("x2", "x1"))).section
    references = references_of(run.dataset)
    assert references is not None
    assert found is not None
    ground = on_section(found)
    lines = answered_boundary(references.best, ground)
    assert np.abs((lines - ground.middle) / ground.half).max() <= 1.0 + 1e-9
    step = 2.0 * np.array(ground.half) / FEWER_CELLS
    along = np.where(np.diff(lines, axis=1)[:, 0] == 0.0, step / 2.0, 0.0)
    sides = (ground.samples((lines.mean(axis=1) + sign * along).T) for sign in (-1.0, 1.0))
    before, after = (references.best.predict(each) for each in sides)
    assert len(lines) > 20
    assert np.all(before != after)
