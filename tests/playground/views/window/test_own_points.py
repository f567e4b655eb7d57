"""The window on somebody's own points: with a plane as ever, without one quietly, and through every way of looking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.diagram.diagram import Part
from playground.edits.changes import with_changes
from playground.exchange.files import load, save
from playground.experiment.layers import BatchNorm, Dense, Dropout, Residual
from playground.experiment.network import Network
from playground.figures.decision import reading
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.views.output.view_switches import why_no_map
from playground.views.plots.panel import TABS
from playground.words.network import in_words
from playground.words.parts import facts_of
from tests.own_points import about, made
from tests.playground.views.window.driver import Make, Open, bench
from tests.seeds import long

LAYERS = (BatchNorm(), Dense(5), Residual(2), Dropout(0.2), Dense(3))
Key = Qt.Key


def document(columns: int, classes: Any = 3, **changes: Any) -> Checkpoint:
    own = made(columns, 60, len(classes) if isinstance(classes, tuple) else classes)
    return Checkpoint(about(own, classes, **changes), points=own)


def look_everywhere(window: Any, qtbot: QtBot) -> None:
    """Every tab, theme, switch and part of the canvas, by pointer and by keyboard."""
    workbench, canvas = bench(window), window.network.view
    for tab in TABS:
        window.plots.show_tab(tab)
        workbench.run.advance_now(epochs=1)
        QApplication.processEvents()
        window.plots.grab()
    for switch in window.output.toggles.values():
        if switch.isEnabled():
            switch.click()
    diagram = canvas.surface.diagram
    for column in diagram.columns:
        for kind in ("card", "unit", "bias", "feature", "link"):
            part = Part(kind, column.layer, 0, 0)
            if diagram.rect_of(part) is not None and not (kind == "link" and column.layer < 0):
                canvas.pointer.point_at(part)
                canvas.keyboard.spoken(part)
                canvas.openers._menus.for_part(canvas, part, diagram).deleteLater()
    canvas.setFocus()
    for key in (Key.Key_Left,) * 8 + (Key.Key_Down, Key.Key_Up, Key.Key_Return, Key.Key_Space) + (Key.Key_Right,) * 8:
        qtbot.keyClick(canvas, key)
    for place in (QPoint(20, 20), QPoint(100, 100)):
        qtbot.mouseMove(window.output.map, place)
    window.output.map.setFocus()
    for key in (Key.Key_Left, Key.Key_Up, Key.Key_Escape):
        qtbot.keyClick(window.output.map, key)
    window.grab()


@pytest.mark.parametrize(
    ("columns", "classes"),
    [(1, 0), long(2, 3), long(3, 0), (40, 3)],
)
def test_every_way_of_looking_works(
    columns: int, classes: int, make_workbench: Make, open_window: Open, qtbot: QtBot
) -> None:
    checkpoint = document(columns, classes, network=Network(LAYERS))
    window = open_window(make_workbench(checkpoint))
    look_everywhere(window, qtbot)
    workbench = bench(window)
    assert workbench.dataset.columns == checkpoint.experiment.data.source.columns
    assert workbench.run.snapshot is not None
    assert (workbench.run.snapshot.maps is None) == (columns < 2)


def test_without_a_plane_the_output_says_so_and_its_switches_are_off(make_workbench: Make, open_window: Open) -> None:
    window = open_window(make_workbench(document(1)))
    said = why_no_map(bench(window).dataset)
    assert said == "These data have one column; a map is drawn over two."
    assert all(not toggle.isEnabled() and toggle.toolTip() == said for toggle in window.output.toggles.values())
    bench(window).edit("Plane", with_changes(about(made(2))), points=made(2))
    bench(window).run.advance_now(epochs=0)
    assert all(toggle.isEnabled() for toggle in window.output.toggles.values())
    assert window.output.map.shown is not None


def test_without_a_plane_the_probe_stays_away(make_workbench: Make, open_window: Open) -> None:
    workbench = make_workbench()
    window = open_window(workbench)
    workbench.set_view(probe=(1.0, 2.0))
    own = made(1)
    workbench.edit("Columns", about(own), points=own)
    assert workbench.view.probe is None
    window.output.map._look_at((1.0, 2.0))
    assert workbench.view.probe is None


def test_the_canvas_shows_the_columns_by_name(make_workbench: Make, open_window: Open) -> None:
    own = made(3, 60, 3)
    experiment = about(own, 3, ("height", "weight", "a very long name of a column"))
    window = open_window(make_workbench(Checkpoint(experiment, points=own)))
    canvas = window.network.view
    assert in_words(experiment).startswith("3 columns: height, weight, a very long")
    facts = facts_of(canvas.surface.model, Part("feature", -1, 1))
    assert facts is not None
    assert (facts.title, facts.formula) == ("weight", "column 2 of 3")
    link = facts_of(canvas.surface.model, Part("link", 0, 0, 1))
    assert link is not None
    assert link.title.startswith("from weight")
    rect = canvas.surface.diagram.column(-1).tiles[2]
    assert canvas.surface.diagram.hit(rect.x - 20, rect.center[1]) == Part("feature", -1, 2)
    assert not canvas.commands.remove(-1)


def test_more_columns_than_fit_are_counted(make_workbench: Make, open_window: Open) -> None:
    canvas = open_window(make_workbench(document(64))).network.view
    column = canvas.surface.diagram.column(-1)
    assert column.hidden > 0
    assert len(column.tiles) + column.hidden == 64
    assert column.tiles[-1].bottom <= canvas.surface.diagram.band.bottom


def test_the_data_panel_shows_what_there_is_and_switches_off_what_makes_points(
    make_workbench: Make, open_window: Open
) -> None:
    window = open_window(make_workbench(document(2, ("cat", "dog"))))
    data = window.data
    assert data.name.text == "Own points"
    assert data.samples.value == 60
    assert not any(each.isChecked() for each in data.gallery.thumbnails.values())
    enabled = {row.label.text: row.isEnabled() for row in data.rows if not row.isHidden()}
    assert enabled == {"Samples": False, "Training share": True, "Position noise": False}
    flaws = data.sections[1].rows
    assert (flaws["label_noise"].isEnabled(), flaws["imbalance"].isEnabled()) == (True, False)
    assert "Own points stay as they are" in data.noise.slider.toolTip()
    data.choose("moons")
    assert data.samples.isEnabled()
    assert data.gallery.thumbnails["moons"].isChecked()
    bench(window).undo()
    assert not data.gallery.thumbnails["moons"].isChecked()
    assert not data.samples.isEnabled()


def test_classes_are_called_by_their_own_names_on_the_map(make_workbench: Make, open_window: Open) -> None:
    window = open_window(make_workbench(document(2, ("cat", "dog"))))
    workbench = bench(window)
    x, y = workbench.dataset.train_points[:, 0]
    window.output.map._look_at((float(x), float(y)))
    workbench.run.advance_now(epochs=0)
    datum = window.output.map.point_at((float(x), float(y)))
    found = reading(workbench.run.snapshot, workbench.experiment, (float(x), float(y)), None, datum)
    names = {text for name, text in found.lines if name in ("answer", "train point")}
    assert names <= {"cat", "dog"}
    assert names


# -- the document ------------------------------------------------------------------------------------------------------


def test_undo_brings_own_points_back_and_files_keep_them(make_workbench: Make, tmp_path: Path) -> None:
    workbench = make_workbench(document(3))
    own, experiment = workbench.work.checkpoint().points, workbench.experiment
    other = made(2, 50, 2, seed=1)
    assert workbench.edit("Other points", about(other), points=other)
    workbench.run.advance_now(epochs=1)
    assert workbench.dataset.columns == ("x", "y")
    assert workbench.change("Set share", data__train_share=0.8)
    assert workbench.dataset.train_labels.size == 40
    workbench.undo()
    workbench.undo()
    assert workbench.experiment == experiment
    assert workbench.dataset.columns == ("x1", "x2", "x3")
    workbench.run.advance_now(epochs=1)
    assert workbench.work.checkpoint().points == own
    workbench.redo()
    workbench.run.advance_now(epochs=1)
    assert workbench.save(tmp_path / "own.nnp")
    assert load(tmp_path / "own.nnp").points == other
    assert workbench.open_source(str(tmp_path / "own.nnp"))
    workbench.run.advance_now(epochs=1)
    assert workbench.work.checkpoint().points == other


def test_an_edit_to_points_that_are_not_there_is_refused(make_workbench: Make) -> None:
    workbench = make_workbench(document(3))
    messages: list[str] = []
    workbench.message_shown.connect(lambda text, kind: messages.append(text))
    before, other = workbench.experiment, made(2)
    assert not workbench.edit("Other", about(other))
    assert not workbench.edit("Other", about(other), points=made(2, seed=1))
    assert not workbench.change("Other", data__source=other.source(2))
    assert not workbench.edit("Moons", with_changes(about(other), data=type(before.data)()), points=other)
    assert workbench.experiment == before
    assert workbench.undo_name is None
    assert [text.split(":")[0] for text in messages] == [
        *["These are not the points of the experiment"] * 3,
        "This experiment makes its points itself (Circles), so it takes none.",
    ]


def test_an_experiment_saved_alone_says_what_is_lost_and_stays_unsaved(make_workbench: Make, tmp_path: Path) -> None:
    workbench = make_workbench(document(3))
    workbench.change("Set rate", training__learning_rate=0.1)
    messages: list[str] = []
    workbench.message_shown.connect(lambda text, kind: messages.append(text))
    assert workbench.save(tmp_path / "own.json")
    assert "without its points: save as .nnp to keep them" in messages[0]
    assert workbench.unsaved
    assert not workbench.open_source(str(tmp_path / "own.json"))
    assert "cannot be opened alone" in messages[-1]


def test_a_tick_keeps_the_dataset_and_checks_it_by_its_digest(
    make_workbench: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench = make_workbench(document(2))
    data, shot = workbench.dataset, workbench.run.snapshot
    monkeypatch.setattr("playground.data.sampling._spoiled", lambda *_: pytest.fail("the points were split anew"))
    monkeypatch.setattr("playground.run.measuring.measure", lambda *_: pytest.fail("the points were looked at"))
    for tick in range(5):
        assert workbench.change("Set rate", merge="rate", training__learning_rate=0.01 * (tick + 1))
        assert workbench.dataset is data
    workbench.run.advance_now(epochs=0)
    assert workbench.run.snapshot is not shot
    assert workbench.run.snapshot.dataset is data


def test_a_file_with_own_points_is_opened_while_the_kernels_are_prepared(
    make_workbench: Make, tmp_path: Path, qtbot: QtBot
) -> None:
    from playground.views.workbench.workbench import Workbench

    run = Session(document(3))
    run.advance(epochs=2)
    save(tmp_path / "own.nnp", run)
    workbench = Workbench(load(tmp_path / "own.nnp"))
    try:
        assert workbench.change("Set share", data__train_share=0.7)
        assert workbench.dataset.train_labels.size == 42
        assert workbench.work.checkpoint().points == run.points
        workbench.prepare_now()
        assert workbench.work.checkpoint().points == run.points
    finally:
        workbench.close()
        workbench.deleteLater()
