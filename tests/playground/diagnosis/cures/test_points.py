from __future__ import annotations

from typing import Any

import numpy as np

import playground as pg
from playground.data import make_dataset
from playground.diagnosis.cures.measures import measure_of
from playground.diagnosis.cures.points import Ground, Grounds
from playground.diagnosis.cures.verifying import try_cures
from playground.diagnosis.signals.finding import RuleName
from playground.diagnosis.signals.plan import Plan
from playground.run.checkpoint import Checkpoint
from tests.cases import cases
from tests.own_points import about, made
from tests.playground.diagnosis.cures.cases import SMALL, every_kind, finding

KINDS = every_kind()


def ground(experiment: pg.Experiment, rule: RuleName = "plateau", points: pg.OwnPoints | None = None,
           inputs: tuple[int, ...] = ()) -> Ground:  # fmt: skip
    dataset = make_dataset(experiment.data, experiment.seed, points)
    return Grounds(Checkpoint(experiment, dataset=dataset, points=points), finding(rule, inputs)).of(experiment)


def columns(points: np.ndarray) -> set[bytes]:
    return {each.tobytes() for each in np.ascontiguousarray(points.T)}


def test_fresh_points_judge_where_the_law_is_known() -> None:
    own, found = make_dataset(SMALL.data, SMALL.seed), ground(SMALL).dataset
    assert (found.train_points == own.train_points).all()
    assert (found.validation_points == own.test_points).all()
    assert found.test_labels.size >= 1000
    assert not columns(found.test_points) & (columns(own.train_points) | columns(own.test_points))


def test_of_own_points_one_half_chooses_and_the_other_judges() -> None:
    points = made(3, 100, 2)
    experiment = about(points)
    own, found = make_dataset(experiment.data, 0, points), ground(experiment, points=points).dataset
    choosing, judging = columns(found.validation_points), columns(found.test_points)
    assert (len(choosing), len(judging)) == (25, 25)
    assert not choosing & judging
    assert choosing | judging == columns(own.test_points)


def test_a_handful_of_held_out_points_judges_and_training_points_choose() -> None:
    points = made(2, 30, 2)
    found = ground(about(points), points=points).dataset
    assert (found.validation_labels.size, found.test_labels.size) == (15, 15)
    assert (found.validation_points == found.train_points).all()


def test_a_sealed_test_set_is_not_looked_at() -> None:
    points = made(2, 200, 2)
    experiment = about(points, data__validation_share=0.3, data__test_sealed=True)
    own, found = make_dataset(experiment.data, 0, points), ground(experiment, points=points)
    assert not (columns(found.dataset.validation_points) | columns(found.dataset.test_points)) & columns(
        own.test_points
    )
    assert not found.experiment.data.test_sealed


def alike(
    experiment: pg.Experiment, rule: RuleName, points: pg.OwnPoints | None = None, **changes: Any
) -> tuple[Ground, Ground]:
    """The grounds without and with a cure."""
    dataset = make_dataset(experiment.data, experiment.seed, points)
    found = Grounds(Checkpoint(experiment, dataset=dataset, points=points), finding(rule)).alike(
        pg.with_changes(experiment, **changes)
    )
    assert found is not None
    return found


@cases("own", ["drop", "mean", "indicator"])
@cases("other", ["drop", "mean", "median", "indicator", "clean"])
def test_cures_of_blank_cells_are_judged_on_the_samples_of_the_run(own: str, other: str) -> None:
    flaws = pg.Imperfections(missing=0.2, imputer=own)  # type: ignore[arg-type]
    blank = pg.with_changes(pg.on_dataset(SMALL, "gaussians"), data__imperfections=flaws)
    wish = {"missing": 0.0} if other == "clean" else {"imputer": other}
    cure = pg.with_changes(blank, **{f"data__imperfections__{path}": value for path, value in wish.items()})
    if cure == blank:
        return
    before, after = alike(
        blank, "missing_values", **{f"data__imperfections__{path}": value for path, value in wish.items()}
    )
    one, two = before.dataset, after.dataset
    assert one.test_labels.tolist() == two.test_labels.tolist()
    same = (one.test_points == two.test_points).all(axis=0)
    if {own, other} & {"drop", "clean"}:
        assert same.all(), "samples without a blank cell"
        assert one.test_labels.size > 300
    else:
        assert one.test_labels.size >= 900
        assert (one.test_points == two.test_points).mean() > 0.7
    assert one.train_labels.size == make_dataset(blank.data, blank.seed).train_labels.size


def test_of_own_points_both_are_judged_on_points_that_neither_trains_on() -> None:
    points = made(2, 200, 2)
    experiment = about(points)
    before, after = alike(experiment, "shifted_test", points, data__source__split="by_point")
    one, two = before.dataset, after.dataset
    assert one.test_points.tobytes() == two.test_points.tobytes()
    assert one.test_labels.size >= 10
    assert not columns(one.test_points) & (columns(one.train_points) | columns(two.train_points))
    assert not columns(one.test_points) & (columns(one.validation_points) | columns(two.validation_points))


