"""The page of parameters: it follows the run while it is seen, and typing, pasting and saving reach the document."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import BatchNorm, Conv2d, Dense, Dropout, MaxPool2d
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam
from playground.numbers import MISSING, figure, weight
from playground.run.snapshot import Demand
from playground.views.parameters.layer_rows import PAD
from playground.views.parameters.page import ParametersPage
from playground.views.theme import theme
from playground.words.parameters import HEADS
from tests.playground.views.still_workbench import colours, painted

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
BEGIN = with_changes(Experiment(), network=Network((Dense(4), BatchNorm(), Dropout(), Dense(3))))


class Opened:
    """A shown page with its workbench; `asked` is what the file dialog answers."""

    def __init__(self, qtbot, workbench) -> None:
        self.bot, self.bench, self.asked = qtbot, workbench, None
        self.said: list[str] = []
        workbench.message_shown.connect(lambda text, kind: self.said.append(text))
        self.page = ParametersPage(workbench, lambda caption, kinds: self.asked)
        self.extras = self.page.extras
        qtbot.addWidget(self.page)
        qtbot.addWidget(self.extras)
        self.page.resize(900, 300)
        with qtbot.waitExposed(self.page):
            self.page.show()
        self.settle()

    def settle(self) -> None:
        QApplication.processEvents()
        self.bench.run.advance_now(epochs=0)
        QApplication.processEvents()

    @property
    def parameters(self):
        return self.bench.run.snapshot.parameters

    def text(self, row: int, column: int) -> str:
        return self.page.model.index(row, column).data()

    def type_into(self, row: int, column: int, text: str) -> None:
        """As somebody does: click on a cell, type, Return."""
        grid = self.page.grid
        place = grid.visualRect(self.page.model.index(row, column)).center()
        self.bot.mouseClick(grid.viewport(), LEFT, pos=place)
        self.bot.keyClick(grid, Qt.Key.Key_Return)
        field = grid.findChild(QLineEdit)
        field.selectAll()
        for letter in text:
            QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))
        self.bot.keyClick(field, Qt.Key.Key_Return)
        self.settle()


@pytest.fixture
def opened(qtbot, make_workbench):
    return Opened(qtbot, make_workbench(BEGIN))


def test_layers_with_their_sizes_and_cells_with_their_numbers(opened):
    rows = opened.page.layers.rows
    assert [row[:3] for row in rows] == [
        ("1 Dense", "4 × 2 + 4", "12"), ("2 Batch norm", "4 + 4", "8"), ("4 Dense", "3 × 4 + 3", "15"),
        ("Output", "1 × 3 + 1", "4"),
    ]  # fmt: skip
    assert rows[1][3] == "64", "running means and variances take room too"
    assert opened.text(1, 0) == weight(float(opened.bench.run.snapshot.weights(0)[1, 0]))
    heads = [opened.page.model.headerData(each, Qt.Orientation.Horizontal) for each in range(3)]
    assert heads == ["x", "y", "bias"]
    opened.bot.keyClick(opened.page.layers, Qt.Key.Key_Down)
    heads = [opened.page.model.headerData(each, Qt.Orientation.Horizontal) for each in range(4)]
    assert heads == ["gain", "shift", "running mean", "running variance"]
    assert opened.text(0, 3) == "1.000"


def test_it_follows_the_run_and_asks_for_a_figure_only_while_that_is_seen(opened):
    demands, page = opened.bench.run.demands.by_view, opened.page
    assert demands["parameters"] == Demand(gradients=True, updates=True, memory=True)
    page.resize(400, 300)
    assert page.chosen.isHidden()
    assert demands["parameters"] == Demand()
    before = opened.text(0, 0)
    opened.bench.run.advance_now(epochs=3)
    assert opened.text(0, 0) != before
    opened.bot.mouseClick(page.switch.buttons["gradient"], LEFT)
    assert demands["parameters"] == Demand(gradients=True)
    opened.settle()
    assert page.model.values == pytest.approx(page.model.table.values(opened.bench.run.snapshot.gradient))
    opened.bot.mouseClick(page.switch.buttons["update"], LEFT)
    opened.settle()
    assert opened.text(0, 0) == MISSING
    opened.bench.run.advance_now(steps=1)
    assert opened.text(0, 0) != MISSING
    page.hide()
    assert demands["parameters"] == Demand()
    shown = page.model.values
    opened.bench.run.advance_now(epochs=1)
    assert page.model.values is shown, "what is hidden costs nothing"


def test_all_figures_of_the_chosen_parameter_stand_beside_the_table(opened):
    page, bench = opened.page, opened.bench
    bench.edit("Adam", with_changes(bench.experiment, training__optimizer=Adam()))
    bench.run.advance_now(steps=7)
    for row, column in ((0, 0), (2, 1), (3, 2)):
        page.grid.select(row, column)
        shot, place = bench.run.snapshot, int(page.model.table.places[row, column])
        known = (shot.parameters, shot.gradient, shot.update, *shot.memory)
        assert page.chosen.title == page.model.name(row, column)
        found = {each.name: each.text for each in page.chosen.figures}
        assert list(found) == ["value", "gradient", "update", "m", "s"]
        assert list(found.values()) == [weight(known[0][place]), *(figure(each[place]) for each in known[1:])]
        for name in found:
            page.show_figure(name)
            opened.settle()
            shown = next(each for each in page.chosen.figures if each.name == name)
            assert (shown.text, shown.strength) == page.model.cell(row, column)
            page.show_figure("value")
    before = page.chosen.figures
    bench.run.advance_now(steps=7)
    assert page.chosen.figures != before
    assert len(page.chosen.rows) == 5
    page.chosen.resize(128, 132)
    assert len(page.chosen.rows) == 5
    assert "gradient" in page.chosen.accessibleDescription()
    opened.bot.keyClick(page.layers, Qt.Key.Key_Down)
    assert page.chosen.title == page.model.name(0, 0)
    for name in ("light", "dark", "contrast"):
        theme.current().set_theme(name)
        assert theme.color("text").rgb() in colours(painted(page.chosen))


def test_where_the_table_knows_nothing_the_figures_beside_it_are_of_now_all_the_same(opened):
    page, bench = opened.page, opened.bench
    page.show_figure("update")
    bench.run.advance_now(steps=7)
    bench.reset()
    opened.settle()
    assert opened.text(0, 0) == MISSING
    place = int(page.model.table.places[0, 0])
    found = {each.name: each.text for each in page.chosen.figures}
    assert (found["value"], found["update"]) == (weight(opened.parameters[place]), MISSING)


def test_memory_is_that_of_the_optimizer(opened):
    page = opened.page
    assert list(page.switch.buttons) == ["value", "gradient", "update"]
    opened.bench.edit("Adam", with_changes(opened.bench.experiment, training__optimizer=Adam()))
    opened.settle()
    assert list(page.switch.buttons) == ["value", "gradient", "update", "m", "s"]
    page.show_figure("s")
    opened.bench.run.advance_now(epochs=1)
    assert page.model.values == pytest.approx(page.model.table.values(opened.bench.run.snapshot.memory[1]))
    assert (page.model.values > 0).any()
    assert not page.model.flags(page.model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable
    opened.bench.undo()
    opened.settle()
    assert page.figure == "value"


def test_typing_into_a_cell_is_one_step_of_undo(opened):
    before = opened.parameters.copy()
    opened.type_into(1, 2, "1/4")
    place = opened.page.model.table.places[1, 2]
    assert opened.parameters[place] == 0.25
    assert opened.bench.undo_name == "Set a parameter"
    opened.bench.undo()
    opened.settle()
    assert np.array_equal(opened.parameters, before)
    opened.type_into(0, 0, "much")
    assert "“much” is no number" in opened.said[-1]
    assert np.array_equal(opened.parameters, before)


def test_what_is_typed_stays_while_the_run_goes_on(opened):
    grid = opened.page.grid
    grid.select(0, 0)
    opened.bot.keyClick(grid, Qt.Key.Key_Return)
    field = grid.findChild(QLineEdit)
    field.setText("0.7")
    opened.bench.run.advance_now(epochs=2)
    QApplication.processEvents()
    assert field.text() == "0.7"
    opened.bot.keyClick(field, Qt.Key.Key_Escape)
    assert opened.bench.undo_name is None


def test_a_block_is_copied_and_pasted_as_one_step(opened):
    grid, model, clipboard = opened.page.grid, opened.page.model, QGuiApplication.clipboard()
    grid.select(0, 0, 2, 2)
    opened.bot.keyClick(grid, Qt.Key.Key_C, CTRL)
    block = model.values[:2, :2].copy()
    grid.select(2, 1)
    opened.bot.keyClick(grid, Qt.Key.Key_V, CTRL)
    opened.settle()
    assert np.array_equal(model.values[2:4, 1:3], block)
    assert opened.bench.undo_name == "Set 4 parameters"
    opened.bench.undo()
    opened.settle()
    assert not np.array_equal(model.values[2:4, 1:3], block)
    clipboard.setText("1\t2\n3\tx")
    opened.bot.keyClick(grid, Qt.Key.Key_V, CTRL)
    assert "Row 2, column 2" in opened.said[-1]
    clipboard.setText("1\t2\n3\t4")
    grid.select(3, 2)
    opened.bot.keyClick(grid, Qt.Key.Key_V, CTRL)
    opened.settle()
    assert model.values[3, 2] == 1.0
    assert "1 of 4 numbers" in opened.said[-1]
    clipboard.setText("-1")
    opened.page.layers.choose(1)
    grid.select(0, 3)
    opened.bot.keyClick(grid, Qt.Key.Key_V, CTRL)
    assert "variance is never below 0" in opened.said[-1]


def test_parameters_are_saved_and_a_bad_path_is_told(opened, tmp_path: Path):
    opened.bot.mouseClick(opened.page.save_button, LEFT)
    assert opened.said == [], "the user gave up"
    opened.asked = tmp_path / "net.csv"
    opened.bot.mouseClick(opened.page.save_button, LEFT)
    assert opened.asked.read_text().startswith("layer,kind,part")
    assert opened.said == ["Saved 39 parameters to net.csv"]
    opened.asked = tmp_path / "nowhere" / "net.csv"
    opened.bot.mouseClick(opened.page.save_button, LEFT)
    assert "does not exist" in opened.said[-1]


def test_images_filters_and_a_network_that_changes(opened):
    layers = (Conv2d(3), MaxPool2d(), Dense(5))
    images = with_changes(
        Experiment(), data__source__name="digits", training__loss="softmax_cross_entropy", network=Network(layers)
    )
    opened.page.layers.choose(3)
    opened.bench.edit("Images", images)
    opened.settle()
    assert [row[0] for row in opened.page.layers.rows] == ["1 Convolution", "3 Dense", "Output"]
    opened.page.layers.choose(0)
    model = opened.page.model
    assert model.rowCount() == 3
    assert model.headerData(0, Qt.Orientation.Vertical) == "filter 1"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "1: 1,2"
    opened.page.layers.choose(2)
    assert model.headerData(2, Qt.Orientation.Vertical) == "class 2"
    assert opened.page.grid.grab().toImage().width() > 0


def test_no_head_of_a_layers_column_is_cut(opened):
    rows, metrics = opened.page.layers, QFontMetricsF(theme.small_font())
    for wide in (310, 240, 222, 170):
        rows.resize(wide, 200)
        for column, place in rows._columns():
            assert metrics.horizontalAdvance(HEADS[column]) <= place.width() - PAD, (wide, HEADS[column])
