"""The output for images: the grid of answers, its order, the click that shows a forward pass."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.data import OwnPoints
from playground.edits.on_dataset import on_points
from playground.experiment.experiment import Experiment
from playground.figures.image_answers import answers, shown_order
from playground.numbers import figure, steady
from playground.run.snapshot import Demand, Snapshot
from playground.views.output import image_grid
from playground.views.output.image_grid import ImageGrid
from playground.views.output.image_tiles import arranged, value_text
from playground.views.output.panel import OutputPanel
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from tests.playground.views.still_workbench import (
    WILD,
    StillWorkbench,
    colours,
    experiment_on,
    near,
    painted,
    shown,
    wild,
)
from tests.seeds import long

SIZE = (366, 366)
LEFT = Qt.MouseButton.LeftButton


def grid_of(qtbot: QtBot, name: str = "shapes", epochs: int = 3, **changes: object) -> tuple[StillWorkbench, ImageGrid]:
    bench, view = shown(qtbot, ImageGrid, experiment_on(name, **{"data__source__samples": 300, **changes}), SIZE)
    bench.show_run(epochs=epochs)
    return bench, view


def middle(view: ImageGrid, place: int) -> QPoint:
    return view.arrangement.tile(place).center().toPoint()


# -- what is shown ----------------------------------------------------------------------------------------------------


def test_the_pictures_are_the_images_ink_on_paper(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot)
    drawn = painted(view)
    rect = view.arrangement.picture(0)
    pixels = bench.dataset.train_points[:, 0].reshape(8, 8)
    paper, ink = theme.color("sunken"), theme.color("text")
    for row, column in np.ndindex(8, 8):
        at = QPointF(rect.left() + (column + 0.5) * rect.width() / 8, rect.top() + (row + 0.5) * rect.height() / 8)
        assert near(drawn.pixel(at.toPoint()), theme.blend(paper, ink, float(pixels[row, column])).rgb())


def test_the_test_toggle_shows_the_other_set(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot)
    training = painted(view)
    assert not view.shows_test
    bench.set_view(show_test=True)
    assert view.shows_test
    assert painted(view) != training
    assert "test images" in view.accessibleDescription()


def test_without_a_test_set_training_images_stay(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot, data__train_share=1.0)
    bench.set_view(show_test=True)
    assert not view.shows_test
    assert view.visible_images.size > 0


def test_the_answered_class_is_told_by_colour(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot, epochs=30)
    bench.set_view(discretize=True)
    drawn, found = painted(view), answers(bench.run.snapshot, bench.dataset, False)
    assert found is not None
    for place, image in enumerate(view.visible_images[:20].tolist()):
        strip = view.arrangement.tile(place)
        at = QPoint(round(strip.left() + 3), round(strip.bottom() - 3))
        assert near(drawn.pixel(at), theme.color(f"class{found.predicted[image]}").rgb(), 3)


def test_discretize_hides_how_sure_an_answer_is(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot, epochs=1)
    unsure = painted(view)
    bench.set_view(discretize=True)
    assert painted(view) != unsure


def test_a_regression_on_own_images_shows_the_answered_value(qtbot: QtBot) -> None:
    rng = np.random.Generator(np.random.PCG64(0))
    own = OwnPoints(rng.random((30, 64)), np.linspace(-1.0, 1.0, 30))
    experiment = on_points(Experiment(), own.source(0, columns=[f"pixel{at}" for at in range(64)], image_side=8))
    bench, view = shown(qtbot, ImageGrid, experiment, SIZE, own)
    bench.show_run(epochs=5)
    snapshot = bench.run.snapshot
    assert snapshot is not None
    value, target = float(snapshot.train_outputs[0, 3]), float(bench.dataset.train_labels[3])
    assert view.facts(3).lines == (("true", steady(target)), ("answer", steady(value)))
    strip = view.arrangement.tile(0).bottomLeft().toPoint() + QPoint(1, -2)
    assert QColor(painted(view).pixel(strip)) == theme.color("shade")


def test_a_value_has_as_many_digits_as_fit_below_its_picture() -> None:
    wide, narrow, least = (replace(arranged(QRectF(0, 0, 400, 400)), scale=scale) for scale in (6, 3, 1))
    assert [value_text(-10.62, each) for each in (wide, narrow, least)] == [steady(-10.62), figure(-10.62, 2), ""]


def test_before_the_first_answer_images_are_there_without_one(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, ImageGrid, experiment_on("digits"), SIZE)
    assert view.visible_images.size == view.arrangement.count
    assert view.facts(0).winner is None
    seen = colours(painted(view))
    assert not any(near(each, theme.color("class1").rgb(), 2) for each in seen)
    bench.show_run(epochs=20)
    bench.set_view(discretize=True)
    assert any(near(each, theme.color("class1").rgb(), 2) for each in colours(painted(view)))


# -- mistakes ---------------------------------------------------------------------------------------------------------


def test_wrong_images_come_first_and_are_framed(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot, epochs=30)
    found = answers(bench.run.snapshot, bench.dataset, False)
    assert found is not None
    count = int(found.wrong.sum())
    assert 3 < count < view.arrangement.count
    assert not any(near(each, theme.color("bad").rgb(), 3) for each in colours(painted(view)))
    bench.set_view(mark_errors=True)
    first = view.visible_images
    assert found.wrong[first[:count]].all()
    assert not found.wrong[first[count:]].any()
    drawn = painted(view)
    for place in (0, count - 1, count):
        tile = view.arrangement.tile(place)
        edge = drawn.pixel(int(tile.left()) - 2, round(tile.center().y()))
        assert near(edge, theme.color("bad").rgb(), 60) == (place < count)


def test_the_order_is_calm_while_a_run_goes_on_and_under_the_cursor(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_grid, "CALM_MS", 3_600_000)
    bench, view = grid_of(qtbot, epochs=1)
    bench.set_view(mark_errors=True)
    before = view.visible_images.copy()
    bench.session.advance(epochs=40)
    later = bench.session.snapshot(Demand(predictions=True))
    qtbot.mouseMove(view, middle(view, 2))
    bench.show_snapshot(later)
    assert np.array_equal(view.visible_images, before)
    view._point(None)
    bench.run.snapshot, bench.run.state = later, "running"
    bench.run.snapshot_ready.emit()
    assert np.array_equal(view.visible_images, before)
    monkeypatch.setattr(image_grid, "CALM_MS", 0)
    bench.run.snapshot_ready.emit()
    assert not np.array_equal(view.visible_images, before)


def test_order_without_answers_is_the_sets_own() -> None:
    assert shown_order(None, 4, True).tolist() == [0, 1, 2, 3]


# -- the click and the keys -------------------------------------------------------------------------------------------


def test_a_click_chooses_the_image_whose_forward_pass_is_shown(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot)
    qtbot.mouseClick(view, LEFT, pos=middle(view, 3))
    assert bench.view.probe_sample == view.visible_images[3] == 3
    bench.set_view(show_test=True)
    qtbot.mouseClick(view, LEFT, pos=middle(view, 5))
    assert bench.view.probe_sample == bench.dataset.train_labels.size + 5
    assert any(near(each, theme.color("accent").rgb(), 3) for each in colours(painted(view)))


def test_other_images_forget_the_choice(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot)
    qtbot.mouseClick(view, LEFT, pos=middle(view, 3))
    bench.show_experiment(experiment_on("digits"))
    assert bench.view.probe_sample is None
    assert view.visible_images.size == view.arrangement.count


def test_a_click_between_everything_changes_nothing(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot)
    qtbot.mouseClick(view, LEFT, pos=QPoint(2, 2))
    qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=middle(view, 3))
    assert bench.view.probe_sample is None


def test_keys_look_at_images_and_choose_one(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    columns = view.arrangement.columns
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert bench.view.probe_sample == columns + 1
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert bench.view.probe_sample == columns - 1
    looked = painted(view)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert painted(view) != looked


def test_the_wheel_and_page_keys_bring_the_other_images(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot)
    tiles, count = view.arrangement, bench.dataset.train_labels.size
    assert count > tiles.count
    place = QPointF(view.rect().center())
    for delta, first in ((-120, tiles.columns), (-60, tiles.columns), (-60, 2 * tiles.columns), (240, 0), (120, 0)):
        event = QWheelEvent(
            place, view.mapToGlobal(place), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(view, event)
        assert view.visible_images[0] == first
    for _ in range(50):
        qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert view.visible_images[-1] == count - 1
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert view.visible_images[-1] < count - 1


# -- the panel around it ----------------------------------------------------------------------------------------------


def test_the_panel_shows_the_grid_for_images_and_the_map_for_points(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, OutputPanel, experiment_on("circles"), (366, 552))
    assert panel.map.isVisible()
    assert not panel.grid.isVisible()
    bench.show_experiment(experiment_on("shapes"))
    assert panel.grid.isVisible()
    assert not panel.map.isVisible()
    assert panel.grid.geometry() == panel.map.geometry()
    assert panel.toggles["show_test"].text() == "test images"
    assert panel.scale.labels == ["square", "disc", "triangle", "cross"]
    assert bench.run.demands.by_view["output"] == Demand(predictions=True)
    bench.show_experiment(experiment_on("plane"))
    assert panel.map.isVisible()
    assert panel.toggles["show_test"].text() == "test points"
    assert bench.run.demands.by_view["output"] == Demand(maps=True)


@pytest.mark.parametrize("width", [312, 366])
@pytest.mark.parametrize("name", ["bars", "digits"])
def test_the_header_fits_for_images_too(qtbot: QtBot, width: int, name: str) -> None:
    _, panel = shown(qtbot, OutputPanel, experiment_on(name), (width, 440))
    assert not panel._title.is_cut()
    for button in panel.toggles.values():
        assert panel.rect().contains(button.geometry())


@pytest.mark.parametrize("size", [(366, 552), (312, 430)])
def test_every_class_has_its_chip_in_the_key(qtbot: QtBot, size: tuple[int, int]) -> None:
    _, panel = shown(qtbot, OutputPanel, experiment_on("digits"), size)
    seen = colours(painted(panel.scale))
    assert all(theme.color(f"class{index}").rgb() in seen for index in range(10))


@pytest.mark.parametrize("value", WILD)
@pytest.mark.parametrize(
    "theme_name",
    ["light", long("dark"), long("contrast")],
)
def test_wild_answers_are_drawn_calmly(qtbot: QtBot, value: float, theme_name: str) -> None:
    bench, view = grid_of(qtbot, "digits")
    theme.current().set_theme(theme_name)
    snapshot = _wild(bench.show_run(), value)
    bench.set_view(mark_errors=True)
    bench.show_snapshot(snapshot)
    qtbot.mouseMove(view, middle(view, 4))
    assert QColor(painted(view).pixel(183, 183)).isValid()
    assert np.isfinite(view.facts(0).scores).all()


def _wild(snapshot: Snapshot, value: float) -> Snapshot:
    assert snapshot.maps is None
    filled = np.zeros((1, 1, 1), np.float32)
    return replace(wild(replace(snapshot, maps=filled), value), maps=None)


def test_answers_of_another_experiment_are_not_shown(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot, "shapes", epochs=5)
    stale = bench.run.snapshot
    bench.show_experiment(experiment_on("digits", data__source__samples=300))
    assert stale is not None
    assert answers(stale, bench.dataset, False) is None
    assert view.facts(0).winner is None
    painted(view)


def test_the_workbench_asks_for_the_chosen_image_and_for_the_first_one_before() -> None:
    bench = Workbench(experiment_on("shapes", data__source__samples=60))
    try:
        bench.run.demands.set("test", predictions=True)
        bench.prepare_now()
        assert bench.run.snapshot is not None
        assert bench.run.snapshot.probe is not None
        assert bench.run.snapshot.probe.sample == 0
        bench.set_view(probe_sample=42)
        bench.run.advance_now(epochs=1)
        assert bench.run.snapshot.probe is not None
        assert bench.run.snapshot.probe.sample == 42
        assert np.allclose(bench.run.snapshot.probe.inputs, bench.dataset.test_points[:, 12], atol=1e-6)
        bench.change("Choose", data__source__name="circles")
        bench.run.advance_now(epochs=1)
        assert bench.run.snapshot.probe is None
    finally:
        bench.close()
