"""The probe over the decision map: by pointer and by keys, with its card and what else is marked there."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.views.output.decision_map import DecisionMap
from playground.views.theme import theme
from tests.playground.views.still_workbench import experiment_on, flat, near, painted, shown

SIZE = (300, 300)


def test_the_pointer_moves_the_probe_and_leaving_clears_it(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    bench.show_run()
    qtbot.mouseMove(view, QPoint(10, 10))
    assert bench.view.probe == pytest.approx((-5.6, 5.6), abs=0.05)
    assert bench.view.probe_label is None
    qtbot.mouseMove(view, QPoint(150, 290))
    assert bench.view.probe == pytest.approx((0.0, -5.6), abs=0.05)
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert bench.view.probe is None


def test_near_a_data_point_the_probe_is_that_point_with_its_label(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    bench.show_run()
    data = bench.dataset
    for index in (0, 5, 40):
        x, y = data.train_points[:, index]
        qtbot.mouseMove(view, view.to_pixels((x, y)).toPoint())
        assert bench.view.probe is not None
        nearest = np.hypot(*(data.train_points - np.array(bench.view.probe)[:, None])).argmin()
        assert tuple(data.train_points[:, nearest]) == bench.view.probe
        assert bench.view.probe_label == data.train_labels[nearest]


def test_hidden_test_points_are_not_met(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    data = bench.dataset
    gaps = np.hypot(*(data.test_points[:, :, None] - data.train_points[:, None, :])).min(axis=1)
    lonely = int(gaps.argmax())
    place = view.to_pixels(tuple(data.test_points[:, lonely]))
    qtbot.mouseMove(view, place.toPoint())
    assert bench.view.probe_label is None
    bench.set_view(show_test=True)
    qtbot.mouseMove(view, place.toPoint() + QPoint(1, 0))
    assert bench.view.probe_label == data.test_labels[lonely]
    assert bench.view.probe == tuple(data.test_points[:, lonely])


def test_the_card_appears_beside_the_probe(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    bench.show_snapshot(flat(bench.show_run(), 1.0))
    before = painted(view)
    bench.set_view(probe=(-5.0, 5.0))
    after = painted(view)
    changed = [
        (x, y) for x in range(0, 300, 3) for y in range(0, 300, 3) if before.pixel(x, y) != after.pixel(x, y)
    ]  # fmt: skip
    assert min(x for x, _ in changed) < 40
    assert max(x for x, _ in changed) < 220
    bench.set_view(probe=(5.0, -5.0))
    other = painted(view)
    moved = [(x, y) for x in range(0, 300, 3) for y in range(0, 300, 3) if before.pixel(x, y) != other.pixel(x, y)]
    assert min(x for x, _ in moved) > 80
    assert min(y for _, y in moved) > 80


def test_arrow_keys_move_the_probe_and_escape_removes_it(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    bench.show_run()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert bench.view.probe == pytest.approx((0.24, 0.0))
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert bench.view.probe == pytest.approx((0.24, 0.24))
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert bench.view.probe == pytest.approx((-0.96, 0.24))
    for _ in range(40):
        qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert bench.view.probe == pytest.approx((-0.96, -6.0))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert bench.view.probe is None


def test_the_keyboards_focus_is_visible(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    bench.show_run()
    view.clearFocus()
    before = painted(view)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.shows_focus
    assert painted(view) != before


def test_the_single_step_sample_is_ringed(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    snapshot = bench.show_run()
    before = painted(view)
    bench.show_snapshot(replace(snapshot, sample=3))
    place = view.to_pixels(tuple(bench.dataset.train_points[:, 3])) + QPointF(0, -8)
    assert near(painted(view).pixel(place.toPoint()), theme.color("accent").rgb(), 60)
    assert painted(view) != before
    bench.show_snapshot(replace(snapshot, sample=10**6))
    assert painted(view) == before


def test_the_label_of_the_probe_follows_other_data(qtbot: QtBot) -> None:
    bench, _view = shown(qtbot, DecisionMap, size=SIZE)
    bench.show_run()
    x, y = bench.dataset.train_points[:, 0]
    bench.set_view(probe=(x, y), probe_label=7.0)
    bench.show_experiment(experiment_on("xor_points"))
    assert bench.view.probe is not None
    assert bench.view.probe_label is None or bench.view.probe_label in (0.0, 1.0)
    assert max(abs(place) for place in bench.view.probe) <= 2.0
