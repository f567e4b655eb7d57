"""Rings around touched points: which ones, and that they are drawn."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from playground.data import Data, GeneratedData, Imperfections, make_dataset
from playground.experiment.experiment import Experiment
from playground.figures.ground import plane_of
from playground.views.output.decision_map import DecisionMap
from playground.views.output.rings import ringed_points
from tests.playground.views.still_workbench import painted, shown

NOISY = Experiment(data=Data(GeneratedData("circles", 100), imperfections=Imperfections(label_noise=0.2)))


def test_touched_points_are_ringed_as_far_as_they_are_drawn() -> None:
    data = make_dataset(NOISY.data, 0)
    (report,) = data.done
    trained = report.indices[report.indices < 50]
    assert 0 < trained.size < report.count
    expected = data.train_points[:, trained].T.tolist()
    assert [list(point) for point in ringed_points(data, plane_of(data.extent), "label_noise", (50, 0))] == expected
    assert len(list(ringed_points(data, plane_of(data.extent), "label_noise", (50, 50)))) == report.count
    assert list(ringed_points(data, plane_of(data.extent), "outliers", (50, 50))) == []


def test_the_map_has_rings_only_while_they_are_wished(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, NOISY, (300, 300))
    bench.show_run()
    before = painted(view)
    bench.set_view(ringed="label_noise")
    ringed = painted(view)
    (x, y), *_ = ringed_points(bench.dataset, plane_of(bench.dataset.extent), "label_noise", (50, 0))
    place = view.to_pixels((x, y))
    around = [(round(place.x() + 7 * np.cos(turn)), round(place.y() + 7 * np.sin(turn))) for turn in np.arange(12)]
    assert sum(before.pixel(*each) != ringed.pixel(*each) for each in around) > 6
    bench.set_view(ringed="")
    assert painted(view) == before
