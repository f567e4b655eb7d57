"""Whether things may move on screen, as the desktop's user has chosen.

Owns this one question.
"""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyle


def is_reduced() -> bool:
    """Whether somebody has asked the system for less motion: by its own setting where Qt tells of it, else by having
    all animations of widgets off."""
    hints = getattr(QGuiApplication.styleHints(), "accessibility", lambda: None)()
    wish = getattr(hints, "motionPreference", lambda: None)()
    if wish is not None:
        return getattr(wish, "name", "") == "ReducedMotion"
    style = QApplication.style()
    return not style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
