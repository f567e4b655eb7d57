"""The whole window: themes, help, messages, sizes, and what it remembers."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from playground.__main__ import main
from playground.causes.divergence import Cause, Cure, Diagnosis
from playground.commands import picture
from playground.edits.changes import with_changes
from playground.errors import WrongUse
from playground.experiment.changing import Change
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.starting import starting_network
from playground.run.checkpoint import Checkpoint
from playground.settings import settings
from playground.views.controls import ElidedLabel, NumberField
from playground.views.controls.few_lines import FewLines
from playground.views.controls.focus import FocusButton
from playground.views.data.flaw_row import QuietLine
from playground.views.theme import theme
from playground.views.window.commands import shown_keys
from playground.views.window.help_sheet import HelpSheet, about_text
from playground.views.window.main_window import SMALLEST, MainWindow
from playground.views.window.picture import render
from playground.views.workbench.open_file import Opened, OpenFile
from playground.views.workbench.workbench import Workbench
from playground.words.divergence import CAUSES, LOOKING, cause_alone, cure_label
from tests.playground.views.one_window import one_after_another
from tests.playground.views.window.driver import Make, Open, bench, press, trigger

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
EXPLODING = with_changes(
    Experiment(),
    data__source__name="plane",
    data__features=("x", "x_squared"),
    network__layers=(),
    training__learning_rate=50.0,
)

# -- theme and help ---------------------------------------------------------------------------------------------------


def test_themes_by_menu_change_the_whole_window_and_are_remembered(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(remember=True)
    pictures = []
    for name in ("light", "dark", "contrast"):
        trigger(window, f"theme_{name}")
        assert theme.current().name == name
        assert settings.read().theme == name
        assert window.commands.actions[f"theme_{name}"].isChecked()
        ground = theme.color("background").name()
        picture = window.grab().toImage()
        pictures.append(picture)
        for place in (QPoint(6, 400), QPoint(240, 690), QPoint(1434, 500)):
            assert picture.pixelColor(place).name() == ground, (name, place)
    assert pictures[0] != pictures[1] != pictures[2]
    theme.current().set_theme("light")
    again = open_window(remember=True)
    assert theme.current().name == "contrast"
    assert again.commands.actions["theme_contrast"].isChecked()


def test_a_window_that_remembers_nothing_keeps_the_theme_it_finds(open_window: Open) -> None:
    settings.write(settings.Settings(theme="dark"))
    window = open_window()
    assert theme.current().name == "light"
    window.set_theme("contrast")
    assert settings.read().theme == "dark"


def test_every_panel_has_a_name_and_the_help_sheet_lists_every_shortcut(window: MainWindow) -> None:
    for name in ("transport", "data", "network", "output", "plots", "training"):
        assert window.panel(name).isVisible()
    with pytest.raises(KeyError):
        window.panel("attic")
    sheet = HelpSheet(window.commands.table, window)
    listed = {(text, keys) for _, text, keys in sheet.entries}
    for command in window.commands.table:
        if command.sequences:
            assert (command.text, shown_keys(command)) in listed
    for label in sheet.findChildren(ElidedLabel):
        assert not label.is_cut()
    sheet.deleteLater()


def test_the_program_tells_its_version_and_licences() -> None:
    import playground

    for word in (playground.__version__, "Inter", "JetBrains Mono", "Lucide", "LGPL"):
        assert word in about_text()


# -- messages ---------------------------------------------------------------------------------------------------------


def test_a_message_is_shown_beside_the_menus_covers_nothing_and_is_closed(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_kinds_of_messages(window, qtbot)
    check_escape(window, qtbot)
    check_messages_cover_nothing(window)
    monkeypatch.setattr("playground.views.window.messages.STAYS_MS", 30)
    for kind in ("info", "error"):
        check_a_message_goes_away_by_itself_unless_it_waits_for_an_answer(kind, window, qtbot)


def check_kinds_of_messages(window: MainWindow, qtbot: QtBot) -> None:
    before = window.network.geometry()
    for kind in ("info", "warning", "error"):
        bench(window).show_message("Something happened.\nAnd a reason.", kind)
        strip = window.messages
        assert strip.isVisible()
        assert (strip.text, strip.kind) == ("Something happened.\nAnd a reason.", kind)
        assert window.rect().contains(strip.geometry())
        assert window.network.geometry() == before
        qtbot.mouseClick(strip._close, LEFT)
        assert not strip.isVisible()


def check_escape(window: MainWindow, qtbot: QtBot) -> None:
    bench(window).show_message("Refused.", "error")
    window.data.noise.slider.setFocus()
    press(qtbot, window, "Esc")
    assert not window.messages.isVisible()


def check_a_message_goes_away_by_itself_unless_it_waits_for_an_answer(
    kind: str, window: MainWindow, qtbot: QtBot
) -> None:
    bench(window).show_message("Saved.", kind)
    qtbot.waitUntil(lambda: not window.messages.isVisible())
    window.messages.show_message("And now?", kind, (("Reset", bench(window).reset),))
    assert window.messages.isVisible()
    assert not window.messages._timer.isActive()


def check_messages_cover_nothing(window: MainWindow) -> None:
    for size, times in product(((1440, 900), SMALLEST.toTuple()), (1, 12)):
        window.resize(*size)
        QApplication.processEvents()
        check_message(window, times)
        window.messages.dismiss()


def check_message(window: MainWindow, times: int) -> None:
    sentence = "\n".join(["A long line that tells what is wrong with the file. " * 4] * times)
    window.messages.show_message(sentence, "error", (("Reset", window.close), ("At a tenth", window.close)))
    covered = window.messages.geometry()
    assert window.rect().contains(covered)
    bar = window.menuBar()
    assert not any(covered.intersects(bar.actionGeometry(action)) for action in bar.actions())
    assert not covered.intersects(window.scroller.geometry().translated(window.centralWidget().pos()))
    held = window.transport.findChildren(QWidget)
    shown = [each for each in held if each.isVisible() and not each.findChildren(QWidget)]
    assert len(shown) > 10
    for widget in shown:
        assert not covered.intersects(QRect(widget.mapTo(window, QPoint()), widget.size())), widget.accessibleName()
    assert window.messages.text == sentence
    for widget in window.messages.findChildren(QWidget):
        assert window.messages.rect().contains(widget.geometry())


def test_divergence_offers_ways_out(open_window: Open, make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench(EXPLODING)
    window = open_window(workbench)
    workbench.run.advance_now(epochs=200)
    assert workbench.run.state == "diverged"
    assert window.messages.isVisible()
    assert "Diverged at step" in window.messages.text
    assert window.messages.text.endswith(LOOKING)
    assert [button.text() for button in window.messages._actions] == ["Reset"]
    diverged = workbench.run.snapshot
    qtbot.waitUntil(lambda: len(window.messages._actions) > 1)
    cure = workbench.diagnosing.diagnosis.cures[0]
    assert window.messages.text.startswith(cause_alone(workbench.diagnosing.diagnosis))
    assert [button.text() for button in window.messages._actions] == ["Reset", cure_label(cure)]
    qtbot.mouseClick(window.messages._actions[1], LEFT)
    assert workbench.experiment.training.learning_rate == cure.changes[0].value < 50.0
    assert workbench.run.state == "paused"
    assert not window.messages.isVisible()
    workbench.run.advance_now()
    assert workbench.run.snapshot.step == 0
    workbench.run.advance_now(epochs=10)
    assert workbench.run.snapshot.divergence is None
    workbench.undo()
    workbench.run.settle()
    assert workbench.experiment == EXPLODING
    assert (workbench.run.snapshot.step, workbench.run.snapshot.divergence) == (diverged.step, diverged.divergence)


def explode(window: MainWindow) -> MainWindow:
    bench(window).open(Opened(Checkpoint(EXPLODING), OpenFile()))
    bench(window).run.settle()
    bench(window).run.advance_now(epochs=200)
    return window


def test_divergences_one_after_the_other(window: MainWindow, qtbot: QtBot) -> None:
    one_after_another(
        window,
        check_a_divergence_that_was_edited_away_is_not_explained_any_more,
        check_a_closed_message_does_not_come_back_with_the_cause,
        check_the_divergence_message_goes_when_the_user_resets,
        prepare=lambda: {"window": explode(window)},
        qtbot=qtbot,
    )


def check_a_divergence_that_was_edited_away_is_not_explained_any_more(window: MainWindow) -> None:
    workbench = bench(window)
    workbench.change("Set the rate", training__learning_rate=0.001)
    workbench.diagnosing.wait()
    assert workbench.diagnosing.diagnosis is None
    assert not window.messages.isVisible()


def check_a_closed_message_does_not_come_back_with_the_cause(window: MainWindow) -> None:
    workbench = bench(window)
    assert window.messages.isVisible()
    window.messages.dismiss()
    workbench.diagnosing.wait()
    assert workbench.diagnosing.diagnosis is not None
    assert not window.messages.isVisible()


def check_the_divergence_message_goes_when_the_user_resets(window: MainWindow, qtbot: QtBot) -> None:
    assert window.messages.isVisible()
    qtbot.mouseClick(window.transport.reset, LEFT)
    assert not window.messages.isVisible()


CHANGES = {
    "penalty": ("training.l2", 0.1), "decay": ("training.optimizer.weight_decay", 0.01),
    "numerics": ("training.numerics", "stable"), "inputs": ("data.scaling", "standardize"),
    "start": ("training.initializer", "xavier_normal"), "rate": ("training.learning_rate", 0.003),
}  # fmt: skip


def unspaced(text: str) -> str:
    """The text however its lines are broken."""
    return text.replace(" ", "")


def test_cause_and_cures_of_a_divergence_can_be_read_on_a_small_screen(open_window: Open, make_workbench: Make) -> None:
    workbench = make_workbench(EXPLODING)
    window = open_window(workbench, size=(1024, 600))
    workbench.run.advance_now(epochs=200)
    workbench.diagnosing.wait()
    for cause in CAUSES:
        check_divergence(window, workbench, cause, learns=True)
    check_divergence(window, workbench, "numerics", learns=False)


def check_divergence(window: MainWindow, workbench: Workbench, cause: Cause, learns: bool) -> None:
    one = Change(*CHANGES.get(cause, CHANGES["rate"]))
    found = [Cure("rate", EXPLODING, (one,)), Cure("rate", EXPLODING, (Change("training.learning_rate", 0.003),))]
    if cause == "several":
        found = [Cure("several", EXPLODING, (one, Change("data.scaling", "standardize"), Change("training.l2", 0.1)))]
    cures = () if cause == "by_hand" else tuple(found[: 1 if cause == "rate" or not learns else 2])
    workbench.diagnosing.diagnosis = Diagnosis(cause, cures, 2.345, 2.0, 600, learns)
    window.telling.tell_divergence()
    QApplication.processEvents()
    drawn = "".join(window.messages.findChild(FewLines).lines())
    assert unspaced(drawn).startswith(unspaced(cause_alone(workbench.diagnosing.diagnosis))), drawn
    for button in window.messages._actions:
        assert button.width() >= button.sizeHint().width(), cause
        assert window.messages.rect().contains(button.geometry()), cause


# -- data of another kind ---------------------------------------------------------------------------------------------


def test_a_network_of_ones_own_is_kept_for_images_and_the_suggested_one_is_one_click_away(
    window: MainWindow, qtbot: QtBot
) -> None:
    workbench = bench(window)
    own = Network((Dense(6), Dense(2)))
    workbench.change("Edit", network=Network((Dense(4), Dense(3))))
    trigger(window, "data_digits")
    assert "suggested" in window.messages.text
    trigger(window, "data_circles")
    assert not window.messages.isVisible(), "the offer is of no use any more"
    workbench.change("Edit", network=own)
    trigger(window, "data_digits")
    assert workbench.experiment.network == own
    (button,) = window.messages._actions
    qtbot.mouseClick(button, LEFT)
    assert workbench.experiment.network == starting_network(workbench.experiment.input_shape)
    assert not window.messages.isVisible()
    workbench.undo()
    assert (workbench.experiment.network, workbench.experiment.data.source.name) == (own, "digits")


# -- sizes ------------------------------------------------------------------------------------------------------------


def on_screen(window: MainWindow, widget: QWidget) -> bool:
    """Whether the whole widget lies inside every widget around it."""
    rect = widget.rect()
    around = widget
    while around is not window:
        rect = rect.translated(around.pos())
        around = around.parentWidget()
        if not around.rect().contains(rect):
            return False
    return True


def test_nothing_of_the_shell_is_cut_off(open_window: Open) -> None:
    sizes = ((1440, 900), (1280, 720), (SMALLEST.width(), SMALLEST.height()))
    window = open_window(size=sizes[0])
    bench(window).change("Set optimizer", training__optimizer__momentum=0.9)
    for size in sizes:
        window.resize(*size)
        for _ in range(3):  # what has another size tells those around it by events
            QApplication.processEvents()
        check_shell(window, size)


def check_shell(window: MainWindow, size: tuple[int, int]) -> None:
    assert window.size().toTuple() == size
    for name in ("transport", "data", "training"):
        for widget in window.panel(name).findChildren(QWidget):
            if widget.isVisible() and isinstance(widget, (FocusButton, NumberField, ElidedLabel)):
                inside = on_screen(window, widget)
                scrolled_to = isinstance(widget, QuietLine) and size[1] < 900  # the folded sections, last in the column
                assert inside or scrolled_to or size[1] < 720, (name, widget, widget.accessibleName())
            if widget.isVisible() and isinstance(widget, ElidedLabel) and name != "transport":
                assert not widget.is_cut(), widget.text
    for name in ("network", "output", "plots"):
        assert on_screen(window, window.panel(name)), name
    gaps = [window.panel(name) for name in ("data", "network", "output")]
    for left, right in pairwise(gaps):
        assert left.geometry().right() < right.geometry().left()
    output, training = window.output, window.training
    assert output.width() == training.width()
    assert output.mapTo(window, QPoint()).x() == training.mapTo(window, QPoint()).x()


def test_columns_shrink_on_a_small_window(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(size=(1440, 900))

    def sizes() -> tuple[int, int, int]:
        return window.data.width(), window.output.width(), window.areas.strip.height()

    assert sizes() == (236, 366, 228)
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: sizes() == (208, 312, 196))
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: sizes() == (236, 366, 228))


def test_the_strip_is_resized_by_keyboard_and_remembered(
    open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(remember=True)
    handle = window.areas.handle(1)
    before = window.areas.strip.height()
    handle.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(handle, Key.Key_Up)
    qtbot.keyClick(handle, Key.Key_Up)
    higher = window.areas.strip.height()
    assert higher == before + 32
    window.resize(1440, 1000)
    qtbot.waitUntil(lambda: window.centralWidget().height() > 900)
    QApplication.processEvents()
    assert window.areas.strip.height() == higher
    window.close()
    again = open_window(remember=True, size=(1440, 1000))
    assert again.areas.strip.height() == higher


def test_place_and_size_are_remembered(make_workbench: Make, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(remember=True, size=(1300, 760))
    window.close()
    again = MainWindow(make_workbench(), remember=True)
    qtbot.addWidget(again)
    assert again.height() == 760  # the screen of the tests is too narrow for the width


def test_a_file_of_the_window_that_is_nonsense_is_passed_over(make_workbench: Make, qtbot: QtBot) -> None:
    settings.window_file().parent.mkdir(parents=True)
    settings.window_file().write_text("[General]\ngeometry=nonsense\nstrip=-7x\n", encoding="utf-8")
    window = MainWindow(make_workbench(), remember=True)
    qtbot.addWidget(window)
    assert window.size() == window.fitting_size()
    assert window.areas.strip_height is None


def test_a_picture_has_the_size_that_was_asked_for_or_is_refused_with_the_least(
    tmp_path: Path, light_again: None
) -> None:
    assert SMALLEST.toTuple() == picture.SMALLEST, "what the command line allows"
    size = "x".join(map(str, SMALLEST.toTuple()))
    first, second = tmp_path / "a.png", tmp_path / "b.png"
    assert main(["picture", "dataset:xor", "--out", str(first), "--epochs", "1", "--size", size]) == 0
    assert QImage(str(first)).size() == SMALLEST
    with pytest.raises(WrongUse, match=r"The window cannot be 900x500: with these fonts it is at least 1024x600\."):
        render(Checkpoint(Experiment()), second, 1, (900, 500))
    assert not second.exists()


def test_the_forward_pass_is_named_in_full_on_the_smallest_window(open_window: Open) -> None:
    window = open_window(size=(SMALLEST.width(), SMALLEST.height()))
    header, run = window.network.header, bench(window).run
    bench(window).set_view(probe=(-2.31, -0.4))
    run.settle()
    assert header.hint.text == "forward pass of (−2.31, −0.40)"
    assert not header.hint.is_cut()
    bench(window).set_view(probe=None)
    run.settle()
    assert header.count.isVisible()


def test_panels_without_room_scroll_instead_of_lying_over_each_other(window):
    window.resize(SMALLEST)
    QApplication.processEvents()
    assert window.scroller.horizontalScrollBar().maximum() == window.scroller.verticalScrollBar().maximum() == 0
    window.network.setMinimumWidth(900)
    window.areas.strip.setMinimumHeight(400)
    QApplication.processEvents()
    assert window.size() == SMALLEST
    assert window.scroller.horizontalScrollBar().maximum() > 0
    assert window.scroller.verticalScrollBar().maximum() > 0
    assert window.network.geometry().right() < window.output.geometry().left()
