"""Hands for tests of panels: show one, drag a slider, type a number, choose from a list."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.views.controls import ChoiceField, NumberField, SliderRow
from playground.views.theme import theme

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


def show_panel(qtbot: QtBot, panel: QWidget, width: int, height: int) -> None:
    """Show a panel alone, in light colours."""
    theme.current().set_theme("light")
    qtbot.addWidget(panel)
    panel.resize(width, height)
    with qtbot.waitActive(panel):
        panel.show()


def drag(qtbot: QtBot, row: SliderRow, *shares: float) -> None:
    """Press the slider at the first share of its way, pass by the others, and let go at the last."""
    places = [
        QPoint(round(row.slider.x_of(round(share * row.scale.steps))), row.slider.height() // 2) for share in shares
    ]
    qtbot.mousePress(row.slider, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(row.slider, place)
    qtbot.mouseRelease(row.slider, LEFT, pos=places[-1])


def type_into(qtbot: QtBot, field: NumberField, text: str) -> None:
    """Click into a field, type, and press Return."""
    field.clearFocus()
    qtbot.mouseClick(field, LEFT)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Key.Key_Return)


def pick(qtbot: QtBot, choice: ChoiceField, key: str) -> None:
    """Open a list, go to an entry with the arrow keys, and press Return, as the keyboard does."""
    keys = [option.key for option in choice._options]
    choice.showPopup()
    view = choice.view()
    qtbot.keyClick(view, Key.Key_Home)
    for _ in range(keys.index(key)):
        qtbot.keyClick(view, Key.Key_Down)
    qtbot.keyClick(view, Key.Key_Return)


def shown(qtbot: QtBot, widget: QWidget, width: int = 220) -> QWidget:
    """A control alone in a small active window."""
    qtbot.addWidget(widget)
    widget.resize(width, widget.sizeHint().height())
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


def enter(qtbot: QtBot, field: NumberField) -> None:
    """Click into a field that has not the focus; what is typed then replaces the number."""
    field.clearFocus()
    qtbot.mouseClick(field, LEFT)
    assert field.hasFocus()
    assert field.hasSelectedText()
