"""More training points: drawn from the same law, and nobody else moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.data import Dataset, OwnPoints, make_dataset
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset, on_points
from playground.errors import InvalidExperiment
from playground.experiment.experiment import Experiment
from playground.run.session import Session

SMALL = with_changes(Experiment(), data__source__samples=100)


def both(extra: int = 300, **changes: Any) -> tuple[Dataset, Dataset]:
    """Without and with more points."""
    plain = with_changes(SMALL, **changes)
    more = with_changes(plain, data__extra_training=extra)
    return make_dataset(plain.data, plain.seed), make_dataset(more.data, more.seed)


FLAWS = {
    "data__imperfections__label_noise": 0.1, "data__imperfections__outliers": 0.1,
    "data__imperfections__duplicates": 0.2, "data__imperfections__test_shift": 1.0,
    "data__imperfections__irrelevant_features": 2, "data__imperfections__correlated_features": 1,
    "data__imperfections__leaked_target": True, "data__imperfections__position_noise": 0.2,
}  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"data__validation_share": 0.2, "data__stratified": True},
        {"data__source__name": "plane", "data__imperfections__label_noise": 0.2},
        FLAWS,
    ],
)
def test_only_training_grows_and_all_others_stay_to_the_last_bit(changes: dict[str, Any]) -> None:
    before, after = both(**changes)
    count = before.train_labels.size
    assert after.train_labels.size == count + 300
    assert np.array_equal(after.train_points[:, :count], before.train_points)
    assert np.array_equal(after.train_labels[:count], before.train_labels)
    for part in ("validation", "test"):
        for what in ("points", "labels"):
            name = f"{part}_{what}"
            assert getattr(after, name).tobytes() == getattr(before, name).tobytes(), name
    assert before.beside is not None
    assert after.beside is not None
    assert np.array_equal(after.beside.train[:, :count], before.beside.train)
    assert np.array_equal(after.beside.test, before.beside.test)
    assert after.beside.train.shape[1] == count + 300


def test_new_points_are_others_of_the_same_law() -> None:
    before, after = both(2000)
    new = after.train_points[:, before.train_labels.size :]
    assert (
        len({tuple(point) for point in new.T.tolist()} & {tuple(point) for point in before.train_points.T.tolist()})
        == 0
    )
    assert np.bincount(after.train_labels.astype(int)).tolist() == pytest.approx([1025, 1025], abs=60)
    radius = np.hypot(*new)
    inner = after.train_labels[before.train_labels.size :] == after.train_labels[radius.argmin() + 50]
    assert radius[inner].max() < radius[~inner].min(), "circles stay circles"
    assert (both(2000)[1].train_points == after.train_points).all()


def test_flaws_hit_the_new_points_as_the_others() -> None:
    before, after = both(2000, **FLAWS)
    for kind, share in (("label_noise", 0.1), ("outliers", 0.1)):
        old, new = (next(each for each in found.done if each.kind == kind) for found in (before, after))
        assert new.of == old.of + 2000
        assert new.count - old.count == pytest.approx(2000 * share, rel=0.2)
        assert new.indices.size == new.count
    assert {each.kind: each.count for each in after.done}["irrelevant_features"] == 2


def test_blank_cells_are_filled_by_what_all_training_points_say() -> None:
    blank = {"data__imperfections__missing": 0.2, "data__imperfections__imputer": "mean"}
    before, after = both(400, **blank)
    assert after.train_labels.size == before.train_labels.size + 400
    assert not np.isnan(after.train_points).any()
    same = (after.test_points == before.test_points).mean()
    assert 0.6 < same < 1.0, "known cells stay, filled ones follow the mean"
    dropped, more = both(400, data__imperfections__missing=0.2)
    assert 150 < more.train_labels.size - dropped.train_labels.size < 350
    assert np.array_equal(more.test_points, dropped.test_points)


@pytest.mark.parametrize(("name", "count"), [("digits", 1), ("blobs", 3), ("sine", 10)])
def test_a_few_points_of_any_set(name: str, count: int) -> None:
    plain = on_dataset(SMALL, name)
    more = with_changes(plain, data__extra_training=count)
    sizes = [make_dataset(each.data, each.seed).train_labels.size for each in (plain, more)]
    assert sizes[1] - sizes[0] == count


def test_where_it_cannot_be_it_is_refused_and_left_behind() -> None:
    more = with_changes(SMALL, data__extra_training=50)
    with pytest.raises(InvalidExperiment, match=r"data\.extra_training: this set is trained and tested on the same"):
        with_changes(more, data__source__name="thirteen")
    assert on_dataset(more, "thirteen").data.extra_training == 0
    assert on_dataset(more, "moons").data.extra_training == 50
    own = OwnPoints(np.random.default_rng(0).normal(size=(10, 2)), np.arange(10) % 2)
    assert on_points(more, own.source(2)).data.extra_training == 0
    with pytest.raises(InvalidExperiment, match="own points are as they are"):
        with_changes(on_points(SMALL, own.source(2)), data__extra_training=1)
    with pytest.raises(InvalidExperiment, match=r"20 ?000"):
        with_changes(SMALL, data__extra_training=20_001)


def test_a_run_takes_them_in_on_its_way_and_gives_them_back() -> None:
    session = Session(SMALL)
    session.advance(epochs=3)
    learned, test = session.state.parameters.copy(), session.metrics().test_loss
    session.apply(with_changes(SMALL, data__extra_training=350))
    assert np.array_equal(session.state.parameters, learned)
    assert session.metrics().test_loss == test
    assert session.steps_per_epoch == 40
    session.advance(epochs=2)
    session.apply(SMALL, back=True)
    assert session.steps_per_epoch == 5
