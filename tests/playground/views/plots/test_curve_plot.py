"""Loss and accuracy curves: lines where the numbers are, round axes, the read-out, and a cost that does not grow."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from playground.diagnosis.signals.finding import Figure, Finding
from playground.figures import curves
from playground.numbers import figure
from playground.run.snapshot import Divergence, Mark
from playground.views.plots import curve_notes
from playground.views.plots.curve_axes import Axis
from playground.views.plots.curve_notes import Turn
from playground.views.plots.curve_plot import CurvePlot, Line
from playground.views.plots.loss_and_accuracy import LossAndAccuracy
from playground.views.theme import theme
from playground.words.marks import marks_in_words, marks_label
from tests.playground.views.still_workbench import WILD, experiment_on, painted, shown, wild

SIZE = (1000, 165)
LINEAR = Axis(0.0, 1.0, False)


def history(epochs: int, every: int = 1) -> np.ndarray:
    """A run whose losses fall from 0.5 and whose accuracies rise from one half."""
    epoch = np.arange(epochs) * every
    fall = np.exp(-np.arange(epochs) / max(epochs / 4, 1))
    none = 0 * fall
    columns = (epoch, 0.5 * fall, 0.4 * fall + 0.1, 1 - 0.5 * fall, 0.9 - 0.4 * fall, 0.01 + none, *[none] * 5)
    return np.stack(columns, axis=1)


def plot(qtbot: QtBot, size: tuple[int, int] = (600, 165)) -> CurvePlot:
    theme.current().set_theme("light")
    view = CurvePlot("Loss")
    qtbot.addWidget(view)
    view.resize(*size)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    return view


def marked(view: CurvePlot, token: str, column: int) -> list[int]:
    """The rows of a pixel column where a line of that colour runs."""
    image, wanted = painted(view), theme.color(token)
    return [
        y
        for y in range(image.height())
        if abs(QColor(image.pixel(column, y)).hslHue() - wanted.hslHue()) < 12
        and QColor(image.pixel(column, y)).hslSaturation() > 100
    ]


@pytest.mark.parametrize("value", [0.25, 0.5, 0.75])
def test_a_level_lies_where_its_value_is(qtbot: QtBot, value: float) -> None:
    view = plot(qtbot)
    epochs = np.arange(101.0)
    view.show_lines(epochs, [Line("train", "accent", np.full(101, value))], LINEAR)
    expected = view.axes.place(view.axes.plot_rect, 50.0, value)
    rows = marked(view, "accent", round(expected.x()))
    assert rows
    assert np.mean(rows) == pytest.approx(expected.y(), abs=1.5)
    assert len(rows) <= 4


def test_the_axis_ends_at_a_round_epoch_and_all_labels_are_drawn(qtbot: QtBot) -> None:
    view = plot(qtbot)
    for last, end in ((0, 10), (9, 10), (90, 100), (101, 120), (850, 1000), (1.1e6, 1.2e6)):
        view.show_lines(np.array([0.0, last]), [], LINEAR)
        assert view.axes.end == pytest.approx(end)
    view.show_lines(np.array([0.0, 900.0]), [], Axis(0.0, 0.5, False))
    image, rect = painted(view), view.axes.plot_rect
    for value in (0.0, 0.25, 0.5):
        y = round(view.axes.place(rect, 0, value).y())
        dark = [x for x in range(44) if QColor(image.pixel(x, min(max(y, 0), 164))).lightness() < 200]
        assert dark, f"no label at {value}"


def test_a_curve_of_any_length_costs_the_same(qtbot: QtBot) -> None:
    view = plot(qtbot)
    short, long = history(1000), history(2048, 5000)
    counted = []
    for rows in (short, long):
        view.show_lines(rows[:, 0], [Line("train", "accent", rows[:, 1])], LINEAR)
        thin = curves.thinned(rows[:, 0], rows[:, 1], 0.0, view.axes.end, int(view.axes.plot_rect.width() * 0.7))
        counted.append(len(thin[0]))
    assert max(counted) <= 1.4 * view.axes.plot_rect.width()


def test_the_axes_are_drawn_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    view = plot(qtbot)
    rows = history(50)
    view.show_lines(rows[:, 0], [Line("train", "accent", rows[:, 1])], LINEAR)
    painted(view)
    qtbot.wait(1)
    calls = []
    real = view.axes._rendered
    monkeypatch.setattr(view.axes, "_rendered", lambda: calls.append(1) or real())
    for count in range(42, 50):
        view.show_lines(rows[:count, 0], [Line("train", "accent", rows[:count, 1])], LINEAR)
        view.viewport().repaint()
    assert not calls
    view.show_lines(rows[:, 0], [], Axis(0.0, 2.0, False))
    view.viewport().repaint()
    assert calls


def test_the_read_out_follows_the_pointer(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=SIZE)
    snapshot = bench.show_run()
    bench.show_snapshot(replace(snapshot, history=history(101)))
    assert view.loss.read_out() == []
    x = round(view.loss.axes.place(view.loss.axes.plot_rect, 40.0, 0.0).x())
    qtbot.mouseMove(view.loss.viewport(), QPoint(x, 80))
    row = history(101)[40]
    assert view.loss.read_out() == [
        ("muted", "epoch", "40"),
        ("accent", "train", figure(row[1])),
        ("warning", "test", figure(row[2])),
    ]
    assert view.accuracy.read_out()[1] == ("accent", "train", f"{100 * row[3]:.1f} %")
    view.loss.leaveEvent(None)
    assert view.accuracy.read_out() == []


def test_the_read_out_follows_the_keys(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=SIZE)
    bench.show_snapshot(replace(bench.show_run(), history=history(101)))
    view.loss.setFocus(Qt.FocusReason.TabFocusReason)
    for key, epoch in (
        (Qt.Key.Key_Left, "100"),
        (Qt.Key.Key_Left, "99"),
        (Qt.Key.Key_Right, "100"),
        (Qt.Key.Key_Right, "100"),
    ):
        qtbot.keyClick(view.loss, key)
        assert view.loss.read_out()[0] == ("muted", "epoch", epoch)
    qtbot.keyClick(view.loss, Qt.Key.Key_Escape)
    assert view.loss.read_out() == []
    before = painted(view.loss)
    qtbot.keyClick(view.loss, Qt.Key.Key_Left)
    assert painted(view.loss) != before


def test_lines_are_drawn_anew_only_for_new_rows(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=SIZE)
    snapshot = bench.show_run(epochs=3)
    calls = []
    monkeypatch.setattr(view.loss, "show_lines", lambda *args: calls.append(args))
    bench.show_snapshot(replace(snapshot, history=snapshot.history.copy()))
    assert not calls
    bench.show_run(epochs=1)
    assert len(calls) == 1
    bench.set_view(log_scale=True)
    assert len(calls) == 2
    view.hide()
    bench.show_run(epochs=1)
    assert len(calls) == 2


def test_a_reset_to_as_many_rows_is_noticed(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=SIZE)
    snapshot = bench.show_run()
    bench.show_snapshot(replace(snapshot, history=history(20)))
    other = history(20)
    other[:, 1:3] /= 2
    before = painted(view)
    bench.show_snapshot(replace(snapshot, history=other))
    assert painted(view) != before


def test_the_log_scale_spans_decades(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=SIZE)
    rows = history(50)
    rows[:, 1] = np.geomspace(0.9, 0.002, 50)
    bench.show_snapshot(replace(bench.show_run(), history=rows))
    assert (view.loss.axes.axis.low, view.loss.axes.axis.high) == (0.0, 1.0)
    bench.set_view(log_scale=True)
    assert (view.loss.axes.axis.low, view.loss.axes.axis.high) == (-3.0, 0.0)
    assert view.loss.axes.axis.log
    assert not view.accuracy.axes.axis.log
    at = view.loss.axes.place(view.loss.axes.plot_rect, 25.0, float(view.loss.axes.on_axis(rows[25:26, 1])[0]))
    assert np.mean(marked(view.loss, "accent", round(at.x()))) == pytest.approx(at.y(), abs=3)


def test_the_penalty_is_a_third_line_only_where_there_is_one(qtbot: QtBot) -> None:
    for rate, names in ((0.0, ["train", "test"]), (0.01, ["train", "test", "penalty"])):
        bench, view = shown(qtbot, LossAndAccuracy, experiment_on("circles", training__l2=rate), SIZE)
        bench.show_run(epochs=2)
        assert [line.name for line in view.loss._lines] == names


def test_without_a_test_set_there_is_one_line(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, experiment_on("circles", data__train_share=1.0), SIZE)
    bench.show_run(epochs=2)
    assert [line.name for line in view.loss._lines] == ["train"]
    assert [line.name for line in view.accuracy._lines] == ["train"]


def test_a_regression_has_no_accuracy(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, experiment_on("plane"), SIZE)
    bench.show_run(epochs=2)
    assert not view.accuracy.isVisible()
    assert view.loss.width() == SIZE[0]
    bench.show_experiment(experiment_on("circles"))
    assert not view.accuracy.isVisible(), "what is shown is the old run until the new one has a figure"
    bench.show_run()
    assert view.accuracy.isVisible()


def test_a_divergence_is_marked_in_words(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=SIZE)
    snapshot = replace(bench.show_run(), history=history(20))
    bench.show_snapshot(snapshot)
    assert not marked(view.loss, "bad", round(view.loss.axes.place(view.loss.axes.plot_rect, 19.0, 0).x()))
    bench.show_snapshot(replace(snapshot, divergence=Divergence(1234, 19, 1, "layer 2")))
    assert view.loss._divergence == (19.0, "diverged at step 1\u202f234 in layer 2")
    x = int(view.loss.axes.place(view.loss.axes.plot_rect, 19.0, 0).x())
    assert max(len(marked(view.loss, "bad", each)) for each in (x, x + 1)) > 60


def test_there_is_no_menu_and_no_zoom(qtbot: QtBot) -> None:
    view = plot(qtbot)
    view.show_lines(np.arange(50.0), [Line("train", "accent", np.linspace(0, 1, 50))], LINEAR)
    before = (view.axes.start, view.axes.end, view.axes.plot_rect, view.viewRect())
    drawn = view.grab().toImage()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=QPoint(200, 80))
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 80))
    qtbot.mouseMove(view.viewport(), QPoint(300, 100))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 100))
    assert (view.axes.start, view.axes.end, view.axes.plot_rect, view.viewRect()) == before
    assert view.grab().toImage() == drawn
    assert not [menu for menu in view.findChildren(QMenu) if menu.isVisible()]


def test_names_at_the_line_ends_keep_apart(qtbot: QtBot) -> None:
    view = plot(qtbot)
    epochs = np.arange(11.0)
    lines = [Line(name, token, np.full(11, 0.5)) for name, token in (("train", "accent"), ("test", "warning"))]
    view.show_lines(epochs, lines, LINEAR)
    x = round(view.axes.plot_rect.right()) + 14
    rows = {
        token: [y for column in range(x, x + 20) for y in marked(view, token, column)]
        for token in ("accent", "warning")
    }
    assert rows["accent"]
    assert rows["warning"]
    assert abs(np.mean(rows["accent"]) - np.mean(rows["warning"])) > 9


def test_a_name_makes_room_only_for_those_beside_it(qtbot: QtBot) -> None:
    """As in a look back, where the reference ends at the moment shown, far from the ends of the curves."""
    view = plot(qtbot)
    whole, half = np.arange(11.0), np.arange(3.0)
    lines = [Line("train", "accent", np.full(11, 0.5)), Line("nearest", "muted", np.full(3, 0.5), epochs=half)]
    view.show_lines(whole, lines, LINEAR)
    (train, _), (nearest, _) = view.names()
    assert train.center().y() == nearest.center().y() == view.axes.place(view.axes.plot_rect, 0.0, 0.5).y()


def test_names_of_other_runs_leave_the_own_ones_where_they_are(qtbot: QtBot) -> None:
    view = plot(qtbot)
    epochs, ends = np.arange(11.0), {"train": 0.3, "test": 0.5}
    own = [Line(name, "accent", np.full(11, value)) for name, value in ends.items()]
    others = [Line("", "muted", np.full(11, 0.4), label=f"branch {run}", run=run) for run in range(1, 16)]
    view.show_lines(epochs, own, LINEAR)
    alone = [place for place, _ in view.names()]
    view.show_lines(epochs, [*own, *others], LINEAR)
    places = [place for place, _ in view.names()]
    assert places[:2] == alone
    shown = [place for place in places if not place.isEmpty()]
    middles = sorted(place.center().y() for place in shown)
    assert 4 <= len(shown) < len(places), "those without room are left out"
    assert np.diff(middles).min() >= 12
    assert not places[-1].isEmpty(), "the youngest is there"


@pytest.mark.parametrize("axis", [LINEAR, Axis(-2.0, 0.0, True)])
@pytest.mark.parametrize("width", [400, 600])
def test_each_of_sixteen_runs_has_its_name_or_its_number(qtbot: QtBot, axis: Axis, width: int) -> None:
    """On its very line, and on no other words: never by colour alone, for dashes tell apart a few."""
    view, epochs = plot(qtbot, (width, 165)), np.arange(41.0)
    own = [Line(name, "accent", 0.6 * np.exp(-epochs / 9)) for name in ("train", "test")]
    others = [
        Line("", theme.branch_token(run), 0.1 + 0.7 * np.exp(-epochs[5:] / (3 + run)), label=f"a long name {run}",
             quiet=True, epochs=epochs[5:], run=run)
        for run in range(15)
    ]  # fmt: skip
    view.show_lines(epochs, [*own, *others], axis)
    named = {line.run for place, line in view.names() if line.run is not None and not place.isEmpty()}
    numbered = {line.run: place for place, line in view.numbers()}
    assert named
    assert not named & numbered.keys()
    assert named | numbered.keys() == set(range(15))
    words = [place for place, line in view.names() if not place.isEmpty()]
    places = list(numbered.values())
    assert not any(one.intersects(other) for at, one in enumerate(places) for other in [*places[at + 1 :], *words])
    for number, place in numbered.items():
        line, middle = others[number], place.center()
        share = (middle.x() - view.axes.plot_rect.left()) / view.axes.plot_rect.width() * view.axes.end
        value = np.interp(share, line.epochs, view.axes.on_axis(line.values))
        assert view.axes.place(view.axes.plot_rect, share, value).y() == pytest.approx(middle.y(), abs=0.5)
    before = painted(view)
    view.show_lines(epochs, [*own, *(replace(line, label="") for line in others)], axis)
    assert view.numbers() == []
    assert painted(view) != before


@pytest.mark.parametrize("log", [False, True])
def test_wild_histories_are_drawn_calmly(qtbot: QtBot, log: bool) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=SIZE)
    bench.set_view(log_scale=log)
    snapshot = bench.show_run()
    for value in (*WILD, -1.0, 1e300):
        rows = history(60)
        rows[30:, 1:] = value
        bench.show_snapshot(replace(snapshot, history=rows))
        view.loss.set_cursor_epoch(45.0)
        assert np.isfinite([view.loss.axes.axis.low, view.loss.axes.axis.high, view.loss.axes.end]).all(), value
        texts = [text for _, _, text in view.loss.read_out() + view.accuracy.read_out()]
        assert not any("nan" in text or "inf" in text for text in texts), value
        assert painted(view).width() == SIZE[0], value
        bench.show_snapshot(wild(snapshot, value))
        assert painted(view).width() == SIZE[0], value


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_very_short_histories(qtbot: QtBot, rows: int) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=SIZE)
    bench.show_snapshot(replace(bench.show_run(), history=history(5)[:rows]))
    for x in (190, 200):
        qtbot.mouseMove(view.loss.viewport(), QPoint(x, 80))
    assert len(view.loss.read_out()) == 3, "this moment is always known"
    painted(view)
    bench.show_snapshot(None)
    assert view.loss.read_out() == []
    painted(view)


def test_the_theme_is_followed(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=SIZE)
    bench.show_snapshot(replace(bench.show_run(), history=history(60)))
    light = painted(view)
    theme.current().set_theme("dark")
    dark = painted(view)
    at = view.loss.axes.place(view.loss.axes.plot_rect, 30.0, 0.0) + QPointF(0, -60)
    assert QColor(light.pixel(at.toPoint())).lightness() > 200
    assert QColor(dark.pixel(at.toPoint())).lightness() < 60
    assert marked(view.loss, "accent", round(at.x()))
    theme.current().set_theme("light")
    assert painted(view) == light


def test_edits_leave_labelled_marks_and_those_at_one_place_are_one(qtbot: QtBot) -> None:
    view = plot(qtbot)
    view.show_lines(np.arange(101.0), [Line("train", "accent", np.linspace(0.5, 0.1, 101))], Axis(0.0, 0.5, False))
    bare = painted(view)
    made = [
        Mark(100, ("training.learning_rate",), 0.1),
        Mark(101, ("training.l2",), 0.1),
        Mark(900, ("network.layers",)),
    ]
    view.show_marks(made, np.array([10.0, 10.1, 90.0]))
    assert [label for _, label in view.marks()] == ["2 edits", "network"]
    drawn = [Mark(100, ("training.learning_rate",), rate) for rate in (0.1, 0.5, 0.89)]
    assert (marks_label(drawn), marks_in_words(drawn)) == ("rate 0.89", "rate 0.89"), "a slider drawn along is one edit"
    for x, epoch in zip([x for x, _ in view.marks()], (10.0, 90.0), strict=True):
        assert x == pytest.approx(view.axes.place(view.axes.plot_rect, epoch, 0.0).x(), abs=2.0)
    assert painted(view) != bare
    for epoch, edited in ((10.0, "rate 0.1, L2 0.1"), (90.0, "network"), (50.0, None)):
        view.set_cursor_epoch(epoch)
        assert {name: text for _, name, text in view.read_out()}.get("edited") == edited
    view.set_cursor_epoch(None)
    view.show_marks(made, np.array([-1.0, -1.0, -1.0]))
    assert view.marks() == []
    assert painted(view) == bare


@pytest.mark.parametrize(("last", "told"), [(0.5, False), (0.1, True)])
def test_no_label_of_an_edit_lies_over_the_name_of_a_curve(last: float, told: bool, qtbot: QtBot) -> None:
    view = plot(qtbot)
    view.show_lines(np.arange(101.0), [Line("train", "accent", np.linspace(0.3, last, 101))], Axis(0.0, 0.5, False))
    view.show_marks([Mark(1000, ("network.layers",))], np.array([99.0]))
    (name, _), labels = view.names()[0], view.labels()
    assert not any(place.intersects(name) for place, _ in labels)
    assert bool(labels) == told
    assert marked(view, "accent", round(name.center().x())), "the name is drawn where it is said to be"
    view.show_marks([Mark(500, ("network.layers",))], np.array([50.0]))
    assert [label for _, label in view.labels()] == ["network"]


def test_no_label_of_an_edit_lies_over_what_is_said_of_the_best_epoch(qtbot: QtBot) -> None:
    view = plot(qtbot)
    lines = [Line("train", "accent", np.linspace(0.3, 0.1, 1001))]
    mark = [Mark(50, ("network.layers",))], np.array([5.0])
    for best, turn in (((20.0, "best 20"), None), (None, Turn(20.0, "best 0.077", None)), (None, None)):
        view.show_lines(np.arange(1001.0), lines, Axis(0.0, 0.5, False), best=best, turn=turn)
        view.show_marks(*mark)
        assert [label for _, label in view.labels()] == ([] if best or turn else ["network"])


def test_a_thousand_marks_are_as_many_as_there_are_places(qtbot: QtBot) -> None:
    view = plot(qtbot)
    view.show_lines(np.arange(101.0), [Line("train", "accent", np.linspace(0.5, 0.1, 101))], Axis(0.0, 0.5, False))
    view.show_marks([Mark(step, ("network.layers",)) for step in range(1000)], np.linspace(0, 100, 1000))
    assert len(view.marks()) <= view.axes.plot_rect.width() / 3 + 1
    painted(view)


def test_overfitting_marks_its_turn_and_washes_the_gap_from_there_on(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=SIZE)
    bench.show_run(epochs=20)
    plain = view.loss.grab().toImage()
    figures = Figure("rise", 1.4, 1.25), Figure("best_loss", 0.345), Figure("best_epoch", 8.0)
    found = Finding("overfitting", "warning", figures, 500, 20)
    for findings in ((found,), (Finding("too_little_data", "warning", (), 500, 20, consequences=(found,)),)):
        bench.doctor.findings = findings
        bench.doctor.changed.emit()
        turn = view.loss._turn
        assert turn is not None
        assert (turn.epoch, turn.words) == (8.0, "best 0.345")
        assert view.loss.grab().toImage() != plain
        bench.doctor.findings = ()
        bench.doctor.changed.emit()
        assert view.loss._turn is None
    bench.doctor.findings = (replace(found, forecast=True),)
    bench.doctor.changed.emit()
    assert view.loss._turn is None, "what is still to come has not turned yet"
    bench.doctor.findings = (replace(found, detail="gap"),)
    bench.doctor.changed.emit()
    assert view.loss._turn is None, "a gap is no turn: where the loss was lowest is not asked for it"


def test_what_is_under_the_cursor_is_told_whole_and_before_the_title() -> None:
    assert curve_notes.fitting(70, [], 50) == (True, 0)
    assert curve_notes.fitting(70, [80, 80], 230) == (True, 2)
    assert curve_notes.fitting(70, [80, 80], 229) == (False, 2)
    assert curve_notes.fitting(70, [80, 80], 159) == (False, 1)
    assert curve_notes.fitting(70, [80, 80], 79) == (False, 0)
