"""Whether things may move on screen, as the desktop's user has chosen.

Owns this one question.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QGuiApplication, QStyleHints
from PySide6.QtWidgets import QApplication, QStyle


def is_reduced() -> bool:
    """Whether somebody has asked the system for less motion: by its own setting where Qt tells of it, else by having
    all animations of widgets off."""
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
