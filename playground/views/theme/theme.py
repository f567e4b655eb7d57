"""Colours and colour maps of every view (the only module with colour literals); the fonts are offered here too.

Owns the tokens of the three themes, the one `Theme` of the program and its palette; knows nothing of widgets.
A view takes `theme.color("accent")` at paint time and repaints on `theme.current().changed`.
"""

from __future__ import annotations

from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QGuiApplication, QPalette, QPen
from PySide6.QtWidgets import QApplication

from playground.views.theme import stylesheet
from playground.views.theme.fonts import (
    heading_font,
    load_fonts,
    number_font,
    scaled,
    small_font,
    strong_font,
    title_font,
    ui_font,
)

__all__ = [
    "CONTRAST",
    "DARK",
    "LIGHT",
    "NAMES",
    "TOKENS",
    "Theme",
    "Tokens",
    "blend",
    "branch_pen",
    "branch_token",
    "brush",
    "class_lut",
    "color",
    "current",
    "diverging_lut",
    "heading_font",
    "install",
    "load_fonts",
    "number_font",
    "palette",
    "pen",
    "scaled",
    "shadow",
    "small_font",
    "strong_font",
    "title_font",
    "token_names",
    "ui_font",
]

NAMES = ("system", "light", "dark", "contrast")


class Tokens(msgspec.Struct, frozen=True):
    """The colours of one theme. Every text colour reads at 4.5 : 1 or better on `background` and on `surface`.

    accent_text: text on a fill of `accent`. accent: also the colour of links, and readable on `accent_soft`.
    track: the empty part of a slider. shade: the wash under a pointer. focus: the ring around what has the keyboard.
    negative, neutral, positive: the ends and the middle of the diverging map. classes: one colour a class. branches:
    of the lines and names of other runs, which differ by their dashes too (`branch_pen`).
    """

    background: str
    surface: str
    sunken: str
    line: str
    track: str
    shade: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_text: str
    accent_soft: str
    warning: str
    warning_soft: str
    good: str
    good_soft: str
    bad: str
    bad_soft: str
    negative: str
    neutral: str
    positive: str
    focus: str
    classes: tuple[str, ...]
    branches: tuple[str, ...]


LIGHT = Tokens(
    background="#f6f7f9", surface="#ffffff", sunken="#eceef2", line="#e3e6eb", track="#e0e4ea", shade="#eef0f4",
    text="#1a2028", muted="#566070", faint="#636c79", accent="#2360e0", accent_text="#ffffff", accent_soft="#e3ecfd",
    warning="#a05a00", warning_soft="#fdf1df", good="#1a7a49", good_soft="#ddf0e6", bad="#c02a2a", bad_soft="#fce8e6",
    negative="#e88c2c", neutral="#eef0f2", positive="#237ac9", focus="#2360e0",
    classes=("#e88c2c", "#237ac9", "#1f9d74", "#c9609f", "#cfae12", "#58b4e6", "#8a4b26", "#6d7178",
             "#4b2fb0", "#5a1238"),
    branches=("#1a7a49", "#7a3fb8", "#0b6e80", "#b0307a", "#8a4b26", "#56616f"),
)  # fmt: skip

DARK = Tokens(
    background="#14171c", surface="#1b1f26", sunken="#101317", line="#2a303a", track="#2d343f", shade="#252b34",
    text="#e9edf2", muted="#9ba5b3", faint="#8b95a3", accent="#6ea0ff", accent_text="#0c1424", accent_soft="#223352",
    warning="#f0b35a", warning_soft="#3a2d18", good="#4abc86", good_soft="#1c3a2c", bad="#ff8a80", bad_soft="#41211f",
    negative="#e68a2a", neutral="#2b2f38", positive="#2a82d2", focus="#6ea0ff",
    classes=("#e68a2a", "#2a82d2", "#2bb78a", "#d873b0", "#dcc02c", "#6cc4f2", "#a5623a", "#9a9fa8",
             "#8f6bff", "#b6ecd0"),
    branches=("#4abc86", "#b79bff", "#4fc3d0", "#f08cc0", "#d8a27a", "#a9b4c2"),
)  # fmt: skip

