"""Painted points as an experiment: the plane stays, the split stays, and what was painted is what is trained on."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from playground.data import Imperfections, OwnPoints, make_dataset
from playground.data.painting import Canvas, blank, relabelled, with_class, with_points, without
from playground.edits.changes import with_changes
from playground.edits.document import Document, actions_between
from playground.edits.on_dataset import on_dataset, on_points
from playground.edits.painting import PAINTED, canvas_of, on_canvas, why_no_canvas
from playground.errors import InvalidExperiment
from playground.experiment.experiment import Experiment, check_rules
from playground.numbers import spaced
from playground.run.session import Session
from tests.brushed import brushed
from tests.own_points import about, made


def two_clouds(seed: int = 0) -> Canvas:
    canvas = brushed(blank(2, 6.0), [(-2.0, 0.0), (-2.0, 2.0)], 0, 1.0, 20, 0.05, seed)
    return brushed(canvas, [(2.0, 0.0), (2.0, -2.0)], 1, 1.0, 20, 0.05, seed)


def parts(experiment: Experiment, own: OwnPoints) -> tuple[set[tuple[float, ...]], set[tuple[float, ...]]]:
    """The training and the test points."""
    dataset = make_dataset(experiment.data, experiment.seed, own)
    train, test = (
        {tuple(each) for each in points.T.tolist()} for points in (dataset.train_points, dataset.test_points)
    )
    return train, test


def test_what_is_painted_is_what_the_experiment_is_about() -> None:
    canvas = two_clouds()
    experiment, own = on_canvas(Experiment(), canvas)
    check_rules(experiment)
    assert experiment.source_kind.is_painted
    assert (experiment.source_kind.label, experiment.source_kind.columns) == (PAINTED, ("x", "y"))
    assert make_dataset(experiment.data, 0, own).extent == 6.0, "the plane does not follow the points"
    back = canvas_of(experiment, own)
    assert np.array_equal(back.points, canvas.points)
    assert np.array_equal(back.labels, canvas.labels)
    assert (back.classes, back.extent) == (2, 6.0)
    session = Session(experiment, points=own)
    session.advance(epochs=60)
    assert session.metrics().train_accuracy == 1.0


def test_points_beyond_their_plane_get_a_wider_one() -> None:
    experiment, own = on_canvas(Experiment(), with_points(blank(2, 1.0), np.array([(4.0, 0.0), (0.0, 0.0)]), 0))
    assert make_dataset(experiment.data, 0, own).extent >= 4.2


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_a_stroke_moves_hardly_a_point_from_one_part_to_the_other(share: float) -> None:
    canvas = two_clouds()
    base = with_changes(Experiment(), data__train_share=share)
    before, own = on_canvas(base, canvas)
    more, own_more = on_canvas(before, brushed(canvas, [(0.0, 4.0)], 1, 1.0, 20, 0.05, 9))
    (train, test), (train_after, test_after) = parts(before, own), parts(more, own_more)
    crossed = len(train & test_after) + len(test & train_after)
    assert crossed <= 8, "of eighty; drawn anew it would be forty"
    assert len(train_after) == int(own_more.samples * share), "and the share holds exactly"
    one, own_one = on_canvas(before, without(canvas, np.arange(canvas.count) == 7))
    train_one, test_one = parts(one, own_one)
    assert len(train & test_one) + len(test & train_one) <= 1
    other, own_other = on_canvas(before, relabelled(canvas, np.ones(canvas.count, np.bool_), 1))
    assert parts(other, own_other) == (train, test), "labels have no say"


def test_a_split_by_points_depends_on_the_seed_and_on_no_order() -> None:
    canvas = two_clouds()
    experiment, own = on_canvas(Experiment(), canvas)
    turned = Canvas(canvas.points[::-1], canvas.labels[::-1], 2, 6.0)
    assert parts(*on_canvas(Experiment(), turned)) == parts(experiment, own)
    assert parts(msgspec.structs.replace(experiment, seed=1), own) != parts(experiment, own)


def test_own_points_that_name_no_split_are_split_as_ever() -> None:
    own = made(2, 40)
    plain = about(own)
    assert (plain.data.source.split, plain.data.source.extent) == ("shuffled", None)  # type: ignore[union-attr]
    dataset = make_dataset(plain.data, 3, own)
    order = np.random.Generator(np.random.PCG64(np.random.SeedSequence([3, 4, 0]))).permutation(40)
    assert dataset.order is not None
    assert np.array_equal(dataset.order, order)


def test_a_set_of_the_gallery_is_painted_over_as_it_is_made_before_labels_are_spoiled() -> None:
    noisy = with_changes(Experiment(), data__imperfections__position_noise=0.2, data__train_share=0.7)
    spoiled = with_changes(noisy, data__imperfections__label_noise=0.3)
    clean = make_dataset(with_changes(spoiled, data__imperfections__label_noise=0.0).data, 0)
    canvas = canvas_of(spoiled, None)
    assert (canvas.count, canvas.class_count, canvas.extent) == (500, 2, clean.extent)
    assert np.array_equal(canvas.labels[: clean.train_labels.size], clean.train_labels)
    after, own = on_canvas(spoiled, canvas)
    flaws = after.data.imperfections
    assert (flaws.position_noise, flaws.label_noise) == (0.0, 0.3)
    assert after.data.train_share == 0.7
    assert (make_dataset(after.data, 0, own).train_labels != own.labels[:350]).any()


@pytest.mark.parametrize("stratified", [False, True])
def test_no_point_is_left_out_where_some_validate(stratified: bool) -> None:
    plain = Experiment()
    split = with_changes(plain, data__validation_share=0.3, data__stratified=stratified)
    assert np.array_equal(canvas_of(split, None).points, canvas_of(plain, None).points)
    assert canvas_of(split, None).count == plain.data.source.samples


def test_a_set_that_is_its_own_test_set_is_painted_over_once() -> None:
    whole = on_dataset(Experiment(), "xor_points")
    assert whole.source_kind.whole
    assert canvas_of(whole, None).count == whole.data.source.samples


def test_points_with_blank_cells_are_no_part_of_a_canvas() -> None:
    features = np.array([[1.0, np.nan], [2.0, np.nan], [3.0, 1.0], [2.0, 2.0], [np.nan, 1.0]])
    own = OwnPoints(features, [0, 1, 0, 1, 1])
    experiment = on_points(Experiment(), own.source(2))
    canvas = canvas_of(experiment, own)
    assert canvas.points.tolist() == [[3.0, 1.0], [2.0, 2.0]]
    assert canvas.labels.tolist() == [0.0, 1.0]
    after, left = on_canvas(experiment, without(canvas, np.array([True, False])))
    assert after.source_kind.missing == ()
    assert left.features.tolist() == [[2.0, 2.0]]


@pytest.mark.parametrize("name", ["spirals", "three_spirals", "plane"])
def test_classes_and_values_of_a_set_stay(name: str) -> None:
    experiment = on_dataset(Experiment(), name)
    canvas = canvas_of(experiment, None)
    after, own = on_canvas(experiment, canvas)
    assert after.task == experiment.task
    check_rules(after)
    assert np.array_equal(np.sort(own.labels), np.sort(canvas.labels))


def test_names_of_columns_and_classes_stay() -> None:
    own = made(2, 30, 2)
    experiment = on_points(Experiment(), own.source(("cat", "dog"), "Pets", ("height", "weight")))
    canvas = canvas_of(experiment, own)
    after, _ = on_canvas(experiment, with_class(canvas))
    assert after.source_kind.columns == ("height", "weight")
    assert after.source_kind.class_names == ("cat", "dog", "class 2")


def test_what_is_no_plane_or_too_much_is_no_canvas() -> None:
    assert why_no_canvas(Experiment()) == ""
    assert "of a plane" in why_no_canvas(on_dataset(Experiment(), "digits"))
    assert "of a plane" in why_no_canvas(about(made(3)))
    many = about(OwnPoints(np.zeros((20_001, 2)), np.arange(20_001) % 2))
    assert why_no_canvas(many) == f"Up to {spaced(20_000)} points can be painted over."


def test_an_empty_plane_makes_way_for_other_data_and_for_the_very_set_that_was_there() -> None:
    empty = Document(Experiment()).emptied()
    assert empty.blank
    assert empty != Document(Experiment())
    assert actions_between(Document(Experiment()), empty, back=False) == []
    assert empty.edited(with_changes(Experiment(), training__learning_rate=0.1)).blank
    assert empty.edited(msgspec.structs.replace(Experiment(), seed=5), run=1).blank, "a new seed is no new set"
    assert not empty.edited(Experiment(), run=1).blank
    assert not empty.edited(on_dataset(Experiment(), "moons"), run=1).blank
    experiment, own = on_canvas(Experiment(), two_clouds())
    painted = empty.edited(experiment, own, run=1)
    assert not painted.blank
    assert painted.run == 1
    assert painted.edited(experiment, own).run == 1


def test_one_point_can_be_an_experiment_and_a_class_may_wait_for_its_points() -> None:
    experiment, own = on_canvas(Experiment(), with_points(blank(2, 6.0), np.array([(1.0, 1.0)]), 0))
    session = Session(experiment, points=own)
    session.advance(epochs=3)
    assert np.isfinite(session.metrics().train_loss)
    assert session.dataset.test_labels.size == 0


def test_a_table_whose_columns_are_unlike_is_painted_over_in_the_window_that_is_shown() -> None:
    rng = np.random.default_rng(0)
    points = rng.random((40, 2)) * [1.0, 4.0] + [1.0, 3000.0]
    own = OwnPoints(points, np.arange(40) % 2)
    experiment = on_points(Experiment(), own.source(2))
    shown = make_dataset(experiment.data, 0, own).window
    canvas = canvas_of(experiment, own)
    assert shown is not None
    assert canvas.window == shown
    after, painted = on_canvas(experiment, with_points(canvas, np.array([[1.5, 3001.0]]), 1))
    check_rules(after)
    assert make_dataset(after.data, 0, painted).window == shown, "it stays as points come"
    assert canvas_of(after, painted).window == shown
    beyond = msgspec.structs.replace(after.data, imperfections=Imperfections(outliers=0.5))
    wider = make_dataset(beyond, 0, painted).window
    assert wider is not None
    assert wider != shown, "no outlier lies out of sight"
    square, _ = on_canvas(Experiment(), two_clouds())
    source = msgspec.structs.replace(square.data.source, window=(1.0, 0.0, 0.0, 1.0))
    bad = msgspec.structs.replace(square, data=msgspec.structs.replace(square.data, source=source))
    with pytest.raises(InvalidExperiment, match="left lies before right"):
        check_rules(bad)
