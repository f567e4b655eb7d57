"""Undo that goes back to what had to go from memory says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from playground.edits.changes import with_changes
from playground.experiment.network import Network
from playground.run import shelf
from playground.views.workbench.workbench import Workbench

Make = Callable[..., Workbench]


def remove_layer(workbench: Workbench) -> None:
    fewer = workbench.experiment.network.layers[:-1]
    workbench.edit("Remove", with_changes(workbench.experiment, network=Network(fewer)))


DONE: dict[str, Callable[[Workbench], object]] = {
    "reset": Workbench.reset,
    "new seed": Workbench.new_seed,
    "layer": remove_layer,
}


@pytest.mark.parametrize("what", DONE)
def test_undo_says_where_what_it_goes_back_to_is_no_longer_kept(
    what: str, make_workbench: Make, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(shelf, "MAX_BYTES", 1)
    workbench = make_workbench()
    heard: list[tuple[str, str]] = []
    workbench.message_shown.connect(lambda text, kind: heard.append((text, kind)))
    start = workbench.experiment
    for _ in range(2):
        workbench.run.advance_now(steps=5)
        DONE[what](workbench)
    workbench.run.advance_now(steps=5)
    workbench.undo()
    told(workbench)
    assert heard == [], "the newest is kept"
    workbench.undo()
    told(workbench)
    ((text, kind),) = heard
    assert kind == "warning"
    assert text.startswith("What undo goes back to is not kept any more")
    assert ("What the edit had taken away has begun anew." if what == "layer" else "The run has begun anew.") in text
    assert workbench.experiment == start
    workbench.redo()
    told(workbench)
    assert len(heard) == 1, "redo goes back to where one was"


def told(workbench: Workbench) -> None:
    """What was asked for is done, and a frame has passed on what is said of it."""
    workbench.run.advance_now()
    workbench.run._on_frame()