CONTRAST = Tokens(
    background="#ffffff", surface="#ffffff", sunken="#ededed", line="#767676", track="#8c8c8c", shade="#e4e4e4",
    text="#000000", muted="#262626", faint="#404040", accent="#0037a6", accent_text="#ffffff", accent_soft="#d5e2ff",
    warning="#6b3500", warning_soft="#ffe9c7", good="#005a2c", good_soft="#c9f0d8", bad="#960000", bad_soft="#ffdcd8",
    negative="#c85a00", neutral="#f4f4f4", positive="#0050b4", focus="#000000",
    classes=("#c85a00", "#0050b4", "#00775a", "#a82a7a", "#8a7000", "#1d8fc4", "#5c2a0c", "#4a4d52",
             "#884bf6", "#2a1a6e"),
    branches=("#005a2c", "#4b1a8a", "#00545e", "#7e0f52", "#5c2a0c", "#33383f"),
)  # fmt: skip

TOKENS = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}


class Theme(QObject):
    """The theme in use. `wanted` is what was asked for and may be "system"; `name` is what that means now."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.wanted, self.name = "light", "light"
        self._follows = False

    @property
    def tokens(self) -> Tokens:
        return TOKENS[self.name]

    @property
    def is_dark(self) -> bool:
        return self.name == "dark"

    def set_theme(self, wanted: str) -> None:
        """Use a theme of NAMES; "system" follows the desktop's choice, also later."""
        if wanted not in NAMES:
            wanted = "system"
        self.wanted = wanted
        if wanted == "system" and not self._follows:
            self._follows = True
            QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self._use(_system_name() if wanted == "system" else wanted)

    def _use(self, name: str) -> None:
        differs = name != self.name
        self.name = name
        if differs:
            diverging_lut.cache_clear()
            class_lut.cache_clear()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            install(application)
        if differs:
            self.changed.emit()

    def _on_scheme_changed(self) -> None:
        if self.wanted == "system":
            self._use(_system_name())


@cache
def current() -> Theme:
    """The one theme of the program."""
    return Theme()


STYLED = "neural_playground_style"
"""The property of an application that has its style: to set it takes some thirty milliseconds."""


def install(application: QApplication) -> None:
    """Give the program the style, fonts, palette and style sheet of the current theme."""
    tokens = current().tokens
    if not application.property(STYLED):  # under a style sheet the style no longer tells its name
        application.setStyle("Fusion")
        application.setProperty(STYLED, True)
    font, colours = ui_font(), palette(tokens)
    if font != application.font():  # each of the three is told to every widget
        application.setFont(font)
    if colours != application.palette():
        application.setPalette(colours)
    sheet = stylesheet.style_sheet({name: getattr(tokens, name) for name in token_names()}, scaled(1.0))
    if sheet != application.styleSheet():
        application.setStyleSheet(sheet)


def _system_name() -> str:
    hints = QGuiApplication.styleHints()
    accessibility = getattr(hints, "accessibility", lambda: None)()
    if accessibility is not None and accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast:
        return "contrast"
    return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"


def color(name: str, alpha: float = 1.0) -> QColor:
    """A token of the current theme as a colour; `class0` to `class9` are the classes, `branch0` … other runs."""
    tokens = current().tokens
    lists = {"class": tokens.classes, "branch": tokens.branches}
    kind = name.rstrip("0123456789")
    found = QColor(lists[kind][int(name[len(kind) :])] if kind in lists else getattr(tokens, name))
    if alpha < 1.0:
        found.setAlphaF(alpha)
    return found


def shadow(share: float) -> QColor:
    """What dims a window below a sheet, in every theme alike."""
    found = QColor("#000000")
    found.setAlphaF(share)
    return found


