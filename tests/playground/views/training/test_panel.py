"""The training card: what it shows is the experiment, what it changes is one undo step, what does not fit says why."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.data.task import allowed_losses
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.optimizers import OPTIMIZERS, optimizer_choice
from playground.experiment.schedules import CosineSchedule, EarlyStopping
from playground.experiment.training import INITIALIZERS, LOSSES
from playground.views.controls import Caption, NumberField
from playground.views.theme import theme
from playground.views.training.batch_row import ALL
from playground.views.training.panel import TrainingPanel
from playground.views.workbench.workbench import Workbench
from tests.playground.views.controls.driver import LEFT, Key, drag, pick, show_panel, type_into


@pytest.fixture
def workbench(qtbot: QtBot) -> Iterator[Workbench]:
    """Without kernels: the card needs none."""
    made = Workbench(Experiment())
    yield made
    made.close()


@pytest.fixture
def card(workbench: Workbench, qtbot: QtBot) -> TrainingPanel:
    panel = TrainingPanel(workbench)
    show_panel(qtbot, panel, 366, 196)
    return panel


def test_the_rate_is_dragged_in_one_step_and_typed_exactly(
    card: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    drag(qtbot, card.rate, 0.2, 0.5, 1.0)
    assert workbench.experiment.training.learning_rate == 10.0
    workbench.undo()
    assert workbench.experiment.training.learning_rate == 0.03
    type_into(qtbot, card.rate.field, "37.5")
    assert workbench.experiment.training.learning_rate == 37.5
    assert card.rate.field.text() == "37.5"


# -- the batch size ---------------------------------------------------------------------------------------------------


def test_the_batch_size_goes_from_one_sample_to_all(card: TrainingPanel, workbench: Workbench, qtbot: QtBot) -> None:
    qtbot.keyClick(card.batch.row.slider, Key.Key_Home)
    assert workbench.experiment.training.batch_size == 1
    assert card.batch.row.field.text() == "1"
    assert "Each sample" in card.batch.row.slider.toolTip()
    qtbot.keyClick(card.batch.row.slider, Key.Key_End)
    assert workbench.experiment.training.batch_size == ALL
    assert card.batch.row.field.text() == "all 250"
    assert "full batch" in card.batch.row.slider.toolTip()
    qtbot.keyClick(card.batch.row.slider, Key.Key_Left)
    assert workbench.experiment.training.batch_size < 250
    assert card.batch.row.field.text() == str(workbench.experiment.training.batch_size)


@pytest.mark.parametrize(
    ("typed", "size", "shown"),
    [("all", ALL, "all 250"), ("ALL 250", ALL, "all 250"), ("32.4", 32, "32"), ("250", 250, "all 250"), ("1", 1, "1")],
)
def test_a_batch_size_is_typed(
    typed: str, size: float, shown: str, card: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    type_into(qtbot, card.batch.row.field, typed)
    assert workbench.experiment.training.batch_size == size
    assert isinstance(workbench.experiment.training.batch_size, int)
    assert card.batch.row.field.text() == shown


def test_all_stays_all_when_the_samples_change(card: TrainingPanel, workbench: Workbench, qtbot: QtBot) -> None:
    drag(qtbot, card.batch.row, 0.5, 1.0)
    workbench.change("Set samples", data__source__samples=3000)
    assert card.batch.row.field.text() == "all 1\u202f500"
    assert card.batch.row.slider.value() == card.batch.row.slider.maximum()
    workbench.change("Set batch size", training__batch_size=1000)
    assert card.batch.row.field.text() == "1\u202f000"
    workbench.change("Set samples", data__source__samples=800)
    assert card.batch.row.field.text() == "all 400"
    assert card.batch.row.slider.value() == card.batch.row.slider.maximum()


@pytest.mark.parametrize("samples", [4, 5, 20_000])
def test_every_size_of_the_training_set_has_a_slider(
    samples: int, card: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Set samples", data__source__samples=samples)
    values = card.batch.row.scale.values
    assert values[0] == 1.0
    assert values[-1] == ALL
    assert values == sorted(set(values))
    qtbot.keyClick(card.batch.row.slider, Key.Key_Home)
    assert workbench.experiment.training.batch_size == 1


# -- optimizer, loss, initial weights ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_optimizer_is_chosen_by_keyboard(
    name: str, card: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    pick(qtbot, card.optimizer, name)
    assert workbench.experiment.training.optimizer == OPTIMIZERS[name].optimizer
    assert card.optimizer.current == name == optimizer_choice(workbench.experiment.training.optimizer)
    if name != "sgd":
        assert workbench.undo_name == f"Set optimizer to {OPTIMIZERS[name].label}"
        workbench.undo()
    assert workbench.experiment == Experiment()


@pytest.mark.parametrize("data_set", ["circles", "three_spirals", "plane"])
@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_is_taken_where_it_fits_and_refused_in_words_where_not(
    data_set: str, loss: str, card: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Choose", data__source__name=data_set)
    reason = allowed_losses(workbench.experiment.task)[loss]
    heard: list[str] = []
    workbench.message_shown.connect(lambda text, kind: heard.append(text))
    before = workbench.experiment
    pick(qtbot, card.loss, loss)
    if reason is None:
        assert workbench.experiment.training.loss == loss
        assert heard == []
    else:
        assert workbench.experiment == before
        assert card.loss.current == before.training.loss
        assert len(heard) == 1
        assert reason in heard[0]
        assert LOSSES[loss].label in heard[0]
    tip = card.loss.model().item(list(LOSSES).index(loss)).toolTip()
    assert (reason or "Not now") in tip or reason is None
    assert card.loss.is_open(loss) == (reason is None)


def test_what_does_not_fit_is_grey_in_every_theme(card: TrainingPanel) -> None:
    for name in ("light", "dark", "contrast"):
        theme.current().set_theme(name)
        inks = {key: card.loss.model().item(row).foreground().color().name() for row, key in enumerate(LOSSES)}
        assert inks["huber"] == theme.color("faint").name()
        assert inks["hinge"] == theme.color("text").name()
    theme.current().set_theme("light")


def test_arrow_keys_on_the_closed_list_pass_over_what_does_not_fit(
    card: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    chosen = []
    for _ in range(8):
        qtbot.keyClick(card.loss, Key.Key_Down)
        chosen.append(workbench.experiment.training.loss)
    assert chosen[:5] == ["squared_error", "hinge", "binary_cross_entropy", "softmax_cross_entropy", "focal"]
    assert set(chosen[5:]) == {"focal"}
    qtbot.keyClick(card.loss, Key.Key_Up)
    assert workbench.experiment.training.loss == "softmax_cross_entropy"


@pytest.mark.parametrize(
    ("data_set", "loss", "label", "field", "typed", "value"),
    [("plane", "huber", "Delta", "huber_delta", "0.5", 0.5), ("circles", "focal", "Gamma", "focal_gamma", "3", 3.0)],
)
def test_the_number_of_a_loss_comes_with_it(
    data_set: str, loss: str, label: str, field: str, typed: str, value: float,
    card: TrainingPanel, workbench: Workbench, qtbot: QtBot,
) -> None:  # fmt: skip
    workbench.change("Choose", data__source__name=data_set)
    assert not card.loss_number.isVisible()
    pick(qtbot, card.loss, loss)
    assert card.loss_number.isVisible()
    assert card.loss_number.accessibleName() == label
    type_into(qtbot, card.loss_number, typed)
    assert getattr(workbench.experiment.training, field) == value
    assert workbench.undo_name == f"Set {label.lower()}"
    pick(qtbot, card.loss, "squared_error")
    assert not card.loss_number.isVisible()
    assert getattr(workbench.experiment.training, field) == value


def test_another_loss_takes_along_what_does_not_fit_it_in_one_step(
    card: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    smooth = with_changes(
        Experiment(), training__loss="softmax_cross_entropy", training__label_smoothing=0.1, training__numerics="naive"
    )
    workbench.edit("Smooth", smooth)
    pick(qtbot, card.loss, "hinge")
    training = workbench.experiment.training
    assert (training.loss, training.label_smoothing, training.numerics) == ("hinge", 0.0, "stable")
    workbench.undo()
    assert workbench.experiment == smooth


def test_the_scale_stands_beside_the_initializers_that_use_it(
    card: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    for name in INITIALIZERS:
        workbench.change("Set initializer", training__initializer=name)
        assert card.initializer.current == name
        assert card.scale.isVisible() == (name in ("normal", "constant"))
    workbench.change("Set initializer", training__initializer="normal")
    type_into(qtbot, card.scale, "0.7")
    assert workbench.experiment.training.initializer_scale == 0.7


@pytest.mark.parametrize(("name", "typed", "value"), [("l1", "0.02", 0.02), ("l2", "1e-3", 0.001)])
def test_a_penalty_is_typed_and_undone(
    name: str, typed: str, value: float, card: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    type_into(qtbot, getattr(card, name), typed)
    assert getattr(workbench.experiment.training, name) == value
    workbench.undo()
    assert workbench.experiment == Experiment()
    assert getattr(card, name).text() == "0"


def test_a_refused_number_goes_back_with_a_reason(card: TrainingPanel, workbench: Workbench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workbench.message_shown) as heard:
        type_into(qtbot, card.l2, "-1")
    assert heard.args[0] == "L2: 0 to 1\u202f000."
    card.l2.clearFocus()
    assert card.l2.text() == "0"
    assert workbench.undo_name is None


# -- the foot and the room --------------------------------------------------------------------------------------------


def test_the_foot_tells_what_is_set_behind_more(card: TrainingPanel, workbench: Workbench, qtbot: QtBot) -> None:
    assert card.beyond.text == ""
    workbench.change(
        "Set", training__schedule=CosineSchedule(), training__clip_norm=5.0, training__early_stopping=EarlyStopping()
    )
    assert card.beyond.text == "clip norm 5  ·  cosine  ·  early stopping"
    workbench.undo()
    assert card.beyond.text == ""


def test_more_is_a_switch_that_says_what_it_does(card: TrainingPanel, qtbot: QtBot) -> None:
    wanted: list[bool] = []
    card.more_wanted.connect(wanted.append)
    assert (card.more.text(), card.more.accessibleName()) == ("More", "More training settings")
    qtbot.mouseClick(card.more, LEFT)
    qtbot.keyClick(card.more, Key.Key_Return)
    assert wanted == [True, False]
    assert card.more.text() == "More"


@pytest.mark.parametrize(("width", "height"), [(366, 196), (312, 174)])
@pytest.mark.parametrize(
    "changes",
    [{}, {"training__initializer": "normal", "training__loss": "focal", "training__batch_size": 100_000}],
    ids=["usual", "crowded"],
)
def test_the_card_shows_everything_without_clipping(
    width: int, height: int, changes: dict, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Set all", **changes)
    panel = TrainingPanel(workbench)
    show_panel(qtbot, panel, width, height)
    QApplication.processEvents()
    assert panel.minimumSizeHint().height() <= height
    for field in panel.findChildren(NumberField):
        if not field.isVisible():
            continue
        corner = field.mapTo(panel, field.rect().bottomRight())
        assert panel.rect().adjusted(0, 0, -4, -4).contains(corner), field.accessibleName()
        assert field.fontMetrics().horizontalAdvance(field.text()) <= field.width() - 8, field.accessibleName()
    for caption in panel.findChildren(Caption):
        assert not caption.isVisible() or not caption.is_cut(), caption.text
    rows = [panel.rate, panel.optimizer, panel.initializer, panel.more]
    tops = [row.mapTo(panel, row.rect().topLeft()).y() for row in rows]
    for (upper, top), below in pairwise([*zip(rows, tops, strict=True), (None, tops[-1] + 99)]):
        assert top + upper.height() <= below[1]


def test_the_card_shows_another_document(card: TrainingPanel, workbench: Workbench) -> None:
    workbench.edit("Open", with_changes(Experiment(), training__learning_rate=0.2, training__l2=0.01))
    assert (card.rate.field.text(), card.l2.text()) == ("0.2", "0.01")
