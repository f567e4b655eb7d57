"""The doctor as a user meets it: chip, card, sheet, rings, cures, with real events."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import playground as pg
from playground.diagnosis import ahead
from playground.diagnosis.signals.finding import NOWHERE, Finding, Place
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.settings import settings
from playground.views.controls import LinkButton
from playground.views.plots.loss_and_accuracy import LossAndAccuracy
from playground.views.window.main_window import MainWindow
from playground.views.workbench.doctor.known import Known
from playground.views.workbench.doctor.merging import merged
from playground.words import doctor as words
from tests.playground.views.window.driver import Make, Open, bench, press, trigger

LEFT = Qt.MouseButton.LeftButton
FEW = with_changes(Experiment(), data__source__samples=100)


def type_rate(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Type a learning rate into its field, as a user does."""
    field = window.training.rate.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock that would cut the look ahead stands still: it comes to its end on a machine however slow."""
    monkeypatch.setattr(ahead, "time", SimpleNamespace(thread_time=lambda: 0.0))


@pytest.fixture
def make_workbench(make_workbench: Make) -> Make:
    """Workbenches with few samples, where nothing else is asked for: what will become of a run is sooner known."""
    return lambda source=FEW: make_workbench(source)


@pytest.fixture
def ill(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The default experiment with a learning rate of 1000, looked ahead at."""
    return made_ill(window, qtbot)


@pytest.fixture
def curable(open_window: Open, make_workbench: Make, qtbot: QtBot) -> MainWindow:
    """The same with as many samples as by default, of which nothing is to be said but the rate."""
    return made_ill(open_window(make_workbench(Experiment())), qtbot)


def made_ill(window: MainWindow, qtbot: QtBot) -> MainWindow:
    bench(window).run.start()
    type_rate(qtbot, window, "1000")
    qtbot.waitUntil(window.transport.chip.isVisible)
    return window


def test_provoke_see_try_apply_see_it_cured_and_undo(open_window: Open, make_workbench: Make, qtbot: QtBot) -> None:
    ill = made_ill(open_window(make_workbench()), qtbot)
    workbench, card = bench(ill), ill.doctor.doctor
    workbench.run.set_speed(1000.0)  # the trials go as far as the run has come
    press(qtbot, ill, "Space")
    qtbot.waitUntil(lambda: not (workbench.doctor.primary or card.finding).forecast)  # type: ignore[union-attr]
    press(qtbot, ill, "Space")
    qtbot.waitUntil(lambda: workbench.run.state == "paused")
    workbench.run.settle()
    left = workbench.run.snapshot
    qtbot.mouseClick(ill.transport.chip, LEFT)
    assert ill.doctor.card.shows("doctor")
    assert card.title.text == "Learning rate too high"
    assert "epoch" in card.since.text
    assert workbench.view.found_at.layers
    assert list(ill.network.view.surface.found.tiles()), "the layer is ringed on the canvas"
    qtbot.mouseClick(card.more, LEFT)
    sheet = ill.doctor.sheet
    assert sheet is not None
    assert sheet.isVisible()
    qtbot.mouseClick(sheet.table.link, LEFT)
    qtbot.waitUntil(lambda: bool(workbench.doctor.trials.results) and not workbench.doctor.trials.busy)
    assert [row.apply.isVisibleTo(row) for row in sheet.table.rows].count(True) >= 1
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    row = card.rows[0]
    qtbot.mouseMove(row, row.rect().center())
    qtbot.mouseClick(row.apply, LEFT)
    qtbot.waitUntil(lambda: bool(workbench.run.snapshot) and workbench.run.snapshot.epoch == 0)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not workbench.doctor.is_looking_ahead and not ill.transport.chip.isVisible())
    assert card.title.text == "All is well"
    assert workbench.view.found_at == NOWHERE
    press(qtbot, ill, "Ctrl+Z")
    workbench.run.settle()
    back = workbench.run.snapshot
    assert back is not None
    assert left is not None
    assert (back.epoch, back.parameters.tobytes()) == (left.epoch, left.parameters.tobytes())
    assert back.history.tobytes() == left.history.tobytes()


