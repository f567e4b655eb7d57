"""The folding sections of the data column: rows, what they say, one undo step each, and the sealed test set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from playground.data import Data, GeneratedData, OwnPoints
from playground.edits.on_dataset import on_points
from playground.experiment.experiment import Experiment
from playground.run.actions import OpenTest
from playground.run.snapshot import SealedLook
from playground.views.data.flaw_row import FlawRow
from playground.views.data.flaw_specs import FLAWS, SPLIT, Spec
from playground.views.data.sections import FlawsSection, SplitSection
from playground.views.workbench.workbench import Workbench
from playground.words.flaws import look_text
from tests.playground.views.controls.driver import LEFT, show_panel


@pytest.fixture
def workbench(qtbot: QtBot) -> Iterator[Workbench]:
    """Without kernels: sections need none."""
    made = Workbench(Experiment(data=Data(GeneratedData("circles", 250))))
    made.set_view(unfolded=("misbehaving_data", "split"))
    yield made
    made.close()


@pytest.fixture
def flaws(workbench: Workbench, qtbot: QtBot) -> FlawsSection:
    section = FlawsSection(workbench, None)
    show_panel(qtbot, section, 200, 700)
    return section


@pytest.fixture
def split(workbench: Workbench, qtbot: QtBot) -> SplitSection:
    section = SplitSection(workbench, None)
    show_panel(qtbot, section, 200, 300)
    return section


def set_row(row: FlawRow, spec: Spec, value: float) -> None:
    """As the slider does when the user moves it."""
    assert row.control is not None
    row.control.valueChanged.emit(value)  # type: ignore[attr-defined]


def test_an_unset_flaw_is_one_quiet_line_and_a_click_opens_its_slider(
    flaws: FlawsSection, workbench: Workbench, qtbot: QtBot
) -> None:
    row, other = flaws.rows["outliers"], flaws.rows["missing"]
    assert row.line.value == "0 %"
    assert row.control is not None
    assert not row.control.isVisible()
    qtbot.mouseClick(row.line, LEFT)
    assert row.control.isVisible()
    assert not row.line.isVisible()
    assert row.control.focusProxy().hasFocus()
    qtbot.mouseClick(other.line, LEFT)
    assert row.line.isVisible(), "one at a time"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert other.line.isVisible()
    assert workbench.undo_name is None
    other.line.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(other.line, Qt.Key.Key_Return)
    assert other.control is not None
    assert other.control.isVisible()


def test_what_is_set_says_what_it_did_and_is_one_undo_step(flaws: FlawsSection, workbench: Workbench) -> None:
    row = flaws.rows["outliers"]
    for value in (0.02, 0.05, 0.08):
        set_row(row, FLAWS[1], value)
    assert workbench.experiment.data.imperfections.outliers == 0.08
    count = workbench.dataset.done[0].count
    assert row.told.text == f"{count} of 250 points thrown far out"
    assert row.told.isVisible()
    assert workbench.undo_name == "Set outliers"
    workbench.undo()
    assert workbench.experiment.data.imperfections.outliers == 0.0
    assert row.line.isVisible()
    assert workbench.undo_name is None


def test_every_row_sets_its_own_field_and_shows_it_again(flaws: FlawsSection, workbench: Workbench) -> None:
    workbench.change("Blank", data__imperfections__missing=0.1, data__imperfections__label_noise=0.1)
    start = workbench.experiment
    for spec in FLAWS:
        row = flaws.rows[spec.key]
        if spec.is_switch:
            row.line.click()
            value: object = True
        elif spec.choices:
            value = spec.choices[-1][0]
            row.control.list.chosen.emit(value)  # type: ignore[union-attr]
        else:
            most = float(spec.number[1])  # type: ignore[index]
            value = most if spec.shown is None else spec.shown[1](most)
            set_row(row, spec, most)
        assert spec.read(workbench.experiment.data) == value, spec.key
        assert workbench.experiment != start
        workbench.undo()
        assert workbench.experiment == start, spec.key


def test_leaks_are_said_in_amber(flaws: FlawsSection) -> None:
    flaws.rows["leaked_target"].line.click()
    assert flaws.rows["leaked_target"].line.value == "on"
    assert flaws.rows["leaked_target"].told.text == "An input is the label: scores lie"
    assert flaws.rows["leaked_target"].told._token == "warning"
    set_row(flaws.rows["duplicates"], FLAWS[0], 0.2)
    assert flaws.rows["duplicates"].told._token == "warning"


def test_the_points_of_a_set_flaw_are_ringed_while_the_pointer_is_on_it(
    flaws: FlawsSection, workbench: Workbench
) -> None:
    row, place = flaws.rows["outliers"], QPointF(5, 5)
    QApplication.sendEvent(row, QEnterEvent(place, place, place))
    assert workbench.view.ringed == "", "nothing is set"
    set_row(row, FLAWS[1], 0.05)
    QApplication.sendEvent(row, QEnterEvent(place, place, place))
    assert workbench.view.ringed == "outliers"
    QApplication.sendEvent(row, QEvent(QEvent.Type.Leave))
    assert workbench.view.ringed == ""


def test_folded_away_the_heading_counts_what_is_set(flaws: FlawsSection, workbench: Workbench, qtbot: QtBot) -> None:
    set_row(flaws.rows["outliers"], FLAWS[1], 0.05)
    qtbot.mouseClick(flaws.heading, LEFT)
    assert not flaws.body.isVisible()
    assert flaws.heading.value == "1 set"
    assert workbench.view.unfolded == ("split",)
    qtbot.mouseClick(flaws.heading, LEFT)
    assert flaws.body.isVisible()


def test_what_does_not_fit_the_data_is_off_and_says_why(flaws: FlawsSection, workbench: Workbench) -> None:
    workbench.change("Choose", data__source__name="digits")
    row = flaws.rows["outliers"]
    assert not row.isEnabled()
    assert "an image has pixels and no columns" in row.line.toolTip()
    workbench.change("Choose", data__source__name="circles")
    assert row.isEnabled()


def test_the_imputer_is_there_where_cells_are_blank(flaws: FlawsSection, workbench: Workbench) -> None:
    assert not flaws.rows["imputer"].isVisible()
    own = OwnPoints([[0.0, float("nan")], [1.0, 2.0], [3.0, 1.0], [2.0, 2.0]], [0, 1, 0, 1])
    workbench.edit("Own points", on_points(workbench.experiment, own.source(2)), points=own)
    assert flaws.rows["imputer"].isVisible()
    flaws.rows["imputer"].control.list.chosen.emit("mean")  # type: ignore[union-attr]
    assert workbench.experiment.data.imperfections.imputer == "mean"
    assert not flaws.rows["missing_kind"].isVisible()


def test_the_split_says_how_many_each_part_has(split: SplitSection, workbench: Workbench) -> None:
    set_row(split.rows["validation_share"], SPLIT[1], 0.2)
    sizes = [getattr(workbench.dataset, f"{name}_labels").size for name in ("train", "validation", "test")]
    assert sizes == pytest.approx([125, 50, 75], abs=2)
    assert split.rows["validation_share"].told.text == "{} train, {} valid., {} test".format(*sizes)
    split.rows["stratified"].line.click()
    assert workbench.experiment.data.stratified


def test_a_seal_needs_a_validation_set_and_then_has_its_button(
    split: SplitSection, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    workbench.message_shown.connect(lambda sentence, kind: told.append(sentence))
    split.rows["test_sealed"].line.click()
    assert "a sealed test set needs a validation set" in told[0]
    assert not workbench.experiment.data.test_sealed
    assert not split.open_test.isVisible()
    set_row(split.rows["validation_share"], SPLIT[1], 0.2)
    split.rows["test_sealed"].line.click()
    assert workbench.experiment.data.test_sealed
    assert split.open_test.isVisible()
    assert split.rows["test_sealed"].told.text == "Nobody has looked at it yet."
    asked: list[object] = []
    monkeypatch.setattr(workbench.run, "submit", asked.append)
    split.open_test.setEnabled(True)
    split.open_test.click()
    assert asked == [OpenTest()]


def test_looks_are_counted_in_words() -> None:
    assert look_text(SealedLook(3, 90, 9, 0.25, 0.87)) == "Looked at 3 times: 87.0 %"
    assert look_text(SealedLook(1, 90, 9, 0.25, None)) == "Looked at once: loss 0.250"


def test_more_training_points_leave_the_test_set_and_are_one_undo_step(
    split: SplitSection, workbench: Workbench
) -> None:
    row, before = split.rows["extra_training"], workbench.dataset
    for value in (100, 875):
        set_row(row, SPLIT[0], value)
    assert workbench.experiment.data.extra_training == 875
    assert workbench.dataset.test_points.tobytes() == before.test_points.tobytes()
    assert row.told.text == "8 × the training points"
    workbench.undo()
    assert workbench.dataset is before
    workbench.edit("Truth table", Experiment(data=Data(GeneratedData("thirteen", 13))))
    assert not row.isEnabled()
    assert "trained and tested on the same points" in row.line.toolTip()


def by_tab(window: QWidget) -> list[str]:
    """What Tab comes to, one after the other, from the first."""
    found, each = [], window.nextInFocusChain()
    while each is not window:
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(each.accessibleName())
        each = each.nextInFocusChain()
    return found


def test_rows_are_made_when_they_are_unfolded_and_tab_reaches_them_where_they_stand(
    workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.set_view(unfolded=())
    window = QWidget()
    sections = FlawsSection(workbench, window), SplitSection(workbench, window)
    below = QLineEdit(accessibleName="below")
    column = QVBoxLayout(window)
    for part in (*sections, below):
        column.addWidget(part)
    show_panel(qtbot, window, 200, 700)
    assert window.findChildren(FlawRow) == []
    assert by_tab(window) == ["Data that misbehaves", "Split", "below"]
    workbench.set_view(unfolded=("misbehaving_data", "split"))
    rows = [[row for row in section.rows.values() if row.isVisible()] for section in sections]
    belonging = [[spec for spec in section.specs if spec.belongs(workbench.experiment)] for section in sections]
    assert [len(each) for each in rows] == [len(each) for each in belonging]
    first, second = ([row.line.accessibleName() for row in each] for each in rows)
    assert by_tab(window) == ["Data that misbehaves", *first, "Split", *second, "below"]
