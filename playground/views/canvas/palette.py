"""The row over the canvas: the kinds of layers as chips to drag, a hint, and the number of parameters.

Owns which chips stand in the row and how their drag starts; where a layer lands is the canvas's business. The kinds
without room stand in a panel of their own (see `canvas_shelf`).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QDrag, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QWidget

from playground.edits.network import kind_refusal
from playground.experiment.experiment import Experiment
from playground.experiment.layers import LAYER_KINDS, LayerKind
from playground.views.canvas.items.cards import draw_card
from playground.views.canvas.items.drag import layer_mime
from playground.views.canvas.links_switch import LinksSwitch
from playground.views.controls import Caption, Chip, SectionLabel, explain
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.words.network import counted, short_label

HINT = "drag onto the network"
FIRST = ("dense", "dropout", "batch_norm", "residual", "gaussian_noise")
FIRST_OF_IMAGES = ("conv2d", "max_pool2d")
"""Which kinds stand in the row first; those for images come before the others where there are images."""
MOST_CHIPS = 5
SPACING = 8


def order_of(has_images: bool) -> tuple[str, ...]:
    """Every kind, in the order in which they stand in the row."""
    return tuple(dict.fromkeys((*(FIRST_OF_IMAGES if has_images else ()), *FIRST, *LAYER_KINDS)))


@guarded
class LayerChip(Chip):
    """A kind of layer. `chosen(kind)` on double click or Enter, `picked(kind)` on a click, which marks it until the
    keyboard goes elsewhere; a kind that has no place says why in its tool tip.
    """

    chosen = Signal(str)
    picked = Signal(str)
    drag_started = Signal()

    def __init__(self, kind: LayerKind[Any]) -> None:
        super().__init__(short_label(kind.kind))
        self.kind = kind
        self._pressed_at: QPointF | None = None
        self.setAccessibleName(f"{kind.label} layer")
        explain(f"layer_{kind.kind}", self)
        self.setFont(theme.strong_font())
        self.setCheckable(True)
        self.set_refusal(None)

    def set_refusal(self, reason: str | None) -> None:
        """Make it pale, with the reason as its tool tip, or usable."""
        self.setEnabled(reason is None)
        use = reason or "Drag it between two layers; a double click or Enter puts it before the output."
        self.setToolTip(f"{self.kind.label}: {self.kind.note}\n{use}")
        self.setAccessibleDescription(self.toolTip())
        self.setCursor(Qt.CursorShape.OpenHandCursor if reason is None else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position()
            self.setDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        start = self._pressed_at
        if start is not None and (event.position() - start).manhattanLength() >= QApplication.startDragDistance():
            self._pressed_at = None
            self.setDown(False)
            self.start_drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._pressed_at is not None and self.rect().contains(event.position().toPoint())
        self._pressed_at = None
        self.setDown(False)
        if clicked:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.setChecked(True)
            self.picked.emit(self.kind.kind)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setChecked(False)
        self.chosen.emit(self.kind.kind)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.setChecked(False)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.kind.kind)
        else:
            super().keyPressEvent(event)

    def start_drag(self) -> None:
        """Drag the kind, with a small card under the pointer, until it is dropped somewhere."""
        picture = self.picture()
        drag = QDrag(self)
        drag.setMimeData(layer_mime(self.kind.kind))
        drag.setPixmap(picture)
        drag.setHotSpot((QRectF(picture.rect()).center() / picture.devicePixelRatio()).toPoint())
        self.drag_started.emit()
        drag.exec(Qt.DropAction.CopyAction)

    def picture(self) -> QPixmap:
        """The card that goes with the pointer."""
        ratio, place = self.devicePixelRatioF(), QRectF(0, 0, theme.scaled(84), theme.scaled(46))
        pixels = QPixmap((place.size() * ratio).toSize())
        pixels.setDevicePixelRatio(ratio)
        pixels.fill(Qt.GlobalColor.transparent)
        with QPainter(pixels) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_card(painter, place, short_label(self.kind.kind), "new layer", "ghost")
        return pixels


@guarded
class Hint(Caption):
    """A line beside the chips; the standing one is left out where it would be cut."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.text != HINT or not self.is_cut():
            super().paintEvent(event)


@guarded
class CanvasHeader(QWidget):
    """`chosen(kind)`: put a layer of this kind before the output; `picked(kind)`: its chip was clicked.

    `more` opens the panel of all kinds, `links` says what the links show.
    """

    chosen = Signal(str)
    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.by_kind = {name: LayerChip(kind) for name, kind in LAYER_KINDS.items()}
        self._order = order_of(has_images=False)
        self.more = Chip("More", "All kinds of layers")
        self.more.setFont(theme.strong_font())
        self.more.setAccessibleName("More kinds of layers")
        self.links = LinksSwitch()
        self.hint, self.count = Hint(HINT), Caption()
        self.count.alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._yielding = (self.links, self.count)
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._title = SectionLabel("Network")
        explain("palette", self, self.more, self.hint)
        explain("parameters", self.count)
        explain("network", self._title)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        row.addWidget(self._title)
        row.addSpacing(12 - SPACING)
        for chip in self.by_kind.values():
            chip.setParent(self)
            chip.chosen.connect(self.chosen)
            chip.picked.connect(self.picked)
        for widget in (self.more, self.hint, self.links, self.count):
            row.addWidget(widget, 1 if widget is self.hint else 0)
        self._fill()

    @property
    def chips(self) -> list[LayerChip]:
        """The chips in their order, those without room in the row too."""
        return [self.by_kind[kind] for kind in self._order]

    def _fill(self) -> None:
        """Put the chips into the row, in the order of the present data, which Tab follows too."""
        for chip in self.by_kind.values():
            self._row.removeWidget(chip)
        for place, chip in enumerate(self.chips):
            self._row.insertWidget(2 + place, chip)
        for left, right in pairwise([*self.chips, self.more]):
            QWidget.setTabOrder(left, right)
        self._choose()

    def _choose(self) -> None:
        """Show as many chips as there is room for; the hint and the number keep some of it."""
        taken = sum(each.sizeHint().width() for each in (self._title, self.more, self.links, self.count))
        room = self.width() - taken - 12 - 5 * SPACING
        for place, chip in enumerate(self.chips):
            room -= chip.sizeHint().width() + SPACING
            chip.setVisible(place < MOST_CHIPS and (room >= 0 or place == 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose()

    def restyle(self) -> None:
        """Other colours or fonts."""
        self._choose()

    def set_hint(self, text: str, urgent: bool = False) -> None:
        """What is special now, or "" for how the palette is used. urgent: where all do not fit, it takes the place of
        the number of parameters, then of the switch."""
        self.hint.set_text(text or HINT)
        room = self.hint.width() + sum(each.sizeHint().width() + SPACING for each in self._yielding if each.isVisible())
        wanted = self.hint.sizeHint().width() if urgent else 0
        for each in self._yielding:
            room -= each.sizeHint().width() + SPACING
            each.setVisible(room >= wanted)
        self._row.activate()  # at once: what is cut now would be seen for a frame

    def set_experiment(self, experiment: Experiment) -> None:
        """The number of parameters, the kinds that come first, and those that have no place."""
        self.count.set_text(counted(experiment.parameter_count, "parameter"))
        order = order_of(experiment.input_shape.image is not None)
        for kind, chip in self.by_kind.items():
            chip.set_refusal(kind_refusal(experiment, kind))
        if order != self._order:
            self._order = order
            self._fill()
        self._choose()