def test_the_chip_takes_no_room_without_a_finding_and_names_the_gravest(curable: MainWindow, qtbot: QtBot) -> None:
    ill, chip = curable, curable.transport.chip
    assert chip.text_shown.startswith("Learning rate too high")
    for width, named in ((1280, "Learning rate"), (1272, "Learning rate"), (1024, "Learn")):
        ill.resize(width, ill.height())
        qtbot.waitUntil(lambda named=named: chip.text_shown.startswith(named))  # type: ignore[misc]
    type_rate(qtbot, ill, "0.03")
    qtbot.waitUntil(lambda: not chip.isVisible())


def test_both_sides_of_the_card(ill: MainWindow, qtbot: QtBot) -> None:
    check_unseen_until_the_card_is_turned(ill, qtbot)
    check_a_forecast_says_so(ill)
    check_a_high_strip_shows_both_sides(ill)


def check_unseen_until_the_card_is_turned(ill: MainWindow, qtbot: QtBot) -> None:
    card = ill.doctor.card
    assert card.dot.isVisible()
    assert bench(ill).view.found_at == NOWHERE, "nothing is ringed while the card shows the training"
    press(qtbot, ill, "Ctrl+Shift+D")
    assert card.shows("doctor")
    assert not card.dot.isVisible()
    assert bench(ill).view.found_at != NOWHERE
    press(qtbot, ill, "Ctrl+Shift+D")
    assert not card.dot.isVisible(), "it was seen"
    assert bench(ill).view.found_at == NOWHERE


def check_a_forecast_says_so(ill: MainWindow) -> None:
    finding = bench(ill).doctor.primary
    assert finding is not None
    assert finding.forecast
    ill.doctor.card.show_side("doctor")
    assert " will " in f" {ill.doctor.doctor.sentence.text} "
    assert ill.doctor.doctor.since.text.startswith("at ")
    ill.doctor.card.show_side("training")


def check_a_high_strip_shows_both_sides(ill: MainWindow) -> None:
    ill.resize(1440, 1100)
    ill.areas.set_strip_height(560)
    QApplication.processEvents()
    assert ill.doctor.card.shows_both
    assert ill.training.isVisible()
    assert ill.doctor.doctor.isVisible()
    assert not ill.doctor.card.switch.isVisible()
    assert bench(ill).view.found_at != NOWHERE
    ill.areas.set_strip_height(None)
    QApplication.processEvents()
    assert not ill.doctor.doctor.isVisible()


def menu_entry(window: MainWindow, text: str) -> Any:
    menu = window.doctor.doctor.choices_menu()
    return next(each for each in menu.actions() if each.text().startswith(text))


def test_put_off_silence_and_switch_off_from_the_card(ill: MainWindow, qtbot: QtBot) -> None:
    ill.doctor.card.show_side("doctor")
    menu_entry(ill, "Not now").trigger()
    assert not ill.transport.chip.isVisible()
    type_rate(qtbot, ill, "900")
    qtbot.waitUntil(ill.transport.chip.isVisible)
    menu_entry(ill, "Never tell").trigger()
    assert not ill.transport.chip.isVisible()
    menu_entry(ill, "Tell “Learning rate too high” again").trigger()
    assert ill.transport.chip.isVisible()
    menu_entry(ill, "Doctor").trigger()
    assert ill.doctor.doctor.title.text == "The doctor is switched off"
    assert not ill.plots.forecast.isVisible()
    qtbot.mouseClick(ill.doctor.doctor.link, LEFT)
    assert bench(ill).doctor.wishes.on


def test_a_link_may_lock_the_doctor(ill: MainWindow) -> None:
    ill.doctor.card.show_side("doctor")
    bench(ill).set_view(locked=("doctor",))
    assert not ill.transport.chip.isVisible()
    assert not ill.doctor.doctor.link.isEnabled()
    assert not ill.commands.actions["doctor"].isEnabled()
    trigger(ill, "unlock")
    assert bench(ill).doctor.wishes.on


