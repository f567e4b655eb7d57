"""References are found while somebody looks, of the data that are there, on a thread that ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from playground.experiment.experiment import Experiment
from playground.views.workbench.workbench import Workbench


@pytest.fixture
def workbench(qtbot: QtBot) -> Iterator[Workbench]:
    made = Workbench(Experiment())
    yield made
    made.close()


def test_nobody_looks_and_nothing_is_asked(workbench: Workbench) -> None:
    workbench.referring.wait()
    assert workbench.referring.references is None


def test_they_are_those_of_the_present_data(workbench: Workbench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workbench.referring.known):
        workbench.referring.want(True)
    first = workbench.referring.references
    assert first is not None
    workbench.change("Choose", data__source__name="spirals")
    assert workbench.referring.references is None
    with qtbot.waitSignal(workbench.referring.known):
        pass
    assert workbench.referring.references is not first
    workbench.change("Set rate", training__learning_rate=0.5)
    assert workbench.referring.references is not None


def test_an_answer_to_old_data_is_not_shown(workbench: Workbench, qtbot: QtBot) -> None:
    workbench.referring.want(True)
    workbench.referring._ask()
    workbench.change("Choose", data__source__name="spirals")
    workbench.referring._asked.exception()
    with qtbot.waitSignal(workbench.referring.known):
        workbench.referring._on_tick()
    assert workbench.referring.references is None
    workbench.referring.wait()
    assert workbench.referring.references is not None
