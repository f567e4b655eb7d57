"""The row over the canvas: the kinds of layers as chips to drag, a hint, and the number of parameters.

Owns the chips and how their drag starts; where a layer lands is the canvas's business.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QWidget

from playground.network import LAYER_KINDS, LayerKind
from playground.views import theme
from playground.views.canvas_cards import draw_card
from playground.views.canvas_drag import layer_mime
from playground.views.canvas_edits import counted
from playground.views.controls import Caption, Chip, SectionLabel

HINT = "drag onto the network"


class LayerChip(Chip):
    """A kind of layer. `chosen(kind)` on double click or Enter."""

    chosen = Signal(str)

    def __init__(self, kind: LayerKind) -> None:
        super().__init__(kind.label, f"{kind.note}\nDrag it between two layers; Enter puts it before the output.")
        self.kind = kind
        self._pressed_at: QPointF | None = None
        self.setAccessibleName(f"{kind.label} layer")
        self.setAccessibleDescription(self.toolTip())
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setFont(theme.strong_font())

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
        self._pressed_at = None
        self.setDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self.kind.kind)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.kind.kind)
        else:
            super().keyPressEvent(event)

    def start_drag(self) -> None:
        """Drag the kind, with a small card under the pointer, until it is dropped somewhere."""
        drag = QDrag(self)
        drag.setMimeData(layer_mime(self.kind.kind))
        picture = self.picture()
        drag.setPixmap(picture)
        drag.setHotSpot((QRectF(picture.rect()).center() / picture.devicePixelRatio()).toPoint())
        drag.exec(Qt.DropAction.CopyAction)

    def picture(self) -> QPixmap:
        """The card that goes with the pointer."""
        ratio, place = self.devicePixelRatioF(), QRectF(0, 0, theme.scaled(84), theme.scaled(46))
        pixels = QPixmap((place.size() * ratio).toSize())
        pixels.setDevicePixelRatio(ratio)
        pixels.fill(Qt.GlobalColor.transparent)
        with QPainter(pixels) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_card(painter, place, self.kind.label, "new layer", "ghost")
        return pixels


class CanvasHeader(QWidget):
    """`chosen(kind)`: put a layer of this kind before the output."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.chips = [LayerChip(kind) for kind in LAYER_KINDS.values()]
        self.hint = Caption(HINT)
        self.count = Caption()
        self.count.alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(SectionLabel("Network"))
        row.addSpacing(12)
        for chip in self.chips:
            chip.chosen.connect(self.chosen)
            row.addWidget(chip)
        row.addSpacing(4)
        row.addWidget(self.hint, 1)
        row.addWidget(self.count)

    def set_hint(self, text: str) -> None:
        """What is special now, or "" for how the palette is used."""
        self.hint.set_text(text or HINT)

    def set_parameters(self, count: int) -> None:
        """The number of parameters of the network."""
        self.count.set_text(counted(count, "parameter"))