def test_escape_stops_the_trials(ill: MainWindow, qtbot: QtBot) -> None:
    trials, card = bench(ill).doctor.trials, ill.doctor.doctor
    press(qtbot, ill, "Ctrl+Shift+D")
    assert card.link.hasFocus()
    qtbot.keyClick(card.link, Qt.Key.Key_Return)
    assert trials.busy
    assert card.link.text().startswith("Stop")
    qtbot.keyClick(card.link, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not trials.busy)
    assert len(trials.results) < 5


def test_the_run_to_come_is_drawn_on_request(ill: MainWindow, qtbot: QtBot) -> None:
    page = ill.plots.page("Curves")
    assert isinstance(page, LossAndAccuracy)
    workbench = bench(ill)
    qtbot.waitUntil(lambda: workbench.doctor.forecast is not None)
    assert all(line.epochs is None for line in page.loss._lines)
    qtbot.mouseClick(ill.plots.forecast, LEFT)
    coming = [line for line in page.loss._lines if line.epochs is not None]
    assert [line.quiet for line in coming] == [True, True]
    forecast = workbench.doctor.forecast
    assert forecast is not None
    assert coming[0].epochs is not None
    assert coming[0].epochs[-1] == forecast.reached
    assert page.loss.axes.end >= forecast.reached


def test_pointing_at_a_cure_draws_its_run(ill: MainWindow, qtbot: QtBot) -> None:
    page, card, trials = ill.plots.page("Curves"), ill.doctor.doctor, bench(ill).doctor.trials
    assert isinstance(page, LossAndAccuracy)
    ill.doctor.card.show_side("doctor")
    qtbot.mouseClick(card.link, LEFT)
    qtbot.waitUntil(lambda: not trials.busy)
    card.rows[0].pointed.emit(True)
    assert [line.name for line in page.loss._lines if line.token == "good"] == ["cure"]
    card.rows[0].pointed.emit(False)
    assert not [line for line in page.loss._lines if line.token == "good"]


def test_points_and_inputs_are_ringed(window: MainWindow) -> None:
    workbench = bench(window)
    plain = window.output.map.grab().toImage()
    workbench.set_view(found_at=Place(points=(0, 3), inputs=(1,), units=((0, 2),)))
    assert window.output.map.grab().toImage() != plain
    diagram = window.network.view.surface.diagram
    rings = list(window.network.view.surface.found.tiles())
    assert rings == [diagram.column(0).tile(2), diagram.column(-1).tile(diagram.outline.active[1])]
    workbench.set_view(found_at=NOWHERE)
    assert window.output.map.grab().toImage() == plain


def test_the_keyboard_stays_on_the_sheet_which_goes_with_the_doctor(ill: MainWindow, qtbot: QtBot) -> None:
    check_the_keyboard_stays_on_the_sheet(ill, qtbot)
    check_the_sheet_goes_with_the_doctor(ill)


def check_the_keyboard_stays_on_the_sheet(ill: MainWindow, qtbot: QtBot) -> None:
    ill.doctor.card.show_side("doctor")
    ill.doctor.open_sheet()
    sheet = ill.doctor.sheet
    assert sheet is not None
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        held = QApplication.focusWidget()
        assert held is not None
        assert sheet.isAncestorOf(held)
    stops = sheet.findChildren(LinkButton)
    assert stops
    ill.resize(1200, 760)
    qtbot.waitUntil(lambda: sheet.size() == ill.size())
    qtbot.mouseClick(sheet, LEFT, pos=QPoint(4, 4))
    assert not sheet.isVisible()


def test_nothing_of_the_card_is_cut_or_lies_over_another(ill: MainWindow, qtbot: QtBot) -> None:
    ill.doctor.card.show_side("doctor")
    card, trials = ill.doctor.doctor, bench(ill).doctor.trials
    sizes = [(1024, 600), (1280, 720), (1440, 900), (2560, 1440)]
    check_sizes(ill, sizes, tried=False)
    qtbot.mouseClick(card.link, LEFT)
    qtbot.waitUntil(lambda: not trials.busy)
    check_sizes(ill, [*reversed(sizes)], tried=True)


