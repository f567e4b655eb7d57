"""Fonts and colours for one paint event, each looked up once. Owns this saving; a new one is made for every paint."""

from __future__ import annotations

from PySide6.QtGui import QColor

from playground.views.theme import theme


class Inks:
    """`inks["muted"]` is the colour of that token; `words` and `numbers` are the small fonts of plots."""

    def __init__(self) -> None:
        self.words, self.numbers = theme.small_font(), theme.number_font(11)
        self._colours: dict[str, QColor] = {}

    def __getitem__(self, name: str) -> QColor:
        found = self._colours.get(name)
        if found is None:
            found = self._colours[name] = theme.color(name)
        return found
