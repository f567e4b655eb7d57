"""The timeline in the window: by mouse, keys and wheel any moment of the run is shown, everywhere, and left again."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import playground as pg
from playground.diagram.timeline import KINDS, TimelineShown, TrackMark
from playground.edits.changes import with_changes
from playground.numbers import plain, spaced
from playground.views.theme import theme
from playground.views.theme.contrast import contrast
from playground.views.timeline.shown import MOST_DROPS, timeline_of
from playground.views.timeline.track import INKS, Track
from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench
from tests.playground.views.one_window import one_after_another
from tests.playground.views.still_workbench import painted
from tests.playground.views.window.driver import bench, press, trigger

LEFT = Qt.MouseButton.LeftButton
EPOCHS = 40
Open = Callable[..., MainWindow]


@pytest.fixture
def trained(window: MainWindow) -> MainWindow:
    """The default experiment after some epochs, and frames that take what the run shows."""
    return train(window)


def train(window: MainWindow) -> MainWindow:
    bench(window).run.advance_now(epochs=EPOCHS)
    return window


def track_of(window: MainWindow) -> Track:
    return window.timeline.track


def at(track: Track, step: float) -> QPoint:
    return QPoint(round(track.layout_now.x_of(step)), round(track.layout_now.y))


def settle(window: MainWindow) -> Workbench:
    workbench = bench(window)
    workbench.run.settle()
    return workbench


def digest_of(workbench: Workbench) -> bytes:
    assert workbench.run.snapshot is not None
    return workbench.run.snapshot.parameters.tobytes()


def test_looking_back_one_after_the_other(window: MainWindow, qtbot: QtBot) -> None:
    one_after_another(
        window,
        check_dragging_the_handle_shows_earlier_moments_in_every_view,
        check_keys_on_the_track_go_by_recorded_steps_and_the_wheel_only_with_the_focus,
        check_steps_back_and_forth_are_commands,
        check_a_step_back_by_a_sample_undoes_one_by_a_sample,
        check_an_edit_has_a_mark_that_tells_itself_and_is_reached_by_a_click,
        check_across_an_edit_the_panels_show_the_network_of_then,
        check_looking_back_makes_no_work_and_is_not_unsaved,
        check_a_change_at_an_earlier_moment_leaves_the_run_as_it_was_and_undo_goes_back_to_it,
        check_a_weight_set_by_hand_and_a_reset_at_an_earlier_moment,
        check_a_title_given_at_an_earlier_moment_begins_no_other_run,
        prepare=lambda: {"trained": train(window)},
        qtbot=qtbot,
    )


def check_dragging_the_handle_shows_earlier_moments_in_every_view(trained: MainWindow, qtbot: QtBot) -> None:
    workbench, track = bench(trained), track_of(trained)
    end, live = workbench.timeline.step, digest_of(workbench)
    qtbot.mousePress(track, LEFT, pos=at(track, end))
    assert not workbench.timeline.is_past
    seen = {}
    for share in (0.8, 0.5, 0.25):
        qtbot.mouseMove(track, at(track, share * end))
        settle(trained)
        seen[workbench.timeline.step] = digest_of(workbench)
    assert len(seen) == len(set(seen.values())) == 3
    qtbot.mouseRelease(track, LEFT, pos=at(track, 0.25 * end))
    epoch = workbench.timeline.epoch
    assert epoch is not None
    assert epoch < EPOCHS / 2
    assert trained.transport.epoch.value == trained.timeline.figure.text == spaced(epoch)
    assert trained.transport.status.text == f"Looking at epoch {spaced(epoch)} of {spaced(EPOCHS)}"
    assert trained.timeline.live.text() == "to live"
    loss = trained.plots.page("Curves").loss  # type: ignore[attr-defined]
    lines = {line.at_end: line for line in loss._lines if line.coming}
    assert {"train", "test"} == set(lines)
    assert loss._epochs[-1] == epoch == loss._now == lines["train"].epochs[0]
    assert lines["train"].epochs[-1] == EPOCHS
    for step, digest in seen.items():  # any of them again, in whatever order: the very same bytes
        workbench.timeline.look(step)
        assert digest_of(settle(trained)) == digest
    qtbot.mouseClick(trained.timeline.live, LEFT)
    assert (workbench.timeline.is_past, digest_of(workbench)) == (False, live)
    assert trained.timeline.live.text() == "live"
    assert digest_of(settle(trained)) == live


def check_keys_on_the_track_go_by_recorded_steps_and_the_wheel_only_with_the_focus(
    trained: MainWindow, qtbot: QtBot
) -> None:
    workbench, track = bench(trained), track_of(trained)
    per_epoch = workbench.timeline.step // EPOCHS
    track.setFocus(Qt.FocusReason.TabFocusReason)

    def after(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> float:
        qtbot.keyClick(track, key, modifier)
        return settle(trained).timeline.step / per_epoch

    shift = Qt.KeyboardModifier.ShiftModifier
    assert after(Qt.Key.Key_Left) == EPOCHS - 1
    assert after(Qt.Key.Key_Left, shift) == EPOCHS - 11
    assert after(Qt.Key.Key_Right) == EPOCHS - 10
    assert after(Qt.Key.Key_Home) == 0
    assert after(Qt.Key.Key_Left) == 0
    assert after(Qt.Key.Key_Right, shift) == 10
    assert after(Qt.Key.Key_End) == EPOCHS
    assert after(Qt.Key.Key_Left) == EPOCHS - 1
    assert after(Qt.Key.Key_Escape) == EPOCHS

    def turn(by: int) -> float:
        place = QPointF(at(track, 0))
        wheel = QWheelEvent(
            place, QPointF(track.mapToGlobal(place.toPoint())), QPoint(), QPoint(0, by), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(track, wheel)
        return settle(trained).timeline.step / per_epoch

    assert turn(-120) == EPOCHS - 1
    assert turn(120) == EPOCHS
    trained.network.view.setFocus()
    assert turn(-120) == EPOCHS


def check_steps_back_and_forth_are_commands(trained: MainWindow, qtbot: QtBot) -> None:
    workbench = bench(trained)
    end, per_epoch = workbench.timeline.step, workbench.timeline.step // EPOCHS
    back = trained.commands.actions
    assert not back["to_live"].isEnabled()
    trained.network.view.setFocus()
    steps = []
    for keys in ("Shift+E", "Shift+B", "Shift+S", "Shift+E", "B", "E", "Alt+Home", "Alt+End"):
        press(qtbot, trained, keys)
        steps.append(settle(trained).timeline.step)
    first = end - per_epoch
    assert steps == [first, first - 1, first - 2, first - per_epoch, first - per_epoch + 1, first, 0, end]
    trigger(trained, "back_epoch")
    settle(trained)
    assert back["to_live"].isEnabled()
    trigger(trained, "to_start")
    settle(trained)
    assert not back["back_epoch"].isEnabled()


def check_a_step_back_by_a_sample_undoes_one_by_a_sample(trained: MainWindow, qtbot: QtBot) -> None:
    """S and Shift+S, over the border of a batch and to the newest moment; inside a step the sample goes along."""
    workbench = bench(trained)
    timeline, back = workbench.timeline, trained.commands.actions["back_sample"]
    end = timeline.step
    size = workbench.experiment.training.batch_size
    trained.network.view.setFocus()

    def places(keys: str, times: int) -> list[tuple[int, int | None]]:
        found = []
        for _ in range(times):
            press(qtbot, trained, keys)
            settle(trained)
            found.append((timeline.step, timeline.sample))
        return found

    assert places("S", 3) == [(end, 0), (end, 1), (end, 2)]
    assert not timeline.is_past
    assert places("Shift+S", 4) == [(end, 1), (end, 0), (end - 1, size - 1), (end - 1, size - 2)]
    assert timeline.is_past
    assert places("S", 2) == [(end - 1, size - 1), (end, 0)]
    assert not timeline.is_past
    workbench.inside.enter()
    workbench.inside.wait()
    for keys, place in (("S", (end, 1)), ("Shift+S", (end, 0)), ("Shift+S", (end - 1, size - 1))):
        assert places(keys, 1) == [place]
        workbench.inside.wait()
        assert workbench.inside.step is not None
        assert (workbench.inside.step.step, workbench.inside.sample) == place
    workbench.inside.leave()
    trigger(trained, "to_start")
    settle(trained)
    assert not back.isEnabled()
    places("S", 2)
    assert back.isEnabled()
    assert places("Shift+S", 1) == [(0, 0)]
    assert not back.isEnabled()


def test_play_follows_the_recorded_run_and_goes_on_live(trained: MainWindow, qtbot: QtBot) -> None:
    workbench = bench(trained)
    end = workbench.timeline.step
    workbench.timeline.look(end - 60)
    settle(trained)
    workbench.run.set_speed(None)
    workbench.run.start()
    press(qtbot, trained, "Space")
    qtbot.waitUntil(lambda: not workbench.timeline.is_past and workbench.timeline.step > end)
    workbench.run.pause()
    assert workbench.runs.branches == ()


def test_what_the_doctor_said_then_is_shown_or_a_dash(trained: MainWindow, qtbot: QtBot) -> None:
    workbench = bench(trained)
    workbench.doctor.wait()
    trained.doctor.card.show_side("doctor")
    step = workbench.timeline.step
    workbench.run.advance_now(epochs=10)
    workbench.doctor.wait()
    card = trained.doctor.doctor
    workbench.timeline.look(step + 3)
    settle(trained)
    assert (workbench.doctor.looks_back, workbench.doctor.then.step) == (True, step)  # type: ignore[union-attr]
    assert card.since.text == f"epoch {EPOCHS}"
    workbench.timeline.look(1)
    settle(trained)
    if workbench.doctor.then is None:
        assert card.title.text == "–"
    assert trained.transport.chip.isHidden()
    workbench.timeline.to_live()
    assert not workbench.doctor.looks_back


def check_an_edit_has_a_mark_that_tells_itself_and_is_reached_by_a_click(trained: MainWindow, qtbot: QtBot) -> None:
    workbench, track = bench(trained), track_of(trained)
    step = workbench.timeline.step
    workbench.change("Set rate", training__learning_rate=0.1)
    workbench.run.advance_now(epochs=EPOCHS)
    (mark,) = [each for each in track.shown.marks if each.kind == "rate"]
    assert (mark.step, mark.label) == (step, "rate 0.1")
    qtbot.mouseMove(track, at(track, step) + QPoint(2, 0))
    label = track.layout_now.label
    assert label is not None
    assert label.right < track.layout_now.x_of(step)
    qtbot.mouseClick(track, LEFT, pos=at(track, step) + QPoint(3, 0))
    assert settle(trained).timeline.step == step
    qtbot.mouseMove(track, QPoint(2, 2))
    assert track.layout_now.label is None


def check_across_an_edit_the_panels_show_the_network_of_then(trained: MainWindow) -> None:
    workbench = bench(trained)
    step, before = workbench.timeline.step, workbench.experiment
    workbench.change("Set samples", data__source__samples=200)
    layers = workbench.experiment.network.layers
    workbench.change("Remove a layer", network__layers=layers[:1])
    workbench.run.advance_now(epochs=5)
    after = workbench.experiment
    workbench.timeline.look(step - 1)
    settle(trained)
    assert workbench.experiment == before == trained.network.view.surface.model.experiment
    assert workbench.dataset.train_labels.size == 250
    workbench.timeline.to_live()
    assert workbench.experiment == after == trained.network.view.surface.model.experiment


def test_the_handle_and_the_rest_of_the_track_are_drawn_in_every_theme(trained: MainWindow) -> None:
    workbench = bench(trained)
    workbench.timeline.look(workbench.timeline.step // 2)
    settle(trained)
    for name in ("light", "dark", "contrast"):
        theme.current().set_theme(name)
        check_track(track_of(trained), name)


def check_track(track: Track, name: str) -> None:
    picture, found = painted(track), track.layout_now
    y = round(found.y)
    accent, surface = theme.color("accent"), theme.color("surface")
    assert picture.pixelColor(round(found.room.left + 40), y) == accent, name
    assert picture.pixelColor(round(found.handle), y) == surface, name
    rest = picture.pixelColor(round((found.handle + found.end) / 2), y)
    assert rest not in (accent, surface, theme.color("track")), name
    assert picture.pixelColor(round(found.end), y) == accent, name


def test_there_are_no_gaps_and_the_columns_meet(open_window: Open) -> None:
    window = open_window(size=(2560, 1440))
    for size in ((2560, 1440), (1440, 900), (1280, 720), (1024, 600)):
        window.resize(*size)
        for _ in range(3):  # what has another size tells those around it by events
            QApplication.processEvents()
        assert window.size().toTuple() == size
        check_columns(window, size)


def check_columns(window: MainWindow, size: tuple[int, int]) -> None:
    strip, areas = window.timeline, window.areas
    assert strip.height() == (32 if size[1] < 800 else 36), size
    assert areas.strip.y() == strip.height(), size
    assert areas.body.height() + areas.handleWidth() + areas.below.height() == areas.height(), size
    assert window.scroller.verticalScrollBar().maximum() == 0, size
    figure = strip.figure.geometry()
    assert figure.right() + 1 == window.data.width(), size
    start = strip.track.x() + strip.track.layout_now.room.left
    assert abs(start - window.network.mapTo(window, QPoint()).x()) <= 1, size
    end = strip.track.x() + strip.track.layout_now.room.right
    assert end <= strip.live.x(), size


def test_the_line_above_it_moves_the_plots_and_keeps_its_height(window: MainWindow, qtbot: QtBot) -> None:
    handle, strip = window.areas.handle(1), window.areas.strip.height()
    middle = QPoint(handle.width() // 2, handle.height() - 1)
    qtbot.mousePress(handle, LEFT, pos=middle)
    qtbot.mouseMove(handle, middle - QPoint(0, 60))
    qtbot.mouseRelease(handle, LEFT, pos=middle - QPoint(0, 60))
    assert window.areas.strip.height() == strip + 60 == window.areas.strip_height
    assert window.timeline.height() == 36


def check_looking_back_makes_no_work_and_is_not_unsaved(trained: MainWindow) -> None:
    workbench = bench(trained)
    moment, unsaved = workbench.moment, workbench.unsaved
    workbench.timeline.look(3)
    settle(trained)
    assert (workbench.moment, workbench.unsaved) == (moment, unsaved)
    state = workbench.work.checkpoint().state
    assert state is not None
    assert state.step == workbench.timeline.live.step  # type: ignore[union-attr]


def check_a_change_at_an_earlier_moment_leaves_the_run_as_it_was_and_undo_goes_back_to_it(trained: MainWindow) -> None:
    workbench = bench(trained)
    end, live, rate = workbench.timeline.step, digest_of(workbench), workbench.experiment.training.learning_rate
    workbench.timeline.look(end // 2)
    there = digest_of(settle(trained))
    workbench.change("Set rate", merge="rate", training__learning_rate=0.3)
    assert not workbench.timeline.is_past
    workbench.change("Set rate", merge="rate", training__learning_rate=0.5)  # the same drag goes on
    shot = settle(trained).run.snapshot
    assert shot is not None
    assert (shot.step, shot.live, digest_of(workbench)) == (end // 2, None, there)
    assert shot.experiment.training.learning_rate == workbench.experiment.training.learning_rate == 0.5
    workbench.run.advance_now(epochs=1)
    assert workbench.undo_name == "Set rate"
    workbench.undo()
    assert (digest_of(settle(trained)), workbench.timeline.step) == (live, end)
    assert workbench.experiment.training.learning_rate == rate


def check_a_weight_set_by_hand_and_a_reset_at_an_earlier_moment(trained: MainWindow) -> None:
    workbench = bench(trained)
    end, live = workbench.timeline.step, digest_of(workbench)
    workbench.timeline.look(end // 2)
    settle(trained)
    workbench.set_parameter(0, 1.5)
    settle(trained)
    assert workbench.run.snapshot is not None
    assert (workbench.timeline.step, float(workbench.run.snapshot.parameters[0])) == (end // 2, 1.5)
    workbench.timeline.look(1)
    settle(trained)
    workbench.reset()
    assert settle(trained).timeline.step == 0
    for _ in range(2):
        workbench.undo()
    assert (digest_of(settle(trained)), workbench.timeline.step) == (live, end)


def check_a_title_given_at_an_earlier_moment_begins_no_other_run(trained: MainWindow) -> None:
    workbench = bench(trained)
    workbench.timeline.look(5)
    settle(trained)
    workbench.change("Set title", title="Mine")
    settle(trained)
    assert workbench.experiment.title == "Mine"
    assert workbench.runs.branches == ()


def test_the_best_loss_has_not_the_colour_of_what_is_wrong() -> None:
    assert INKS["best"] not in (INKS["finding"], INKS["divergence"])


def test_marks_stand_out_in_every_theme_and_the_best_loss_by_its_shape(trained: MainWindow) -> None:
    track = trained.timeline.track
    for name in theme.TOKENS:
        theme.current().set_theme(name)
        for ink in INKS.values():
            assert contrast(theme.color(ink), theme.color("surface")) >= 4.5
        shapes = []
        for kind in KINDS:
            marks = (TrackMark(300, kind, ""),)
            track._shown = TimelineShown(1000, 900, marks)
            track._arrange()
            picture, middle = painted(track), track.layout_now
            at = QPointF(middle.marks[0].x, middle.y)
            reach = range(-8, 9)
            ink = theme.color(INKS[kind]).rgb()
            inked = {
                (x, y) for x in reach for y in reach
                if picture.pixel(round(at.x()) + x, round(at.y()) + y) == ink
            }  # fmt: skip
            shapes.append((kind, len({x for x, _ in inked}), len({y for _, y in inked})))
        wide = {kind: each for kind, each, _ in shapes}
        high = {kind: each for kind, _, each in shapes}
        assert wide["best"] >= 2 * wide["edit"], shapes
        assert high["drop"] < high["edit"], shapes


@pytest.mark.parametrize(
    "schedule", [pg.StepSchedule(every=4, factor=0.25), pg.PlateauSchedule(patience=2, min_delta=0.3)]
)
def test_where_a_schedule_lowers_the_rate_there_is_a_mark(schedule: object) -> None:
    """At the very step; not for what somebody has changed, nor for schedules that lower it all the time."""
    experiment = with_changes(pg.Experiment(), training__schedule=schedule, data__source__samples=100)
    session = pg.Session(experiment)
    rates = []
    for _ in range(40 * session.steps_per_epoch):
        rates.append(session.learning_rate)
        session.advance(steps=1)
    wanted = [step for step, (before, rate) in enumerate(pairwise(rates), 1) if rate < before]
    shown = timeline_of(session.snapshot(), session.state.step, (), "", (), None)
    drops = [mark for mark in shown.marks if mark.kind == "drop"]
    assert wanted
    assert [mark.step for mark in drops] == wanted
    assert [mark.label for mark in drops] == [f"rate drops to {plain(rates[step], 3)}" for step in wanted]
    session.apply(with_changes(session.experiment, training__learning_rate=0.001))
    session.advance(epochs=1)
    assert not [mark for mark in timeline_of(session.snapshot(), 0, (), "", (), None).marks if mark.kind == "drop"]
    session.apply(with_changes(session.experiment, training__schedule=pg.ExponentialSchedule()))
    session.advance(epochs=5)
    assert not [mark for mark in timeline_of(session.snapshot(), 0, (), "", (), None).marks if mark.kind == "drop"]


def test_a_schedule_that_was_set_at_this_very_moment_has_no_marks_yet() -> None:
    session = pg.Session(pg.Experiment())
    session.advance(epochs=3)
    for schedule in (pg.StepSchedule(every=2), pg.PlateauSchedule()):
        session.apply(with_changes(session.experiment, training__schedule=schedule))
        marks = timeline_of(session.snapshot(), session.state.step, (), "", (), None).marks
        assert "drop" not in {mark.kind for mark in marks}


def test_of_very_many_drops_some_have_marks() -> None:
    session = pg.Session(with_changes(pg.Experiment(), training__schedule=pg.StepSchedule(every=1, factor=0.99)))
    session.advance(epochs=200)
    shown = timeline_of(session.snapshot(), session.state.step, (), "", (), None)
    steps = [mark.step for mark in shown.marks if mark.kind == "drop"]
    assert len(steps) == MOST_DROPS
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (session.steps_per_epoch, 199 * session.steps_per_epoch)