def check_sizes(ill: MainWindow, sizes: list[tuple[int, int]], tried: bool) -> None:
    for size in sizes:
        ill.resize(*size)
        QApplication.processEvents()
        check_card(ill.doctor.doctor, tried)


def check_card(card: Any, tried: bool) -> None:
    shown = [
        widget
        for widget in (card.title, card.sentence, card.where, card.tried, card.link, *card.rows)
        if widget.isVisible()
    ]
    assert card.sentence in shown
    assert (card.rows[0] in shown) == tried
    for widget in shown:
        assert card.rect().contains(widget.geometry()), widget
    for place, widget in enumerate(shown):
        for other in shown[place + 1 :]:
            both = widget.geometry().intersected(other.geometry())
            assert both.height() <= 2 or {widget, other} == {card.tried, card.link}, (widget, other)
    assert not card.title.is_cut()
    assert not card.sentence.is_cut()


def test_the_card_is_refreshed_while_its_finding_is_of_the_experiment_before(
    open_window: Any, make_workbench: Any, qtbot: QtBot
) -> None:
    """What was found before an edit stays until the edited run was looked ahead; the edit may take its inputs away."""
    leaking = with_changes(Experiment(), data__imperfections__leaked_target=True)
    window = open_window(make_workbench(leaking))
    workbench, card = bench(window), window.doctor.doctor
    workbench.run.start()
    window.doctor.card.show_side("doctor")
    workbench.doctor.wait()
    assert card.where.place_text == "input leaked target"
    workbench.edit("No leak", Experiment())
    workbench.run.settle()
    card.refresh()
    assert not card.where.place_text
    workbench.doctor.wait()
    assert card.title.text == "All is well"


def test_what_stopped_short_has_one_name() -> None:
    """The look ahead has tried it and called it a bad draw; the look at the visible run cannot know."""
    live, ahead = (Finding("too_few_units", "warning", (), step, 1) for step in (50, 40))
    tried = replace(ahead, rule="bad_draw", detail="tried")
    forecast: Any = SimpleNamespace(findings=(tried,), last=SimpleNamespace(step=300))
    memory: Any = None
    known = Known(memory, (live,), (0, 0, 50), forecast=forecast)
    assert [(each.rule, each.step, each.forecast) for each in merged(known, (), ())] == [("bad_draw", 40, False)]


def check_the_sheet_goes_with_the_doctor(ill: MainWindow) -> None:
    ill.doctor.open_sheet()
    sheet = ill.doctor.sheet
    assert sheet is not None
    assert sheet.isVisible()
    bench(ill).doctor.wishes.set_on(False)
    assert not sheet.isVisible()


def test_the_link_of_another_finding_tries_its_cures(ill: MainWindow) -> None:
    """It says so, whatever is tried at that moment."""
    trials, finding = bench(ill).doctor.trials, bench(ill).doctor.primary
    assert finding is not None
    other = replace(finding, rule="oscillation")
    trials.start(other)
    assert trials.busy_with(other)
    card = ill.doctor.doctor
    card.refresh()
    assert card.link.text().startswith("Try ")
    card.link.click()
    assert trials.busy_with(finding)
    card.link.click()
    trials.wait()
    assert not trials.busy


def test_a_rule_that_nobody_knows_is_not_offered_but_kept(ill: MainWindow) -> None:
    """The settings are a file that may be edited by hand, or come from a later version."""
    settings.write(msgspec.structs.replace(settings.read(), doctor_rules_off=("no such rule", "symmetric")))
    workbench = bench(ill)
    workbench.doctor.wishes.remember()
    texts = [each.text() for each in ill.doctor.doctor.choices_menu().actions()]
    assert len([each for each in texts if each.endswith("again")]) == 1
    workbench.doctor.wishes.set_rule_on("symmetric", True)
    assert settings.read().doctor_rules_off == ("no such rule",)


