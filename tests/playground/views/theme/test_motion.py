"""What the desktop says of motion can be asked again and again."""

from __future__ import annotations

import gc

from playground.views.theme.motion import is_reduced


def test_it_can_be_asked_again(qapp):
    """PySide6 6.12 took its answer back once Python's object for it was collected."""
    is_reduced()
    gc.collect()
    assert is_reduced() in (True, False)
