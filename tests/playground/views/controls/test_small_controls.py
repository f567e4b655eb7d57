"""The small pieces of the training settings: pill, paragraph, cell, notes beside sliders, numbers that may be off."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from playground.views.controls import Cell, NumberField, Paragraph, Pill, SliderRow
from playground.views.theme import theme
from playground.views.training.batch_row import ALL, BatchRow, batch_scale
from tests.playground.views.controls.driver import Key, show_panel
from tests.playground.views.still_workbench import painted

TEXTS = ("Stopped early at epoch 312, best was 262", "Stopped early at epoch 312", "Stopped early")


def test_a_pill_shows_the_longest_wording_that_fits(qtbot: QtBot) -> None:
    pill = Pill()
    show_panel(qtbot, pill, 400, 26)
    pill.set_texts(TEXTS, "info", "The whole sentence.")
    told = []
    for width in (400, 230, 130, 40):
        pill.resize(width, 26)
        told.append((pill.text, pill.is_cut()))
    assert told == [(TEXTS[0], False), (TEXTS[1], False), (TEXTS[2], False), (TEXTS[2], True)]
    assert (pill.toolTip(), pill.accessibleName()) == ("The whole sentence.", "The whole sentence.")
    pill.set_texts(())
    assert (pill.text, pill.is_cut(), pill.accessibleName()) == ("", False, "")


@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
def test_a_pill_stands_at_the_right_in_the_accent(name: str, qtbot: QtBot) -> None:
    pill = Pill()
    show_panel(qtbot, pill, 400, 26)
    theme.current().set_theme(name)
    pill.set_texts(("Stopped",), "info")
    image = painted(pill)
    soft = theme.color("accent_soft").rgb()
    filled = [x for x in range(400) if image.pixel(x, 4) == soft]
    assert filled
    assert min(filled) > 300
    assert max(filled) > 385
    pill.set_texts(("Getting ready",))
    assert not any(painted(pill).pixel(x, 4) == soft for x in range(400))
    theme.current().set_theme("light")


def test_a_paragraph_is_as_high_as_its_lines(qtbot: QtBot) -> None:
    paragraph = Paragraph("One line.")
    one = paragraph.heightForWidth(300)
    paragraph.set_text("Many words that need more than one line. " * 4)
    assert paragraph.heightForWidth(300) >= 3 * one
    assert paragraph.heightForWidth(300) < paragraph.heightForWidth(150)
    assert paragraph.accessibleName() == paragraph.text


def test_a_cell_is_wide_enough_for_its_caption(qtbot: QtBot) -> None:
    cell = Cell("A", NumberField("Number"))
    cell.controls[0].setFixedWidth(40)
    show_panel(qtbot, cell, 40, 40)
    cell.set_caption("A rather long caption")
    cell.adjustSize()
    assert not cell.caption.is_cut()
    cell.set_tip("What it is.")
    assert cell.controls[0].toolTip() == cell.caption.toolTip() == "What it is."


def test_a_note_beside_the_number_shortens_the_label(qtbot: QtBot) -> None:
    row = SliderRow("Learning rate", 1e-5, 10.0, 0.03, log=True, widest="0.0e-0")
    row.set_short_label("Rate")
    show_panel(qtbot, row, 160, 40)
    assert (row.label.text, row.note.isVisible()) == ("Learning rate", False)
    row.set_note("→ 0.012", "The rate in force.")
    assert (row.label.text, row.label.accessibleName()) == ("Rate", "Learning rate")
    assert row.note.isVisible()
    assert row.note.width() >= QFontMetricsF(row.note.font()).horizontalAdvance("→ 0.012")
    row.resize(260, 40)
    assert row.label.text == "Learning rate"
    row.set_note("")
    assert not row.note.isVisible()


def test_the_up_key_gives_an_empty_number_its_first_value(qtbot: QtBot) -> None:
    field = NumberField("Clip", (0.0, 100.0), empty="off", first=5.0)
    show_panel(qtbot, field, 80, 24)
    field.set_value(None)
    field.committed.connect(field.set_value)
    qtbot.keyClick(field, Key.Key_Down)
    assert field.text() == "off"
    qtbot.keyClick(field, Key.Key_Up)
    assert field.value == 5.0


@pytest.mark.parametrize("samples", [1, 2, 3, 10, 250, 99_999, 100_000])
def test_positions_of_batch_sizes_are_each_others_reverse(samples: int) -> None:
    scale = batch_scale(samples)
    assert scale.values[0] == 1.0
    assert scale.values[-1] == ALL
    assert scale.values[-2] < max(samples, 2)
    assert [scale.position(value) for value in scale.values] == list(range(scale.steps + 1))


def test_a_long_all_has_room(qtbot: QtBot) -> None:
    batch = BatchRow()
    row = batch.row
    show_panel(qtbot, row, 122, 40)
    batch.set_samples(16_000)
    for value in (1.0, 10.0, ALL):
        batch.set_value(value)
        wide = QFontMetricsF(row.field.font()).horizontalAdvance(row.field.text())
        assert wide <= row.field.width()
        assert not row.label.is_cut()
    assert row.field.text() == "all 16\u202f000"
