"""The tabs, what each asks for, and the confusion matrix."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from playground.figures.confusion import Confusion, Scatter
from playground.run.snapshot import Demand
from playground.views.plots.confusion_drawing import strength
from playground.views.plots.confusion_view import ConfusionView
from playground.views.plots.panel import TABS, PlotsPanel
from playground.views.theme import theme
from playground.views.theme.contrast import contrast, readable_on
from tests.playground.views.still_workbench import WILD, colours, experiment_on, painted, shown, wild

SIZE = (1000, 204)


def test_each_tab_asks_for_what_it_shows(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, PlotsPanel, size=SIZE)
    wanted = {
        "Curves": Demand(),
        "Gradients": Demand(gradients=True, layers=True),
        "Weights": Demand(layers=True),
        "Layers": Demand(layers=True),
        "Points": Demand(samples=True),
        "Folds": Demand(),
        "Confusion": Demand(predictions=True),
    }
    for name in (*TABS, "Gradients"):
        panel.show_tab(name)
        assert bench.run.demands.by_view["plots"] == wanted[name]
    panel.hide()
    assert bench.run.demands.by_view["plots"] == Demand()
    panel.show()
    assert bench.run.demands.by_view["plots"] == Demand(gradients=True, layers=True)


def test_tabs_are_chosen_by_mouse_and_by_keys(qtbot: QtBot) -> None:
    _, panel = shown(qtbot, PlotsPanel, size=SIZE)
    qtbot.mouseClick(panel.tabs, Qt.MouseButton.LeftButton, pos=panel.tabs.tabRect(2).center())
    assert panel.current == "Weights"
    assert panel.pages.currentIndex() == 2
    panel.tabs.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(panel.tabs, Qt.Key.Key_Right)
    assert panel.current == "Layers"
    qtbot.keyClick(panel.tabs, Qt.Key.Key_Left)
    qtbot.keyClick(panel.tabs, Qt.Key.Key_Left)
    assert panel.current == "Gradients"


def test_the_chosen_tab_is_underlined_in_the_accent(qtbot: QtBot) -> None:
    _, panel = shown(qtbot, PlotsPanel, size=SIZE)
    for index in range(len(TABS)):
        panel.tabs.setCurrentIndex(index)
        image, rect = painted(panel.tabs), panel.tabs.tabRect(index)
        accent = theme.color("accent").rgb()
        marked = [x for x in range(image.width()) if image.pixel(x, rect.bottom() - 1) == accent]
        assert marked
        assert rect.left() <= min(marked) <= max(marked) <= rect.right()


def test_a_light_follows_the_pointer_and_goes_with_it(qtbot: QtBot) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    _, panel = shown(qtbot, PlotsPanel, size=SIZE)
    before = painted(panel.tabs)
    qtbot.mouseMove(panel.tabs, panel.tabs.tabRect(3).center())
    assert painted(panel.tabs) != before
    QApplication.sendEvent(panel.tabs, QEvent(QEvent.Type.Leave))
    assert painted(panel.tabs) == before


def test_the_log_switch_stands_beside_the_curves_only(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, PlotsPanel, size=SIZE)
    qtbot.mouseClick(panel.log_switch, Qt.MouseButton.LeftButton)
    assert bench.view.log_scale
    bench.set_view(log_scale=False)
    assert not panel.log_switch.isChecked()
    panel.show_tab("Weights")
    assert not panel.log_switch.isVisible()
    assert not panel.sets.isVisible()


def test_train_or_test_is_switched(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, PlotsPanel, experiment_on("circles", data__train_share=0.7), SIZE)
    bench.show_run()
    panel.show_tab("Confusion")
    assert panel.sets.isVisible()
    assert _total(panel.confusion) == bench.dataset.test_labels.size
    qtbot.mouseClick(panel.sets.buttons["train"], Qt.MouseButton.LeftButton)
    assert _total(panel.confusion) == bench.dataset.train_labels.size
    bench.show_experiment(experiment_on("circles", data__train_share=1.0))
    bench.show_run()
    assert not panel.sets.buttons["test"].isEnabled()
    assert panel.sets.current == "train"
    assert _total(panel.confusion) == bench.dataset.train_labels.size


def _total(view: ConfusionView) -> int:
    assert isinstance(view.found, Confusion)
    return int(view.found.counts.sum())


def test_a_hidden_matrix_is_not_computed(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, PlotsPanel, size=SIZE)
    bench.show_run()
    assert panel.confusion.found is None
    panel.show_tab("Confusion")
    assert panel.confusion.found is not None


@pytest.mark.parametrize("classes", [2, 4, 8])
def test_right_answers_are_blue_and_wrong_ones_are_not(qtbot: QtBot, classes: int) -> None:
    experiment = experiment_on("blobs", data__source__classes=classes, training__loss="softmax_cross_entropy")
    bench, view = shown(qtbot, ConfusionView, experiment, (1000, 165))
    snapshot = bench.show_run()
    labels = bench.dataset.test_labels.astype(int)
    for shift, is_blue in ((0, True), (1, False)):
        outputs = np.eye(classes)[:, (labels + shift) % classes]
        bench.show_snapshot(replace(snapshot, test_outputs=outputs))
        fills = [QColor.fromRgb(each) for each in colours(painted(view).copy(66, 42, 550, 160))]
        strong = [fill for fill in fills if fill.hslSaturation() > 120 and 60 < fill.lightness() < 190]
        blue = [fill for fill in strong if 200 < fill.hslHue() < 240]
        assert (len(blue) > len(strong) / 2) == is_blue


def test_the_ink_of_a_cell_is_readable_on_every_fill() -> None:
    for name in ("light", "dark", "contrast"):
        theme.current().set_theme(name)
        for token in ("accent", "warning"):
            for share in np.linspace(0, 1, 41):
                fill = theme.blend(theme.color("shade"), theme.color(token), strength(float(share)))
                ink = readable_on(fill, theme.color("text"), theme.color("accent_text"))
                assert contrast(ink, fill) >= 4.4, (name, token, share)
    theme.current().set_theme("light")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21.0)
    assert contrast(QColor("#767676"), QColor("#ffffff")) == pytest.approx(4.54, abs=0.01)


def test_a_regression_shows_answers_against_targets(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, ConfusionView, experiment_on("plane"), (1000, 165))
    snapshot = bench.show_run()
    assert isinstance(view.found, Scatter)
    exact = bench.dataset.test_labels[None, :]
    bench.show_snapshot(replace(snapshot, test_outputs=exact))
    image, side = painted(view), 135
    diagonal = sum(_is_dot(image.pixel(60 + at, 6 + side - 1 - at)) for at in range(side))
    corner = sum(_is_dot(image.pixel(60 + x, 6 + y)) for x in range(40) for y in range(40))
    assert diagonal > 30
    assert corner == 0


def _is_dot(pixel: int) -> bool:
    colour = QColor.fromRgb(pixel)
    return colour.red() > colour.blue() + 50


def test_the_description_says_what_the_matrix_shows(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, ConfusionView, size=(1000, 165))
    assert view.accessibleDescription() == ""
    bench.show_run()
    assert " right (" in view.accessibleDescription()


@pytest.mark.parametrize("name", ["circles", "three_spirals", "plane"])
@pytest.mark.parametrize("value", WILD[::2])
def test_wild_numbers_are_drawn_calmly(qtbot: QtBot, name: str, value: float) -> None:
    bench, panel = shown(qtbot, PlotsPanel, experiment_on(name), (900, 172))
    bench.show_snapshot(wild(bench.show_run(), value))
    for tab in TABS:
        panel.show_tab(tab)
        assert len(colours(painted(panel))) > 5
    assert "nan" not in panel.confusion.accessibleDescription()


def test_a_snapshot_of_another_experiment_shows_nothing(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, PlotsPanel, size=SIZE)
    panel.show_tab("Confusion")
    bench.show_run()
    bench.show_experiment(experiment_on("blobs", data__source__classes=5, data__source__samples=100))
    assert panel.confusion.found is None
    for tab in TABS:
        panel.show_tab(tab)
        painted(panel)


def test_the_pointer_anywhere_over_the_strip_breaks_nothing(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, PlotsPanel, size=SIZE)
    for run in (False, True):
        if run:
            bench.show_run(epochs=2)
        for tab in TABS:
            panel.show_tab(tab)
            for x in range(5, 1000, 180):
                qtbot.mouseMove(panel, QPoint(x, 120))
                qtbot.mouseClick(panel, Qt.MouseButton.LeftButton, pos=QPoint(x, 60))
            painted(panel)


def test_a_page_waits_until_plots_can_be_made(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, PlotsPanel, size=SIZE)
    bench.run.plots_ready = False
    panel.show_tab("Weights")
    assert panel.pages.currentWidget().children() == [], "an empty page, for now"
    bench.run.plots_ready = True
    qtbot.waitUntil(lambda: bool(panel.pages.currentWidget().children()))


def test_curves_without_their_library_are_a_sentence(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, PlotsPanel, size=SIZE)
    panel._made.clear()
    bench.run.plots_failure = "The curves cannot be drawn: no library."
    page = panel.page("Curves")
    assert isinstance(page, QLabel)
    assert page.text() == "The curves cannot be drawn: no library."