def pen(name: str, width: float = 1.0) -> QPen:
    """A solid pen with round ends in a token's colour."""
    return QPen(color(name), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


DASHES: tuple[tuple[float, ...], ...] = (
    (), (5.0, 2.5), (1.5, 2.0), (6.0, 2.0, 1.5, 2.0),
    (10.0, 2.5), (3.0, 4.0), (1.5, 1.5, 1.5, 4.0), (6.0, 2.0, 1.5, 2.0, 1.5, 2.0),
)  # fmt: skip
"""How the lines of other runs are broken, in their own widths: never by colour alone. The first twelve runs have the
first four, which are told apart at a glance; what more of them have in common, names and numbers on the curves tell."""


def branch_token(number: int) -> str:
    """The colour of the run of that number, where it is not the one that is shown."""
    return f"branch{(number - 1) % len(LIGHT.branches)}"


def branch_pen(number: int, width: float, alpha: float = 1.0) -> QPen:
    """The line of the run of that number; neighbours, and of 48 runs all of its colour, have other dashes."""
    found = QPen(color(branch_token(number), alpha), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    turn, place = divmod(number - 1, 12)
    some = turn // 2 % 2 * 4
    dashes = DASHES[some + (place + turn) % 4]
    if dashes:
        found.setDashPattern([max(each / width, 1.0) for each in dashes] if width < 1.0 else list(dashes))
    return found


def brush(name: str) -> QBrush:
    """A solid brush in a token's colour."""
    return QBrush(color(name))


def blend(first: QColor, second: QColor, share: float) -> QColor:
    """`share` of the second colour mixed into the first."""
    mixed = QColor()
    mixed.setRgbF(
        first.redF() + (second.redF() - first.redF()) * share,
        first.greenF() + (second.greenF() - first.greenF()) * share,
        first.blueF() + (second.blueF() - first.blueF()) * share,
        first.alphaF() + (second.alphaF() - first.alphaF()) * share,
    )
    return mixed


def _ramp(stops: list[str], count: int) -> NDArray[np.uint32]:
    """`count` colours through the stops at equal distances, as opaque ARGB32."""
    colours = [QColor(stop) for stop in stops]
    places, knots = np.linspace(0, len(stops) - 1, count), np.arange(len(stops))
    packed = np.full(count, 0xFF000000, dtype=np.uint32)
    for shift, parts in (
        (16, [each.red() for each in colours]),
        (8, [each.green() for each in colours]),
        (0, [each.blue() for each in colours]),
    ):
        packed |= np.rint(np.interp(places, knots, parts)).astype(np.uint32) << np.uint32(shift)
    packed.flags.writeable = False
    return packed


@cache
def diverging_lut() -> NDArray[np.uint32]:
    """(256,) ARGB32 for values −1 … 1: negative, neutral, positive. Index: `(value + 1) * 127.5`."""
    tokens = current().tokens
    return _ramp([tokens.negative, tokens.neutral, tokens.positive], 256)


@cache
def class_lut() -> NDArray[np.uint32]:
    """(10, 256) ARGB32: row = class, column = confidence from neutral (0) to the class's full colour (255)."""
    tokens = current().tokens
    table = np.stack([_ramp([tokens.neutral, each], 256) for each in tokens.classes])
    table.flags.writeable = False
    return table


def palette(tokens: Tokens) -> QPalette:
    """The Qt palette of a theme, for whatever is drawn by Qt itself."""
    found = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: tokens.background,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.sunken,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.faint,
        role.BrightText: tokens.bad,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.Link: tokens.accent,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.accent_text,
        role.Accent: tokens.accent,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.text,
        role.Light: tokens.surface,
        role.Midlight: tokens.line,
        role.Mid: tokens.line,
        role.Dark: tokens.track,
        role.Shadow: tokens.line,
    }
    for each, value in pairs.items():
        found.setColor(each, QColor(value))
    for each in (role.WindowText, role.Text, role.ButtonText):
        found.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens.faint))
    return found


def token_names() -> list[str]:
    """Every token that is one colour."""
    return [name for name in Tokens.__struct_fields__ if name not in ("classes", "branches")]
