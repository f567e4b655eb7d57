"""Colours, fonts and icons: readable in every theme, complete, and changed everywhere at once."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QIcon, QImage, QPalette, QRawFont, QTextLayout
from pytestqt.qtbot import QtBot

from playground import resources
from playground.data.task import MAX_CLASSES
from playground.numbers import GROUP, MINUS, MISSING
from playground.views.controls import Chip, ElidedLabel, IconButton
from playground.views.theme import fonts, icons, theme

VIEWS = Path(theme.__file__).parents[1]
TEXTS = ("text", "muted", "faint", "accent", "warning", "good", "bad")
GROUNDS = ("background", "surface", "sunken", "shade")
SOFT = (("accent", "accent_soft"), ("warning", "warning_soft"), ("good", "good_soft"), ("bad", "bad_soft"))


@pytest.fixture(autouse=True)
def light_again(qapp: object) -> object:
    theme.current().set_theme("light")
    yield
    theme.current().set_theme("light")


def luminance(name: str) -> float:
    parts = [part / 255 for part in QColor(name).getRgb()[:3]]  # type: ignore[index]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_formula_gives_the_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", theme.TOKENS)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_text_reads_on_every_ground(name: str, text: str, ground: str) -> None:
    tokens = theme.TOKENS[name]
    wanted = 7.0 if name == "contrast" and text != "good" else 4.5
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= wanted


@pytest.mark.parametrize("name", theme.TOKENS)
def test_text_reads_on_the_accent_and_on_soft_fills(name: str) -> None:
    tokens = theme.TOKENS[name]
    assert contrast(tokens.accent_text, tokens.accent) >= 4.5
    for text, ground in SOFT:
        assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5
        assert contrast(tokens.text, getattr(tokens, ground)) >= 7.0


@pytest.mark.parametrize("name", theme.TOKENS)
def test_focus_and_filled_sliders_stand_out(name: str) -> None:
    tokens = theme.TOKENS[name]
    for ground in (tokens.background, tokens.surface):
        assert contrast(tokens.focus, ground) >= 3.0
    assert contrast(tokens.accent, tokens.track) >= 2.5


@pytest.mark.parametrize("name", theme.TOKENS)
def test_the_first_two_classes_are_orange_and_blue_and_no_two_are_alike(name: str) -> None:
    tokens = theme.TOKENS[name]
    assert (tokens.classes[0], tokens.classes[1]) == (tokens.negative, tokens.positive)
    assert 15 <= QColor(tokens.negative).hue() <= 45
    assert 195 <= QColor(tokens.positive).hue() <= 225
    colours = [QColor(each) for each in tokens.classes]
    assert len(colours) == MAX_CLASSES
    for place, first in enumerate(colours):
        for second in colours[place + 1 :]:
            away = sum((a - b) ** 2 for a, b in zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)) ** 0.5
            assert away > 45, (first.name(), second.name())


def test_the_diverging_map_goes_from_orange_over_grey_to_blue() -> None:
    for name, tokens in theme.TOKENS.items():
        theme.current().set_theme(name)
        found = theme.diverging_lut()
        assert found.shape == (256,)
        assert [QColor.fromRgba(int(found[place])).name() for place in (0, 255)] == [tokens.negative, tokens.positive]
        middle, neutral = QColor.fromRgba(int(found[128])), QColor(tokens.neutral)
        assert max(abs(middle.red() - neutral.red()), abs(middle.blue() - neutral.blue())) <= 3
        assert not found.flags.writeable


def test_the_class_map_starts_neutral_and_ends_in_the_class_colour() -> None:
    theme.current().set_theme("dark")
    found = theme.class_lut()
    assert found.shape == (MAX_CLASSES, 256)
    for row, name in enumerate(theme.DARK.classes):
        assert QColor.fromRgba(int(found[row, 255])).name() == name
        assert QColor.fromRgba(int(found[row, 0])).name() == theme.DARK.neutral


def test_a_theme_change_is_told_once_and_reaches_the_palette(qtbot: QtBot) -> None:
    heard: list[str] = []

    def listen() -> None:
        heard.append(theme.current().name)

    theme.current().changed.connect(listen)
    theme.current().set_theme("dark")
    theme.current().set_theme("dark")
    theme.current().changed.disconnect(listen)
    assert heard == ["dark"]
    assert QGuiApplication.palette().color(QPalette.ColorRole.Window).name() == theme.DARK.background
    assert theme.color("class1").name() == theme.DARK.classes[1]


def test_a_theme_that_does_not_exist_means_the_desktops() -> None:
    theme.current().set_theme("sepia")
    assert theme.current().wanted == "system"
    assert theme.current().name in theme.TOKENS


def test_controls_repaint_in_the_new_colours(qtbot: QtBot) -> None:
    for widget in (Chip("Dense"), ElidedLabel("text"), IconButton("play", "Play")):
        qtbot.addWidget(widget)
        with qtbot.waitActive(widget):
            widget.show()
        QGuiApplication.processEvents()
        before = widget.grab().toImage()
        theme.current().set_theme("dark")
        assert widget.grab().toImage() != before, type(widget).__name__
        theme.current().set_theme("light")
        assert widget.grab().toImage() == before, type(widget).__name__


def test_colours_are_written_in_the_theme_only() -> None:
    literal = re.compile(r"""["']#[0-9a-fA-F]{3,8}["']|QColor\(\s*\d|GlobalColor\.(?!transparent)|rgba?\(\s*\d""")
    guilty = {
        path.relative_to(VIEWS).as_posix(): found.group()
        for path in VIEWS.rglob("*.py")
        if path.name != "theme.py" and (found := literal.search(path.read_text("utf-8")))
    }
    assert guilty == {}


# -- fonts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", [fonts.UI_FAMILY, fonts.NUMBER_FAMILY])
def test_the_bundled_families_load(family: str) -> None:
    assert family in theme.load_fonts()


def test_font_files_are_small_and_come_with_their_licences() -> None:
    files = list(resources.path("fonts").glob("*.ttf"))
    assert len(files) == 4
    assert all(file.stat().st_size < 120_000 for file in files)
    for name in ("Inter-OFL.txt", "JetBrainsMono-OFL.txt"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in resources.path("fonts", name).read_text("utf-8")


WRITES_FOR_OTHERS = {"letters.py", "mathematics/latex.py", "mathematics/plain.py"}
"""What these write is set by TeX, a browser, a terminal or read aloud; the window's formulas are `views.formulas`'."""

READ_ONLY = set("\ufeff\ufffd\uff0d\ufe63")
"""Letters that are looked for in what users bring, and never written: marks of encodings, foreign minus signs."""


ESCAPED = re.compile(r"\\[xuUN0-7]")
"""A letter that is written by its number or its name."""


def may_lack(source: str, font: QRawFont) -> bool:
    """Whether a module has a letter that a font lacks, or one that only its parser can tell."""
    letters = {each for each in source if ord(each) > 127}
    return bool(ESCAPED.search(source)) or not all(font.supportsCharacter(ord(each)) for each in letters)


def texts_of(path: Path) -> list[str]:
    """All texts of a module but those that say what it is: a text as a statement of its own is a docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    texts = (each for each in ast.walk(tree) if isinstance(each, ast.Constant) and id(each) not in said)
    return [each.value for each in texts if isinstance(each.value, str)]


def test_the_text_font_has_every_letter_that_the_program_writes() -> None:
    package = VIEWS.parent
    regular = QRawFont(str(resources.path("fonts", "Inter-Regular.ttf")), 13)
    files = [path for name in ("terms", "rules") for path in resources.path(name).glob("*.toml")]
    assert files
    missing = {
        (path.name, letter)
        for path in files
        for letter in path.read_text("utf-8")
        if ord(letter) > 127 and not regular.supportsCharacter(ord(letter))
    } | {
        (path.relative_to(package).as_posix(), letter)
        for path in package.rglob("*.py")
        if path.relative_to(package).as_posix() not in WRITES_FOR_OTHERS
        if may_lack(path.read_text("utf-8"), regular)
        for letter in set("".join(texts_of(path))) - READ_ONLY
        if ord(letter) > 127 and not regular.supportsCharacter(ord(letter))
    }
    assert missing == set()


def test_what_the_number_font_lacks_comes_from_the_text_font(qapp: object) -> None:
    layout = QTextLayout("pₖ = wᵢ ⇒ 1", theme.number_font())
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    used = {run.rawFont().familyName() for run in layout.glyphRuns()}
    assert used == {fonts.NUMBER_FAMILY, fonts.UI_FAMILY}


def test_figures_of_the_number_font_are_equally_wide(qapp: object) -> None:
    raw = QRawFont.fromFont(theme.number_font())
    assert raw.familyName() == fonts.NUMBER_FAMILY
    letters = f"0123456789 .-e%kMG{MINUS}{MISSING}"
    widths = {point.x() for point in raw.advancesForGlyphIndexes(raw.glyphIndexesForString(letters))}
    assert len(widths) == 1


@pytest.mark.parametrize("file", ["Inter-Regular", "Inter-Medium", "Inter-SemiBold", "JetBrainsMono-Regular"])
def test_every_font_has_what_numbers_are_written_with(file: str) -> None:
    font = QRawFont(str(resources.path("fonts", f"{file}.ttf")), 13)
    assert all(font.supportsCharacter(ord(letter)) for letter in f"0123456789.e %kMG{GROUP}\u2009{MINUS}{MISSING}")


def test_groups_of_thousands_stand_close_in_every_font(qapp: object) -> None:
    for font in (
        theme.ui_font(),
        theme.small_font(),
        theme.strong_font(),
        theme.number_font(11),
        theme.number_font(15),
    ):
        metrics = QFontMetricsF(font)
        gap = metrics.horizontalAdvance(f"1{GROUP}000") - metrics.horizontalAdvance("1000")
        assert 0.2 <= gap / metrics.horizontalAdvance("0") <= 0.6, font.family()


# -- icons ------------------------------------------------------------------------------------------------------------


def names_in_use() -> set[str]:
    call = re.compile(r"""(?:draw\(painter,|IconButton\(|RoundButton\(|icon\(|set_icon\()\s*["']([a-z0-9-]+)["']""")
    return {name for path in VIEWS.rglob("*.py") for name in call.findall(path.read_text("utf-8"))}


def test_every_icon_in_use_is_bundled() -> None:
    found = names_in_use()
    assert {"rotate-ccw", "play", "undo"} <= found
    for name in found:
        assert not icons.icon(name).isNull()


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(KeyError, match="unicorn"):
        icons.icon("unicorn")


def test_the_licence_of_the_icons_is_bundled() -> None:
    assert "ISC License" in resources.path("icons", "LICENSE.txt").read_text("utf-8")


def ink_of(image: QImage) -> QColor:
    """The colour of the pixels that are wholly covered."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    covered = [colour for colour in pixels if colour.alpha() == 255]
    return covered[len(covered) // 2]


def test_an_icon_has_the_tokens_colour_and_a_paler_disabled_state() -> None:
    picture = icons.icon("play", "bad")
    assert ink_of(picture.pixmap(16, 16).toImage()).name() == theme.LIGHT.bad
    assert ink_of(picture.pixmap(16, 16, QIcon.Mode.Disabled).toImage()).name() == theme.LIGHT.faint


def test_forty_eight_runs_are_told_apart_neighbours_by_both() -> None:
    looks = []
    for number in range(1, 49):
        pen = theme.branch_pen(number, 2.0)
        dashes = tuple(pen.dashPattern()) if pen.style() == Qt.PenStyle.CustomDashLine else ()
        looks.append((theme.branch_token(number), dashes))
    assert len(set(looks)) == 48
    for one, other in itertools.pairwise(looks):
        assert one[0] != other[0]
        assert one[1] != other[1]
    assert len({dashes for _, dashes in looks[:12]}) == 4
