"""The settings behind "More": every field reaches the experiment, as one undo step that says what it did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from playground.experiment.experiment import Experiment
from playground.experiment.optimizers import OPTIMIZERS, Sgd
from playground.experiment.schedules import SCHEDULES, EarlyStopping, ExponentialSchedule, StepSchedule
from playground.experiment.training import Training
from playground.views.controls import Cell, NumberField
from playground.views.training.more import WIDTH, TrainingMore
from playground.views.workbench.workbench import Workbench
from playground.words.training import NUMBERS
from tests.playground.views.controls.driver import LEFT, Key, pick, show_panel, type_into


@pytest.fixture
def workbench(qtbot: QtBot) -> Iterator[Workbench]:
    """Without kernels: the settings need none."""
    made = Workbench(Experiment())
    yield made
    made.close()


@pytest.fixture
def more(workbench: Workbench, qtbot: QtBot) -> TrainingMore:
    card = TrainingMore(workbench)
    show_panel(qtbot, card, WIDTH, 196)
    return card


def shown_labels(more: TrainingMore) -> list[str]:
    """The names of the fields that can be seen."""
    return [field.accessibleName() for field in more.findChildren(NumberField) if field.isVisible()]


# -- the optimizer's numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("sgd", []),
        ("momentum", ["Momentum"]),
        ("nesterov", ["Momentum"]),
        ("rmsprop", ["Decay", "Epsilon"]),
        ("adagrad", ["Epsilon"]),
        ("adam", ["Beta 1", "Beta 2", "Epsilon"]),
        ("adamw", ["Beta 1", "Beta 2", "Epsilon", "Weight decay"]),
        ("nadam", ["Beta 1", "Beta 2", "Epsilon", "Momentum decay"]),
        ("lion", ["Beta 1", "Beta 2", "Weight decay"]),
    ],
)
def test_each_optimizer_has_its_own_numbers(
    name: str, labels: list[str], more: TrainingMore, workbench: Workbench
) -> None:
    workbench.change("Set optimizer", training__optimizer=OPTIMIZERS[name].optimizer)
    assert shown_labels(more) == labels
    page = more.groups["Optimizer"]
    assert page.formula.text == OPTIMIZERS[name].formula
    assert ("no numbers" in page.note.text) == (name == "sgd")


@pytest.mark.parametrize(
    ("name", "field", "typed", "value"),
    [
        ("momentum", "momentum", "0.8", 0.8),
        ("nesterov", "momentum", "0.8", 0.8),
        ("rmsprop", "decay", "0.9", 0.9),
        ("adagrad", "epsilon", "1e-6", 1e-6),
        ("adam", "beta2", "0.99", 0.99),
        ("adamw", "weight_decay", "0.1", 0.1),
        ("nadam", "momentum_decay", "0.01", 0.01),
        ("lion", "beta1", "0.95", 0.95),
    ],
)
def test_a_number_of_an_optimizer_is_changed_and_nothing_else(
    name: str, field: str, typed: str, value: float, more: TrainingMore, workbench: Workbench, qtbot: QtBot
) -> None:
    usual = OPTIMIZERS[name].optimizer
    workbench.change("Set optimizer", training__optimizer=usual)
    numbers = more.groups["Optimizer"].numbers
    type_into(qtbot, numbers.fields[numbers.names.index(field)], typed)
    changed = workbench.experiment.training.optimizer
    assert getattr(changed, field) == value
    assert type(changed)(**{**_fields(changed), field: getattr(usual, field)}) == usual
    assert workbench.undo_name == f"Set {NUMBERS[field][0].lower()}"
    workbench.undo()
    assert workbench.experiment.training.optimizer == usual


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__struct_fields__}


def test_a_momentum_of_one_is_refused(more: TrainingMore, workbench: Workbench, qtbot: QtBot) -> None:
    workbench.change("Set optimizer", training__optimizer=Sgd(momentum=0.9))
    field = more.groups["Optimizer"].numbers.fields[0]
    with qtbot.waitSignal(workbench.message_shown) as heard:
        type_into(qtbot, field, "1")
    assert heard.args[0] == "Momentum: at least 0 and below 1."
    field.clearFocus()
    assert field.text() == "0.9"
    assert workbench.experiment.training.optimizer == Sgd(momentum=0.9)


# -- the loss ---------------------------------------------------------------------------------------------------------


def test_class_weights_are_off_balanced_or_one_a_class(more: TrainingMore, workbench: Workbench, qtbot: QtBot) -> None:
    workbench.change("Choose", data__source__name="three_spirals")
    more.show_page("Loss")
    page = more.groups["Loss"]
    pick(qtbot, page.weighting, "balanced")
    assert workbench.experiment.training.class_weights == "balanced"
    assert not page.weights.isVisible()
    pick(qtbot, page.weighting, "own")
    assert workbench.experiment.training.class_weights == (1.0, 1.0, 1.0)
    assert [field.isVisible() for field in page.weights.fields] == [True] * 3 + [False] * 7
    type_into(qtbot, page.weights.fields[1], "2.5")
    assert workbench.experiment.training.class_weights == (1.0, 2.5, 1.0)
    assert workbench.undo_name == "Set class weights"
    pick(qtbot, page.weighting, "off")
    assert workbench.experiment.training.class_weights is None
    for _ in range(4):
        workbench.undo()
    assert workbench.experiment.training == Training()


def test_all_weights_zero_are_refused(more: TrainingMore, workbench: Workbench, qtbot: QtBot) -> None:
    workbench.change("Weigh", training__class_weights=(0.0, 1.0))
    more.show_page("Loss")
    with qtbot.waitSignal(workbench.message_shown) as heard:
        type_into(qtbot, more.groups["Loss"].weights.fields[1], "0")
    assert "at least one class" in heard.args[0]
    assert more.groups["Loss"].weights.fields[1].text() == "1"


def test_smoothing_and_the_textbook_way_are_for_cross_entropies(
    more: TrainingMore, workbench: Workbench, qtbot: QtBot
) -> None:
    more.show_page("Loss")
    page = more.groups["Loss"]
    assert not page.smoothing.isEnabled()
    assert "cross-entropy" in page.note.text
    with qtbot.waitSignal(workbench.message_shown) as heard:
        pick(qtbot, page.numerics, "naive")
    assert "needs a cross-entropy" in heard.args[0]
    assert workbench.experiment.training.numerics == "stable"
    workbench.change("Set loss", training__loss="softmax_cross_entropy")
    type_into(qtbot, page.smoothing, "0.1")
    assert workbench.experiment.training.label_smoothing == 0.1
    pick(qtbot, page.numerics, "naive")
    assert workbench.experiment.training.numerics == "naive"
    assert "overflow" in page.numerics.itemText(1)
    assert "on purpose" in page.note.text
    pick(qtbot, page.numerics, "stable")
    assert workbench.experiment.training.numerics == "stable"


def test_a_regression_has_no_class_weights_and_says_so(more: TrainingMore, workbench: Workbench, qtbot: QtBot) -> None:
    workbench.change("Choose", data__source__name="plane")
    more.show_page("Loss")
    with qtbot.waitSignal(workbench.message_shown) as heard:
        pick(qtbot, more.groups["Loss"].weighting, "balanced")
    assert "it needs classes" in heard.args[0]
    assert workbench.experiment.training.class_weights is None


# -- clipping, schedule, stopping, start ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["clip_norm", "clip_value", "max_norm"])
def test_a_limit_is_set_typed_or_by_the_up_key_and_switched_off(
    name: str, more: TrainingMore, workbench: Workbench, qtbot: QtBot
) -> None:
    more.show_page("Clipping")
    page = more.groups["Clipping"]
    field = {"clip_norm": page.norm, "clip_value": page.value, "max_norm": page.max_norm}[name]
    type_into(qtbot, field, "5")
    assert getattr(workbench.experiment.training, name) == 5.0
    type_into(qtbot, field, "off")
    assert getattr(workbench.experiment.training, name) is None
    field.setFocus()
    qtbot.keyClick(field, Key.Key_Up)
    assert getattr(workbench.experiment.training, name) in (1.0, 3.0)
    qtbot.keyClick(field, Key.Key_Down)
    assert getattr(workbench.experiment.training, name) in (0.9, 2.0)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_is_chosen_and_its_numbers_are_shown(
    name: str, more: TrainingMore, workbench: Workbench, qtbot: QtBot
) -> None:
    more.show_page("Schedule")
    page = more.groups["Schedule"]
    pick(qtbot, page.kind, name)
    assert workbench.experiment.training.schedule == SCHEDULES[name].schedule
    expected = [NUMBERS[each][0] for each in SCHEDULES[name].schedule.__struct_fields__]
    assert shown_labels(more) == expected
    workbench.undo()
    assert workbench.experiment == Experiment()


def test_a_number_of_a_schedule_is_whole_where_it_counts_epochs(
    more: TrainingMore, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Set", training__schedule=StepSchedule())
    more.show_page("Schedule")
    fields = more.groups["Schedule"].numbers.fields
    type_into(qtbot, fields[0], "30.4")
    type_into(qtbot, fields[1], "0.25")
    assert workbench.experiment.training.schedule == StepSchedule(every=30, factor=0.25)
    assert isinstance(workbench.experiment.training.schedule.every, int)
    workbench.change("Set", training__schedule=ExponentialSchedule())
    type_into(qtbot, fields[0], "0.9")
    assert workbench.experiment.training.schedule == ExponentialSchedule(factor=0.9)


def test_early_stopping_is_switched_on_by_what_it_watches(
    more: TrainingMore, workbench: Workbench, qtbot: QtBot
) -> None:
    more.show_page("Stopping")
    page = more.groups["Stopping"]
    assert not page.patience.isVisible()
    pick(qtbot, page.monitor, "train_loss")
    assert workbench.experiment.training.early_stopping == EarlyStopping(monitor="train_loss")
    type_into(qtbot, page.patience, "20")
    type_into(qtbot, page.min_delta, "0.01")
    pick(qtbot, page.monitor, "test_loss")
    assert workbench.experiment.training.early_stopping == EarlyStopping(20, 0.01, "test_loss")
    assert "best weights" in page.note.text
    pick(qtbot, page.monitor, "off")
    assert workbench.experiment.training.early_stopping is None
    assert page.note.text == ""


@pytest.mark.parametrize(
    ("name", "typed", "value", "shown"),
    [
        ("epochs", "1 500", 1500, "1\u202f500"),
        ("loss", "0.01", 0.01, "0.01"),
        ("accuracy", "99.5 %", 0.995, "99.5 %"),
        ("seconds", "2.5", 2.5, "2.5"),
    ],
)
def test_a_rule_that_ends_a_run_is_set_and_lifted(
    name: str, typed: str, value: float, shown: str, more: TrainingMore, workbench: Workbench, qtbot: QtBot
) -> None:
    more.show_page("Stopping")
    field = more.groups["Stopping"].rules[name]
    type_into(qtbot, field, typed)
    assert getattr(workbench.experiment.training.stop, name) == pytest.approx(value)
    assert field.text() == shown
    field.clearFocus()
    qtbot.mouseClick(field, LEFT)
    qtbot.keyClick(field, Key.Key_Delete)
    qtbot.keyClick(field, Key.Key_Return)
    assert workbench.experiment == Experiment()
    assert field.text() == "off"


def test_the_rule_of_accuracy_says_which_accuracy_it_is(more: TrainingMore, workbench: Workbench, qtbot: QtBot) -> None:
    more.show_page("Stopping")
    field = more.groups["Stopping"].rules["accuracy"]
    (caption,) = (cell.caption for cell in more.groups["Stopping"].findChildren(Cell) if field in cell.controls)
    assert (caption.text, field.accessibleName()) == ("At test accuracy", "Stop at test accuracy")
    assert caption.toolTip() == field.toolTip() == "Stops when the test accuracy is at least this."
    workbench.change("No test set", data__train_share=1.0)
    assert (caption.text, field.accessibleName()) == ("At train accuracy", "Stop at train accuracy")
    assert caption.toolTip() == field.toolTip() == "Stops when the training accuracy is at least this."
    type_into(qtbot, field, "90")
    assert workbench.undo_name == "Stop at train accuracy"


def test_a_regression_cannot_stop_at_an_accuracy(more: TrainingMore, workbench: Workbench) -> None:
    workbench.change("Choose", data__source__name="plane")
    more.show_page("Stopping")
    rules = more.groups["Stopping"].rules
    assert not rules["accuracy"].isEnabled()
    assert "it needs classes" in rules["accuracy"].toolTip()
    assert rules["loss"].isEnabled()


def test_bias_and_precision(more: TrainingMore, workbench: Workbench, qtbot: QtBot) -> None:
    more.show_page("Start")
    page = more.groups["Start"]
    type_into(qtbot, page.bias, "-1")
    assert workbench.experiment.training.initial_bias == -1.0
    qtbot.mouseClick(page.precision.buttons["float64"], LEFT)
    assert workbench.experiment.training.precision == "float64"
    assert "16 digits" in page.note.text
    workbench.undo()
    assert page.precision.current == "float32"
