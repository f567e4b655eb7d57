"""What every plot of the layers shares: its title, when it computes, and when it is painted anew.

Owns this frame; a subclass says what it takes from a snapshot (`follow`) and paints it (`paint_plot`). Nothing is
computed out of sight.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from playground.run.snapshot import Snapshot
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.views.workbench.workbench import Workbench

CAPTION = 24.0
"""The height of the title's row."""


@guarded
class LayerPlot(QWidget):
    """See the module."""

    def __init__(self, workbench: Workbench, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench, self.title = workbench, title
        self.setAccessibleName(title)
        workbench.run.snapshot_ready.connect(self.refresh)
        theme.current().changed.connect(self.update)

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Take what is new, if anybody can see it."""
        if self.isVisible() and self.follow(self._workbench.run.snapshot):
            self.update()

    def follow(self, snapshot: Snapshot | None) -> bool:
        """Take from a snapshot what is to be painted; False where nothing has changed."""
        raise NotImplementedError

    def paint_plot(self, painter: QPainter) -> None:
        """Paint everything below the title; the painter holds the small font in the muted colour."""
        raise NotImplementedError

    def title_parts(self) -> list[tuple[str, str]]:
        """The title in pieces, each with its colour: a subclass may make it a legend."""
        return [(self.title, "muted")]

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            left = 0.0
            for text, token in self.title_parts():
                painter.setPen(theme.color(token))
                painter.drawText(QRectF(left, 0, self.width() - left, theme.scaled(CAPTION) - 6), LEFT, text)
                left += QFontMetricsF(painter.font()).horizontalAdvance(text)
            painter.setPen(theme.color("muted"))
            self.paint_plot(painter)
