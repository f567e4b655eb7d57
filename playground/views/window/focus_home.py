"""Where the keyboard is when nothing has asked for it: a home, so that Qt never picks a button by itself.

Owns that rule; knows nothing of what the home does with keys.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget


class FocusHome(QObject):
    """Brings the focus of a window to `home` when nobody has it, at once after an event and before Qt chooses.

    Listens to the signal that tells only who gets the focus, and before it is there, hence the timer: the other one
    names who had it too, which may be a widget half destroyed.
    """

    def __init__(self, window: QWidget, home: QWidget) -> None:
        super().__init__(window)
        self._window, self._home = window, home
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._on_soon)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusObjectChanged.connect(self._soon.start)

    def on_activation(self) -> None:
        """The window became the active one: without a focus of its own, Qt would now take the first button."""
        if self._window.isActiveWindow() and self._window.focusWidget() is None:
            self._go()

    def _on_soon(self) -> None:
        nobody = QApplication.focusWidget() is None and QApplication.activePopupWidget() is None
        if nobody and self._window.isActiveWindow():
            self._go()

    def _go(self) -> None:
        self._home.setFocus(Qt.FocusReason.OtherFocusReason)
