"""A message goes away when it no longer applies, and by itself; one that asks waits for an answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from playground.views.canvas.panel import NetworkCanvas
from playground.views.window import messages
from playground.views.window.messages import MessageStrip
from playground.views.workbench.workbench import Workbench

Make = Callable[..., Workbench]


@pytest.fixture
def workbench(make_workbench: Make) -> Workbench:
    return make_workbench()


@pytest.fixture
def strip(workbench: Workbench, qtbot: QtBot) -> MessageStrip:
    """A strip over a canvas."""
    over = NetworkCanvas(workbench)
    qtbot.addWidget(over)
    over.resize(700, 400)
    over.show()
    return MessageStrip(over)


@pytest.mark.parametrize("kind", ["info", "error"])
def test_a_message_goes_with_the_next_edit(kind: str, workbench: Workbench, strip: MessageStrip) -> None:
    workbench.experiment_changed.connect(strip.outdate)
    strip.show_message("y is the only feature left.", kind)
    workbench.change("Set a wrong rate", training__learning_rate=-1.0)
    assert strip.isVisible()
    workbench.change("Set learning rate", training__learning_rate=0.5)
    assert not strip.isVisible()


@pytest.mark.parametrize("kind", ["info", "error"])
def test_a_message_goes_by_itself_but_not_from_under_the_pointer(
    kind: str, strip: MessageStrip, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert messages.STAYS_MS == 8000
    monkeypatch.setattr(messages, "STAYS_MS", 30)
    strip.show_message("Refused.", kind)
    strip.enterEvent(None)
    assert not strip._timer.isActive()
    assert strip.isVisible()
    strip.leaveEvent(None)
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_a_message_that_asks_stays(strip: MessageStrip) -> None:
    strip.show_message("Diverged.", "warning", [("Reset", lambda: None)])
    strip.outdate()
    assert strip.isVisible()
    assert not strip._timer.isActive()
