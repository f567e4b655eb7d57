"""The data column and the training card: what they show is the experiment, what they change is one undo step."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from playground.changes import with_changes
from playground.data import DATASETS
from playground.experiment import Experiment
from playground.training import INITIALIZERS, OPTIMIZERS, Adam, RmsProp, Sgd, optimizer_choice
from playground.views import gallery, theme
from playground.views.controls import NumberField, SliderRow
from playground.views.data_panel import DataPanel, imbalance_of, parsed_ratio, ratio_of, ratio_text
from playground.views.training_panel import TrainingPanel
from playground.views.workbench import Workbench

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def workbench(qtbot: QtBot) -> Iterator[Workbench]:
    """Without kernels: panels need none."""
    made = Workbench(Experiment())
    yield made
    made.close()


def shown(qtbot: QtBot, panel: QWidget, width: int, height: int) -> None:
    theme.current().set_theme("light")
    qtbot.addWidget(panel)
    panel.resize(width, height)
    with qtbot.waitActive(panel):
        panel.show()


@pytest.fixture
def data(workbench: Workbench, qtbot: QtBot) -> DataPanel:
    panel = DataPanel(workbench)
    shown(qtbot, panel, 236, 600)
    return panel


@pytest.fixture
def training(workbench: Workbench, qtbot: QtBot) -> TrainingPanel:
    panel = TrainingPanel(workbench)
    shown(qtbot, panel, 366, 196)
    return panel


def drag(qtbot: QtBot, row: SliderRow, *shares: float) -> None:
    """Press the slider at the first share of its way, pass by the others, and let go at the last."""
    places = [
        QPoint(round(row.slider.x_of(round(share * row.scale.steps))), row.slider.height() // 2) for share in shares
    ]
    qtbot.mousePress(row.slider, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(row.slider, place)
    qtbot.mouseRelease(row.slider, LEFT, pos=places[-1])


def type_into(qtbot: QtBot, field: NumberField, text: str) -> None:
    field.clearFocus()
    qtbot.mouseClick(field, LEFT)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Key.Key_Return)


# -- data sets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATASETS)
def test_a_click_on_a_picture_chooses_the_set(name: str, data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    workbench.change("Set noise", data__imperfections__position_noise=0.3, data__train_share=0.7)
    workbench.change("Choose", data__source__name="moons" if name != "moons" else "xor")
    picture = data.gallery.thumbnails[name]
    qtbot.mouseClick(picture, LEFT)
    chosen = workbench.experiment.data
    assert chosen.source.name == name
    assert (chosen.imperfections.position_noise, chosen.train_share) == (0.3, 0.7)
    assert chosen.source.samples == DATASETS[name].samples
    assert picture.isChecked()
    assert sum(each.isChecked() for each in data.gallery.thumbnails.values()) == 1
    assert workbench.undo_name == f"Choose {DATASETS[name].label}"


def test_the_users_number_of_samples_stays_where_the_usual_one_is_the_same(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Set samples", data__source__samples=150)
    qtbot.mouseClick(data.gallery.thumbnails["spirals"], LEFT)
    assert workbench.experiment.data.source.samples == 150
    qtbot.mouseClick(data.gallery.thumbnails["xor_points"], LEFT)
    assert workbench.experiment.data.source.samples == 4
    qtbot.mouseClick(data.gallery.thumbnails["circles"], LEFT)
    assert workbench.experiment.data.source.samples == 500


def test_a_loss_that_does_not_fit_becomes_automatic_in_the_same_step(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Set loss", training__loss="binary_cross_entropy")
    qtbot.mouseClick(data.gallery.thumbnails["moons"], LEFT)
    assert workbench.experiment.training.loss == "binary_cross_entropy"
    qtbot.mouseClick(data.gallery.thumbnails["three_spirals"], LEFT)
    assert workbench.experiment.training.loss == "auto"
    workbench.undo()
    assert workbench.experiment.data.source.name == "moons"
    assert workbench.experiment.training.loss == "binary_cross_entropy"


def test_arrow_keys_walk_through_the_gallery(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    first = data.gallery.thumbnails["circles"]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(first, Key.Key_Right)
    assert workbench.experiment.data.source.name == "xor"


def test_pictures_differ_follow_the_noise_and_are_drawn_once(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    pictures = {name: each.grab().toImage() for name, each in data.gallery.thumbnails.items() if name != "circles"}
    images = list(pictures.values())
    assert all(first != second for place, first in enumerate(images) for second in images[place + 1 :])
    made = gallery.thumbnail.cache_info().misses
    data.gallery.thumbnails["moons"].grab()
    assert gallery.thumbnail.cache_info().misses == made
    workbench.change("Set noise", data__imperfections__position_noise=0.4)
    assert data.gallery.thumbnails["moons"].grab().toImage() != pictures["moons"]


def test_every_picture_tells_what_noise_means_for_it(data: DataPanel) -> None:
    for name, kind in DATASETS.items():
        assert kind.noise_note in data.gallery.thumbnails[name].toolTip()
        assert data.gallery.thumbnails[name].accessibleName() == kind.label


# -- the sliders of the data ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "path", "end"),
    [
        ("samples", "source.samples", 20_000),
        ("share", "train_share", 1.0),
        ("noise", "imperfections.position_noise", 1.0),
        ("label_noise", "imperfections.label_noise", 1.0),
        ("imbalance", "imperfections.imbalance", 0.95),
    ],
)
def test_a_drag_changes_its_field_in_one_step(
    row: str, path: str, end: float, data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    def value() -> float:
        found: object = workbench.experiment.data
        for name in path.split("."):
            found = getattr(found, name)
        return found  # type: ignore[return-value]

    before = value()
    drag(qtbot, getattr(data, row), 0.3, 0.6, 1.0)
    assert value() == pytest.approx(end)
    workbench.undo()
    assert value() == before
    assert workbench.undo_name is None
    assert getattr(data, row).value == pytest.approx(ratio_of(before) if row == "imbalance" else before)


def test_two_drags_are_two_steps(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    drag(qtbot, data.noise, 0.1, 0.2)
    drag(qtbot, data.noise, 0.5)
    workbench.undo()
    assert workbench.experiment.data.imperfections.position_noise == pytest.approx(0.2)


def test_imbalance_is_told_as_a_ratio(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    type_into(qtbot, data.imbalance.field, "1:4")
    assert workbench.experiment.data.imperfections.imbalance == pytest.approx(0.75)
    assert data.imbalance.field.text() == "1 : 4"


@pytest.mark.parametrize("ratio", [1.0, 1.5, 4.0, 20.0])
def test_ratio_and_imbalance_are_each_others_reverse(ratio: float) -> None:
    assert ratio_of(imbalance_of(ratio)) == pytest.approx(ratio)
    assert parsed_ratio(ratio_text(ratio)) == ratio


def test_what_does_nothing_is_switched_off_and_says_why(data: DataPanel, workbench: Workbench) -> None:
    assert data.share.isEnabled()
    assert data.imbalance.isEnabled()
    workbench.change("Choose", data__source__name="xor_points", data__source__samples=4)
    assert not data.share.isEnabled()
    assert "same points" in data.share.slider.toolTip()
    workbench.change("Choose", data__source__name="plane")
    assert data.share.isEnabled()
    assert not data.imbalance.isEnabled()
    assert data.label_noise.label.text == "Target noise"


def test_only_blobs_ask_for_classes_and_three_classes_do_not_fit_two_class_losses(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    assert not data.classes.isVisible()
    workbench.change(
        "Choose", data__source__name="blobs", data__source__classes=2, training__loss="binary_cross_entropy"
    )
    assert data.classes.isVisible()
    qtbot.keyClick(data.classes.slider, Key.Key_Right)
    assert workbench.experiment.data.source.classes == 3
    assert workbench.experiment.training.loss == "auto"
    workbench.undo()
    assert workbench.experiment.training.loss == "binary_cross_entropy"


def test_scaling_is_chosen_with_keys(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    qtbot.keyClick(data.scaling, Key.Key_Down)
    assert workbench.experiment.data.scaling == "standardize"
    workbench.undo()
    assert data.scaling.current == "none"


def test_a_number_that_is_not_allowed_is_refused_in_words(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workbench.message_shown) as heard:
        type_into(qtbot, data.samples.field, "3")
    assert "from 4 to 20,000" in heard.args[0]
    assert data.samples.field.text() == "500"
    assert data.samples.value == 500
    assert workbench.undo_name is None


@pytest.mark.parametrize(("width", "height"), [(236, 594), (208, 436)])
@pytest.mark.parametrize("name", ["circles", "blobs"])
def test_the_column_fits_without_a_scroll_bar(
    width: int, height: int, name: str, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Choose", data__source__name=name)
    panel = DataPanel(workbench)
    shown(qtbot, panel, width, height)
    QApplication.processEvents()
    assert not panel.verticalScrollBar().isVisible()
    for row in panel.rows:
        assert not row.label.is_cut()
    widest = max(button.geometry().right() for button in panel.gallery.thumbnails.values())
    assert widest < panel.gallery.width()


def test_a_column_that_is_too_low_scrolls(workbench: Workbench, qtbot: QtBot) -> None:
    panel = DataPanel(workbench)
    shown(qtbot, panel, 208, 300)
    qtbot.waitUntil(panel.verticalScrollBar().isVisible)


def test_more_classes_than_points_raise_the_points_in_the_same_edit(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    few = with_changes(Experiment(), data__source__name="blobs", data__source__samples=4)
    workbench.edit("Few points", few)
    drag(qtbot, data.classes, 0.5, 1.0)
    source = workbench.experiment.data.source
    assert (source.classes, source.samples) == (8, 8)
    assert data.samples.value == 8
    workbench.undo()
    assert workbench.experiment == few


def test_a_data_set_with_more_classes_than_points_raises_the_points(data: DataPanel, workbench: Workbench) -> None:
    few = with_changes(Experiment(), data__source__samples=4, data__source__classes=8)
    workbench.edit("Few points", few)
    data.choose("blobs")
    source = workbench.experiment.data.source
    assert (source.name, source.classes, source.samples) == ("blobs", 8, 8)
    workbench.undo()
    assert workbench.experiment == few
    data.choose("moons")
    assert workbench.experiment.data.source.samples == 4


# -- training ---------------------------------------------------------------------------------------------------------


def test_the_rate_is_dragged_in_one_step_and_typed_exactly(
    training: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    drag(qtbot, training.rate, 0.2, 0.5, 1.0)
    assert workbench.experiment.training.learning_rate == 10.0
    workbench.undo()
    assert workbench.experiment.training.learning_rate == 0.03
    type_into(qtbot, training.rate.field, "37.5")
    assert workbench.experiment.training.learning_rate == 37.5
    assert training.rate.field.text() == "37.5"


def test_the_batch_size_is_a_whole_number(training: TrainingPanel, workbench: Workbench, qtbot: QtBot) -> None:
    qtbot.keyClick(training.batch.slider, Key.Key_Right)
    assert workbench.experiment.training.batch_size == 11
    type_into(qtbot, training.batch.field, "32.4")
    assert workbench.experiment.training.batch_size == 32


@pytest.mark.parametrize(
    ("field", "name", "typed", "expected"),
    [
        ("l1", "l1", "0.02", 0.02),
        ("l2", "l2", "1e-3", 0.001),
        ("clip", "clip_norm", "5", 5.0),
        ("bias", "initial_bias", "-1", -1.0),
    ],
)
def test_a_typed_number_reaches_its_field(
    field: str, name: str, typed: str, expected: float, training: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    type_into(qtbot, getattr(training, field), typed)
    assert getattr(workbench.experiment.training, name) == expected
    workbench.undo()
    assert workbench.experiment == Experiment()
    assert getattr(training, field).value == getattr(Experiment().training, name)


def test_clipping_is_switched_off_by_off(training: TrainingPanel, workbench: Workbench, qtbot: QtBot) -> None:
    type_into(qtbot, training.clip, "5")
    type_into(qtbot, training.clip, "off")
    assert workbench.experiment.training.clip_norm is None
    assert training.clip.text() == "off"


def test_a_refused_number_goes_back_with_a_reason(training: TrainingPanel, workbench: Workbench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workbench.message_shown) as heard:
        type_into(qtbot, training.l2, "-1")
    assert "training.l2" in heard.args[0]
    assert training.l2.text() == "0"
    assert workbench.undo_name is None


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_optimizer_shows_its_own_numbers(
    name: str, training: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    training.optimizer.chosen.emit(name)
    chosen = workbench.experiment.training.optimizer
    assert chosen == OPTIMIZERS[name].optimizer
    assert training.optimizer.current == name == optimizer_choice(chosen)
    visible = [field.accessibleName() for field in training.numbers if field.isVisible()]
    expected = {
        "sgd": [],
        "momentum": ["Momentum"],
        "nesterov": ["Momentum"],
        "rmsprop": ["Decay", "Epsilon"],
        "adam": ["Beta 1", "Beta 2", "Epsilon"],
    }
    assert visible == expected[name]


@pytest.mark.parametrize(
    ("optimizer", "place", "typed", "expected"),
    [
        (Sgd(momentum=0.9), 0, "0.8", Sgd(momentum=0.8)),
        (Sgd(momentum=0.9, nesterov=True), 0, "0.8", Sgd(momentum=0.8, nesterov=True)),
        (RmsProp(), 0, "0.9", RmsProp(decay=0.9)),
        (RmsProp(), 1, "1e-6", RmsProp(epsilon=1e-6)),
        (Adam(), 1, "0.99", Adam(beta2=0.99)),
        (Adam(), 2, "1e-7", Adam(epsilon=1e-7)),
    ],
)
def test_an_optimizers_number_is_changed_and_nothing_else(
    optimizer: object,
    place: int,
    typed: str,
    expected: object,
    training: TrainingPanel,
    workbench: Workbench,
    qtbot: QtBot,
) -> None:
    workbench.change("Set optimizer", training__optimizer=optimizer)
    type_into(qtbot, training.numbers[place], typed)
    assert workbench.experiment.training.optimizer == expected


def test_a_momentum_of_one_is_refused(training: TrainingPanel, workbench: Workbench, qtbot: QtBot) -> None:
    workbench.change("Set optimizer", training__optimizer=Sgd(momentum=0.9))
    with qtbot.waitSignal(workbench.message_shown):
        type_into(qtbot, training.numbers[0], "1")
    assert training.numbers[0].text() == "0.9"


@pytest.mark.parametrize(
    ("name", "closed"),
    [
        ("circles", set()),
        ("three_spirals", {"binary_cross_entropy"}),
        ("plane", {"binary_cross_entropy", "softmax_cross_entropy"}),
    ],
)
def test_losses_that_do_not_fit_are_closed_with_the_reason(
    name: str, closed: set[str], training: TrainingPanel, workbench: Workbench
) -> None:
    workbench.change("Choose", data__source__name=name)
    model = training.loss.model()
    names = ["auto", "squared_error", "binary_cross_entropy", "softmax_cross_entropy"]
    flags = [model.flags(model.index(row, 0)) for row in range(model.rowCount())]
    assert {key for key, flag in zip(names, flags, strict=True) if not flag & Qt.ItemFlag.ItemIsEnabled} == closed
    for row, key in enumerate(names):
        assert ("(it needs" in training.loss.itemText(row)) == (key in closed)


def test_choosing_with_keys_sets_loss_and_initializer(
    training: TrainingPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    qtbot.keyClick(training.loss, Key.Key_Down)
    assert workbench.experiment.training.loss == "squared_error"
    qtbot.keyClick(training.initializer, Key.Key_End)
    assert workbench.experiment.training.initializer == list(INITIALIZERS)[-1]


def test_the_scale_is_open_for_the_initializers_that_use_it(training: TrainingPanel, workbench: Workbench) -> None:
    for name in INITIALIZERS:
        workbench.change("Set initializer", training__initializer=name)
        assert training.scale.isEnabled() == (name in ("normal", "constant"))


@pytest.mark.parametrize(("width", "height"), [(366, 196), (312, 174)])
def test_the_card_shows_everything_without_clipping(
    width: int, height: int, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Set all", training__optimizer=Adam(), training__initializer="normal")
    panel = TrainingPanel(workbench)
    shown(qtbot, panel, width, height)
    QApplication.processEvents()
    assert panel.minimumSizeHint().height() <= height
    for field in panel.findChildren(NumberField):
        assert panel.rect().contains(field.geometry() if field.parent() is panel else field.parentWidget().geometry())
        room = field.width() - 2 * 6 - 2
        assert field.fontMetrics().horizontalAdvance(field.text()) <= max(room, 0) + 6, field.accessibleName()
    for caption in (*panel.captions, panel.rate.label, panel.batch.label):
        assert not caption.is_cut(), caption.text
    rows = [panel.rate, panel.optimizer, panel.loss, panel.initializer]
    for upper, lower in pairwise(rows):
        assert upper.geometry().bottom() < lower.geometry().top()


def test_panels_show_another_document(data: DataPanel, training: TrainingPanel, workbench: Workbench) -> None:
    other = with_changes(
        Experiment(),
        data__source__name="moons",
        data__source__samples=77,
        training__learning_rate=0.2,
        training__l2=0.01,
    )
    workbench.edit("Open", other)
    assert data.gallery.thumbnails["moons"].isChecked()
    assert (data.name.text, data.samples.field.text()) == ("Moons", "77")
    assert (training.rate.field.text(), training.l2.text()) == ("0.2", "0.01")
