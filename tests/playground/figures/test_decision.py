"""Which map is large, and what is said about a point."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from playground.data import OwnPoints, make_dataset
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.figures.decision import (
    DataPoint,
    fits,
    mistakes,
    nearest,
    outputs_at,
    reading,
    shown_map,
    target_peak,
)
from playground.figures.ground import ground_of
from playground.run.session import Session
from playground.run.snapshot import Demand, Snapshot
from tests.own_points import about

EVERYTHING = Demand(maps=True, predictions=True)


def run(**changes: object) -> tuple[Experiment, Snapshot]:
    experiment = with_changes(Experiment(), **changes)
    return experiment, Session(experiment).snapshot(EVERYTHING)


def test_the_output_is_shown_unless_a_unit_is_hovered() -> None:
    experiment, snapshot = run()
    data = make_dataset(experiment.data, experiment.seed)
    output = shown_map(snapshot, experiment, data, None)
    assert output is not None
    assert output.caption is None
    assert np.array_equal(output.field.values, snapshot.maps[-1])
    unit = shown_map(snapshot, experiment, data, (1, 0))
    assert unit is not None
    assert unit.caption == "Layer 2 · unit 1"
    assert np.array_equal(unit.field.values, snapshot.maps[4])
    feature = shown_map(None, experiment, data, (-1, 1))
    assert feature is not None
    assert feature.caption == "Feature y"
    assert feature.field.values[0, 0] == pytest.approx(-6, abs=0.1)
    assert feature.field.values[-1, 0] == pytest.approx(6, abs=0.1)
    head = shown_map(snapshot, experiment, data, (2, 0))
    assert head is not None
    assert head.caption is None


@pytest.mark.parametrize("hovered", [(9, 0), (0, 99), (-1, 7), (-5, 0), (1, -1)])
def test_a_unit_that_does_not_exist_shows_the_output_or_nothing(hovered: tuple[int, int]) -> None:
    experiment, snapshot = run()
    found = shown_map(snapshot, experiment, make_dataset(experiment.data, 0), hovered)
    assert found is None or found.caption is None


def test_there_is_no_map_without_a_fitting_snapshot() -> None:
    experiment, snapshot = run()
    data = make_dataset(experiment.data, 0)
    assert shown_map(None, experiment, data, None) is None
    assert shown_map(replace(snapshot, maps=None), experiment, data, None) is None
    other = with_changes(experiment, data__source__name="three_spirals")
    assert not fits(snapshot, other)
    assert shown_map(snapshot, other, make_dataset(other.data, 0), None) is None


def test_the_range_of_a_regression_covers_its_targets() -> None:
    experiment, snapshot = run(data__source__name="plane", data__imperfections__label_noise=0.7)
    data = make_dataset(experiment.data, 0)
    assert target_peak(data) >= np.abs(data.train_labels).max()
    found = shown_map(snapshot, experiment, data, None)
    assert found is not None
    assert (found.field.low, found.field.high) == (-target_peak(data), target_peak(data))


def test_a_reading_of_two_classes() -> None:
    experiment, snapshot = run()
    point = (1.5, -2.0)
    output = outputs_at(snapshot, point)
    assert output is not None
    found = dict(reading(snapshot, experiment, point, None, None).lines)
    winner = int(output[0] > 0)
    assert (found["x"], found["y"]) == ("1.50", "−2.00")
    assert found["answer"] == f"class {winner}"
    assert float(found["output"].replace("−", "-")) == pytest.approx(output[0], rel=0.01)


def test_a_wrong_answer_is_called_wrong() -> None:
    experiment, snapshot = run()
    point = (0.5, 0.5)
    winner = reading(snapshot, experiment, point, None, None).winner
    for label in (0, 1):
        found = reading(snapshot, experiment, point, None, DataPoint(point, float(label), True))
        assert found.wrong == (label != winner)
        assert dict(found.lines)["test point"] == f"class {label}"


def test_a_reading_of_several_classes_is_a_share() -> None:
    experiment, snapshot = run(data__source__name="three_spirals")
    found = reading(snapshot, experiment, (0.0, 0.0), None, None)
    outputs = outputs_at(snapshot, (0.0, 0.0))
    assert outputs is not None
    assert found.winner == outputs.argmax()
    assert dict(found.lines)["sure"] == f"{100 * outputs.max():.1f} %"


def test_a_reading_of_a_regression_tells_the_error() -> None:
    experiment, snapshot = run(data__source__name="plane")
    found = dict(reading(snapshot, experiment, (1.0, 1.0), None, DataPoint((1.0, 1.0), 0.25, False)).lines)
    outputs = outputs_at(snapshot, (1.0, 1.0))
    assert outputs is not None
    assert "answer" not in found
    assert found["train point"] == "0.250"
    assert float(found["off by"].replace("−", "-")) == pytest.approx(outputs[0] - 0.25, abs=1e-3)


def test_the_probe_is_exact_and_the_map_nearly() -> None:
    experiment = Experiment()
    session = Session(experiment)
    session.advance(epochs=3)
    probed = session.snapshot(Demand(maps=True, probe=(0.7, 0.3)))
    exact, read = outputs_at(probed, (0.7, 0.3)), outputs_at(replace(probed, probe=None), (0.7, 0.3))
    assert exact is not None
    assert read is not None
    assert exact[0] == probed.probe.units[-1]
    assert read[0] == pytest.approx(exact[0], abs=0.02)
    assert outputs_at(replace(probed, probe=None, maps=None), (0.7, 0.3)) is None


def test_a_reading_without_a_snapshot_still_tells_the_place() -> None:
    found = reading(None, Experiment(), (0.0, 3.0), None, None)
    assert found.lines == (("x", "0.00"), ("y", "3.00"))


def test_the_nearest_point_within_reach() -> None:
    points = np.array([[0.0, 1.0, 5.0], [0.0, 1.0, 5.0]])
    assert nearest(points, (0.9, 0.9), 0.5) == 1
    assert nearest(points, (3.0, 3.0), 0.5) is None
    assert nearest(points[:, :0], (0.0, 0.0), 9.0) is None


def test_mistakes_are_other_classes_only() -> None:
    labels = np.array([0.0, 1.0, 1.0])
    assert mistakes(np.array([[-0.5, 0.5, -0.1]]), labels, "tanh").tolist() == [False, False, True]
    assert mistakes(np.array([[0.4, 0.6, 0.4]]), labels, "sigmoid").tolist() == [False, False, True]
    assert mistakes(None, labels, "tanh").tolist() == [False] * 3
    assert mistakes(np.zeros((1, 7)), labels, "tanh").tolist() == [False] * 3


def test_far_from_the_data_an_answer_is_called_a_guess() -> None:
    experiment, snapshot = run(data__source__name="xor_points")
    guess = ("far from the data", "a guess")
    for point, is_guess in (((5.0, 5.0), True), ((0.0, -5.5), True), ((1.0, -1.0), False), ((0.0, 0.0), False)):
        assert (guess in reading(snapshot, experiment, point, None, None).lines) is is_guess
    assert guess not in reading(None, experiment, (5.0, 5.0), None, None).lines, "there is no answer yet"


def test_a_map_of_unlike_columns_shows_what_the_network_answers_there() -> None:
    rng = np.random.default_rng(3)
    birds = np.column_stack([rng.normal(33.0, 3.0, 60), rng.normal(2800.0, 300.0, 60)])
    own = OwnPoints(birds, (birds[:, 0] > 33.0).astype(float))
    session = Session(about(own, data__scaling="standardize"), points=own)
    shot = session.snapshot(EVERYTHING)
    ground = ground_of(session.dataset, shot)
    assert ground is not None
    assert np.abs(ground.shares(session.dataset.train_points)).max() < 1.0
    assert np.ptp(ground.shares(birds.T), axis=1).min() > 1.5, "they fill the map"
    shown = shown_map(shot, session.experiment, session.dataset, None)
    assert shown is not None
    assert shown.field.values is not None
    rows = len(shown.field.values)
    for row, column in ((0, 0), (3, rows - 1), (rows // 2, rows // 3)):
        place = ground.at(((2 * column + 1) / rows - 1, (2 * row + 1) / rows - 1))
        answer = float(session.predict([place])[0, 0])
        assert float(shown.field.values[row, column]) == pytest.approx(answer, abs=1e-5)
        assert outputs_at(shot, place)[0] == pytest.approx(answer, abs=1e-5)  # type: ignore[index]
