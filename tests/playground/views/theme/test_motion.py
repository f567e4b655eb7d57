"""Whether things may move: what the desktop says can be asked again and again, and in pictures nothing moves."""

from __future__ import annotations

import gc
from types import SimpleNamespace
from typing import Any

from playground.diagnosis.signals.finding import Finding
from playground.views.theme import motion
from playground.views.transport.finding_chip import FindingChip


def test_it_can_be_asked_again(qapp):
    """PySide6 6.12 took its answer back once Python's object for it was collected."""
    motion.is_reduced()
    gc.collect()
    assert motion.is_reduced() in (True, False)


def test_what_comes_into_a_picture_is_there_at_once(qtbot, monkeypatch):
    """The chip of a finding was caught while it faded in, and could hardly be read."""
    monkeypatch.setattr(motion, "_hints", lambda: wish("NoPreference"))
    doctor = SimpleNamespace(
        changed=Heard(), alarms=[Finding("learning_rate_high", (), "critical", 3, 1)], looks_back=False
    )
    workbench: Any = SimpleNamespace(doctor=doctor)
    for drawn, fades in ((False, True), (True, False)):
        chip = FindingChip(workbench)
        qtbot.addWidget(chip)
        if drawn:
            with motion.stillness():
                chip.refresh()
        else:
            chip.refresh()
        assert chip.isVisible()
        assert (chip._fade.state() == chip._fade.State.Running) is fades
        assert (chip._opacity < 1.0) is fades
        chip.close()


class Heard:
    def connect(self, slot: Any) -> None:
        """Nothing is told."""


def wish(name: str) -> Any:
    """What the desktop wishes, as Qt tells it."""
    preference = SimpleNamespace(name=name)
    return SimpleNamespace(accessibility=lambda: SimpleNamespace(motionPreference=lambda: preference))
