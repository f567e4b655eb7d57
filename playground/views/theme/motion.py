"""Whether things may move on screen, as the desktop's user has chosen; in a picture nothing does.

Owns this one question.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from PySide6.QtGui import QGuiApplication, QStyleHints
from PySide6.QtWidgets import QApplication, QStyle

_pictures: list[None] = []
"""One for each picture that is being drawn."""


@contextmanager
def stillness() -> Iterator[None]:
    """What appears in here is there at once, as a picture needs it."""
    _pictures.append(None)
    try:
        yield
    finally:
        _pictures.pop()


def is_reduced() -> bool:
    """Whether somebody has asked the system for less motion: by its own setting where Qt tells of it, else by having
    all animations of widgets off."""
    if _pictures:
        return True
    hints = getattr(_hints(), "accessibility", lambda: None)()
    wish = getattr(hints, "motionPreference", lambda: None)()
    if wish is not None:
        return getattr(wish, "name", "") == "ReducedMotion"
    style = QApplication.style()
    return not style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)


@cache
def _hints() -> QStyleHints:
    """Those of the application, held: PySide6 6.12 declares what they hand out dead for ever once the object that
    stands for them in Python is collected, though Qt keeps both."""
    return QGuiApplication.styleHints()