def test_whether_a_tenth_does_the_same_is_asked_where_nothing_harms(curable: MainWindow, qtbot: QtBot) -> None:
    def entry() -> QAction:
        return next(each for each in menus[-1].actions() if each.text() == words.TENTH)

    ill, menus = curable, [curable.doctor.doctor.choices_menu()]
    assert not entry().isEnabled()
    type_rate(qtbot, ill, "0.03")
    qtbot.waitUntil(lambda: not ill.transport.chip.isVisible())
    menus.append(ill.doctor.doctor.choices_menu())
    entry().trigger()
    assert ill.messages.text == words.NO_TENTH


@pytest.fixture
def shifted(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Inputs far from 0, which bring dead or saturated units about."""
    workbench = bench(window)
    edited = pg.with_changes(workbench.experiment, data__imperfections__feature_shift=(100.0, 100.0))
    assert workbench.edit("shift", edited, fresh=True)
    qtbot.waitUntil(lambda: any(each.consequences for each in workbench.doctor.findings))
    qtbot.waitUntil(lambda: not workbench.doctor.is_looking_ahead)
    window.doctor.card.show_side("doctor")
    workbench.run.settle()
    window.doctor.doctor.show_rule(next(each.rule for each in workbench.doctor.findings if each.consequences))
    return window


def test_a_consequence_is_a_click_away_on_card_and_sheet(shifted: MainWindow, qtbot: QtBot) -> None:
    card = shifted.doctor.doctor
    cause, led_to = card.title.text, card.under.text()
    assert card.under.isVisible()
    assert card.link.isVisible(), "and what may cure the cause"
    qtbot.mouseClick(card.under, LEFT)
    assert card.title.text != cause
    assert card.title.text in led_to
    assert bench(shifted).view.found_at.layers, "its place is ringed"
    card.show_rule("unscaled_inputs")
    assert card.title.text == cause
    shifted.doctor.open_sheet()
    first = shifted.doctor.sheet
    assert first is not None
    (link, *_) = first.consequences
    qtbot.mouseClick(link, LEFT)
    second = shifted.doctor.sheet
    assert second is not None
    assert second.isVisible()
    assert second.finding.rule != first.finding.rule
    assert card.title.text == link.text()


def test_the_place_is_lit_while_it_is_pointed_at_and_a_click_brings_it_into_sight(
    window: MainWindow, qtbot: QtBot
) -> None:
    workbench, card = bench(window), window.doctor.doctor
    assert workbench.edit("wide", pg.with_changes(workbench.experiment, network__layers=(pg.Dense(60, "relu"),)))
    workbench.run.settle()
    workbench.doctor.wait()
    shot = workbench.run.snapshot
    assert shot is not None
    held_out = shot.dataset.train_labels.size + 2
    place = Place(layers=(0,), units=((0, 55),), points=(held_out,))
    workbench.doctor.findings = (Finding("dead_units", "warning", (), 0, 0, place, "born"),)
    window.doctor.card.show_side("doctor")
    card.refresh()
    assert card.where.isVisible()
    assert not list(window.network.view.surface.found.tiles()), "the unit is scrolled away"
    canvas = window.network.view.viewport()
    card.where.setFocus(Qt.FocusReason.TabFocusReason)
    assert workbench.view.found_lit
    plain = canvas.grab().toImage()
    qtbot.keyClick(card.where, Qt.Key.Key_Return)
    assert list(window.network.view.surface.found.tiles())
    assert workbench.view.show_test, "held-out samples are drawn"
    lit = canvas.grab().toImage()
    assert lit != plain
    card.more.setFocus(Qt.FocusReason.TabFocusReason)
    assert not workbench.view.found_lit
    assert canvas.grab().toImage() != lit


def test_nothing_is_called_well_before_it_was_looked_ahead(open_window: Any, make_workbench: Any, qtbot: QtBot) -> None:
    """A document that was opened was judged by its facts alone."""
    window = open_window(make_workbench(Experiment()))
    workbench, card = bench(window), window.doctor.doctor
    workbench.run.start()
    window.doctor.card.show_side("doctor")
    workbench.doctor.wait()
    assert (card.title.text, card.sentence.text) == (words.NOTHING_YET, words.AT_PLAY)
    workbench.change("Set rate", training__learning_rate=0.02)
    workbench.run.settle()
    workbench.doctor.wait()
    assert card.title.text == words.WELL