def test_a_shifted_test_set_is_judged_by_how_far_it_is_from_fresh_samples() -> None:
    shifted = pg.with_changes(pg.on_dataset(SMALL, "gaussians"), data__imperfections__test_shift=3.0)
    clean = pg.with_changes(shifted, data__imperfections__test_shift=0.0)
    dataset = make_dataset(shifted.data, shifted.seed)
    grounds = Grounds(Checkpoint(shifted, dataset=dataset), finding("shifted_test"))
    one, two = grounds.of(shifted).dataset, grounds.of(clean).dataset
    assert one.test_points.tobytes() == two.test_points.tobytes()
    assert (one.validation_points != two.validation_points).any()
    assert measure_of("shifted_test", shifted) == "misjudged"
    results = try_cures(Checkpoint(shifted, dataset=dataset), finding("shifted_test"), Plan(60, "asked"))
    told = {each.cure.name: each for each in results}
    assert told["clean_data"].verdict == "helped"
    assert all(pair.treated < 0.05 < pair.without for pair in told["clean_data"].pairs)
    assert told["stratified"].verdict == "no_help"


def test_runs_without_a_cure_of_blank_cells_are_the_same_runs_for_each() -> None:
    """Only what they are judged on follows the cure."""
    flaws = pg.Imperfections(missing=0.3, imputer="mean")
    blank = pg.with_changes(pg.on_dataset(SMALL, "gaussians"), data__imperfections=flaws)
    start = Checkpoint(blank, dataset=make_dataset(blank.data, blank.seed))
    results = {each.cure.name: each for each in try_cures(start, finding("missing_values"), Plan(4, "asked"))}
    assert set(results) == {"fill_indicator", "fill_median", "fill_drop", "clean_data"}
    (first, *others) = [[pair.run_without for pair in each.pairs] for each in results.values()]
    for other in others:
        assert [one.parameters.tobytes() for one in other] == [one.parameters.tobytes() for one in first]
    asked = [tuple(pair.without for pair in results[name].pairs) for name in ("fill_drop", "fill_indicator")]
    assert asked[0] != asked[1], "complete rows there, all rows here"


def test_where_a_class_is_rare_all_count_alike() -> None:
    rare = pg.with_changes(pg.on_dataset(SMALL, "gaussians"), data__imperfections=pg.Imperfections(imbalance=0.9))
    counts = np.bincount(ground(rare, "imbalance").dataset.test_labels.astype(int))
    assert counts[0] == counts[1]
    plain = np.bincount(ground(rare, "plateau").dataset.test_labels.astype(int))
    assert plain[0] > 3 * plain[1]


def test_wrong_labels_judge_nobody() -> None:
    noisy = pg.with_changes(pg.on_dataset(SMALL, "gaussians"), data__imperfections=pg.Imperfections(label_noise=0.4))
    clean = pg.with_changes(noisy, data__imperfections=pg.Imperfections())
    points = ground(noisy, "label_noise").dataset
    assert (points.test_labels == ground(clean).dataset.test_labels).all()
    assert (points.test_labels != ground(noisy).dataset.test_labels).mean() > 0.1
    own = made(2, 400, 2)
    wrong = np.random.Generator(np.random.PCG64(0)).random(400) < 0.2
    spoiled = pg.OwnPoints(own.features, np.where(wrong, 1.0 - own.labels, own.labels))
    right = {each.tobytes(): label for each, label in zip(own.features, own.labels, strict=True)}

    def share(rule: RuleName) -> float:
        found = ground(about(spoiled), rule, spoiled).dataset
        rows = np.ascontiguousarray(found.test_points.T)
        return float(
            np.mean([right[row.tobytes()] != label for row, label in zip(rows, found.test_labels, strict=True)])
        )

    assert share("plateau") > 0.12
    assert share("label_noise") < 0.7 * share("plateau")


def test_a_leak_is_gone_where_it_is_judged() -> None:
    leaky = pg.with_changes(SMALL, data__imperfections=pg.Imperfections(leaked_target=True))
    found = ground(leaky, "leaked_column", inputs=(2,)).dataset
    assert found.beside is not None
    assert found.beside.validation.std() > 0.1
    assert found.beside.test.std() < 1e-9
    copies = pg.with_changes(SMALL, data__imperfections=pg.Imperfections(duplicates=0.5))
    found = ground(copies, "duplicates").dataset
    assert columns(found.validation_points) & columns(found.train_points)
    assert not columns(found.test_points) & columns(found.train_points)
    assert len(columns(found.test_points)) == found.test_labels.size


def test_what_is_fitted_on_all_samples_sees_no_more_than_the_run() -> None:
    fitted = pg.with_changes(SMALL, data__scaling_fit="all")
    own, found = make_dataset(fitted.data, 0), ground(fitted).dataset
    assert columns(found.validation_points) | columns(found.test_points) == columns(own.test_points)


@cases("kind", KINDS)
@cases("rule", ["plateau", "imbalance", "label_noise", "duplicates", "leaked_column", "overfitting"])
def test_there_is_always_something_that_chooses_and_judges(kind: str, rule: RuleName) -> None:
    experiment, points = KINDS[kind]
    found = ground(experiment, rule, points, (0,))
    assert found.dataset.validation_labels.size
    assert found.dataset.test_labels.size
    assert all(each > 0.0 for each in found.variance)
