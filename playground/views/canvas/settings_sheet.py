"""The small sheet that opens under a layer's card: every setting of that layer.

Owns its fields and when it closes; what an entry leads to is decided by `CanvasCommands`.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QLabel, QWidget

from playground.edits.layer_fields import LayerField, fields_of, span_of
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.layers import Layer
from playground.views.canvas.commands import CanvasCommands
from playground.views.controls import ChoiceField, NumberField, SegmentedControl
from playground.views.controls.choice import Option
from playground.views.guards.handlers import guarded
from playground.views.marks.curve_icon import curve_icon
from playground.views.theme import theme
from playground.words.network import layer_title

TRAINED, FROZEN = "trained", "frozen"


@guarded
class LayerSettings(QFrame):
    """Opened by `open_for`; `closed` when it is gone again. Every entry is an edit of its own."""

    closed = Signal()

    def __init__(self, parent: QWidget, commands: CanvasCommands) -> None:
        super().__init__(parent)
        self._around, self._commands = parent, commands
        self.layer: int | None = None
        self.fields: dict[str, QWidget] = {}
        self._kind: type[Layer] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 10, 12, 12)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]
        self.hide()

    def open_for(self, layer: int, anchor: QPoint) -> bool:
        """Show the settings of a hidden layer under a point; False where it has none."""
        own = self._commands.experiment.network.layers[layer]
        if not fields_of(own):
            return False
        self.layer, self._kind = layer, type(own)
        self._fill(own)
        self._place(anchor)
        self.show()
        self.raise_()
        first = next(iter(self.fields.values()))
        (first.buttons[first.current or TRAINED] if isinstance(first, SegmentedControl) else first).setFocus(
            Qt.FocusReason.PopupFocusReason
        )
        return True

    def refresh(self) -> None:
        """Show what holds now; closes where the layer is another one."""
        layers = self._commands.experiment.network.layers
        if self.layer is None or not self.isVisible():
            return
        if self.layer >= len(layers) or type(layers[self.layer]) is not self._kind:
            self.close_sheet()
            return
        for name, widget in self.fields.items():
            _show(widget, getattr(layers[self.layer], name))

    def close_sheet(self) -> None:
        """Go away."""
        if self.isVisible():
            now = QApplication.focusWidget()
            had_focus = now is not None and self.isAncestorOf(now)
            self.hide()
            if had_focus:
                self.closed.emit()

    # -- making -----------------------------------------------------------------------------------------------------

    def _fill(self, own: Layer) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.deleteLater()
        assert self.layer is not None
        title = QLabel(layer_title(self._commands.experiment, self.layer))
        title.setFont(theme.strong_font())
        self._grid.addWidget(title, 0, 0, 1, 2)
        self.setAccessibleName(title.text())
        self.fields = {}
        for row, field in enumerate(fields_of(own), start=1):
            label = QLabel(field.label if field.name != "frozen" else "Parameters")
            label.setFont(theme.small_font())
            widget = self._widget(field, own)
            _show(widget, getattr(own, field.name))
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(widget, row, 1)
            self.fields[field.name] = widget
        for widget in self.fields.values():
            for each in (widget, *widget.findChildren(QWidget)):
                each.installEventFilter(self)

    def _widget(self, field: LayerField, own: Layer) -> QWidget:
        """The control of one setting."""
        if field.name == "frozen":
            switch = SegmentedControl(
                ((TRAINED, TRAINED, "Training changes this layer  F"), (FROZEN, FROZEN, "Training leaves it  F"))
            )
            switch.chosen.connect(lambda key: self._set("frozen", key == FROZEN))
            return switch
        wide = round(theme.scaled(112))
        if field.name == "activation" or field.choices:
            texts = {each.name: (each.label, each.note) for each in ACTIVATIONS.values()}
            keys = field.choices or tuple(texts)
            curves = {key: partial(curve_icon, f"activation:{key}") for key in texts}
            options = [Option(key, *texts.get(key, (key, "")), icon=curves.get(key)) for key in keys]
            choice = ChoiceField(field.label, options)
            choice.chosen.connect(lambda key: self._set(field.name, key))
            choice.setMinimumWidth(wide)
            return choice
        number = NumberField(field.label, span_of(own, field.name), field.whole, unit=field.step or 1e-5)
        number.committed.connect(lambda value: self._set(field.name, value))
        number.refused.connect(self._commands.refuse)
        number.setMinimumWidth(wide)
        return number

    def _set(self, name: str, value: object) -> None:
        if self.layer is not None:
            self._commands.set_field(self.layer, name, value)
            self.refresh()

    def _place(self, anchor: QPoint) -> None:
        self.adjustSize()
        size, room = self.sizeHint(), self._around.rect().adjusted(4, 4, -4, -4)
        self.resize(size)
        x = min(max(anchor.x() - size.width() // 2, room.left()), max(room.right() - size.width(), room.left()))
        self.move(x, max(room.top(), min(anchor.y(), room.bottom() - size.height())))

    # -- closing ----------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and not (isinstance(watched, NumberField) and watched.isModified()):
                self.close_sheet()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(watched, NumberField):
                if watched.take():
                    self.close_sheet()
                else:
                    watched.selectAll()
                return True
        return super().eventFilter(watched, event)

    def _on_focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        """Looking elsewhere closes the sheet; the lists of its choices belong to it."""
        if now is None or not self.isVisible():
            return
        here: QObject | None = now
        while here is not None and here is not self:
            here = here.parent()
        if here is None:
            self.close_sheet()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), theme.color("background"))
            painter.setBrush(theme.color("surface"))
            painter.setPen(theme.pen("line", 1.0))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


def _show(widget: QWidget, value: object) -> None:
    """Let a control show a value without an edit."""
    if isinstance(widget, NumberField):
        assert isinstance(value, (int, float))
        widget.set_value(value)
    elif isinstance(widget, ChoiceField):
        widget.set_current(str(value))
    elif isinstance(widget, SegmentedControl):
        widget.set_current(FROZEN if value else TRAINED)
