"""A caption over one control, or over a few side by side: the unit that the training settings are built of.

Owns this arrangement; knows nothing of what is set.
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.views.controls.labels import Caption
from playground.views.theme import theme

CAPTION = 16


class Cell(QWidget):
    """`wide`: takes the room that is left; else it is as narrow as its caption and controls allow."""

    def __init__(self, caption: str, *controls: QWidget, wide: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = Caption(caption)
        self.caption.setFixedHeight(round(theme.scaled(CAPTION)))
        self.controls = controls
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        row = QHBoxLayout()
        row.setSpacing(6)
        for control in controls:
            row.addWidget(control, 1 if wide else 0)
        if not wide:
            row.addStretch(1)
        column.addLayout(row)
        across = QSizePolicy.Policy.Expanding if wide else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        if not wide:
            self.setMinimumWidth(self.caption.sizeHint().width())

    def set_caption(self, text: str) -> None:
        """Name the controls anew."""
        self.caption.set_text(text)
        if self.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Fixed:
            self.setMinimumWidth(self.caption.sizeHint().width())

    def set_tip(self, tip: str) -> None:
        """What the caption and all controls tell under the pointer."""
        self.caption.set_tip(tip)
        for control in self.controls:
            control.setToolTip(tip)
