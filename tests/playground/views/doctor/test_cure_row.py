"""What came of a cure has room in a row of the card, word beside count."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF

from playground.views.doctor.cure_row import columns
from playground.views.theme import theme
from playground.words.cures import VERDICTS

CARD = 292.0
"""How wide a row of the card is at 1280 pixels."""


@pytest.mark.usefixtures("qapp")
def test_no_word_of_a_row_runs_into_its_count() -> None:
    words, numbers, air = QFontMetricsF(theme.small_font()), QFontMetricsF(theme.number_font(12)), theme.scaled(2)
    for width, count in ((theme.scaled(CARD), "14/15"), (theme.scaled(460.0), "14 of 15")):
        effect_end, count_end, word_end = columns(width)
        word = words.horizontalAdvance(VERDICTS["no_help"])  # in place of the others stands Apply
        assert word + air <= word_end - count_end, width
        assert numbers.horizontalAdvance(count) + air <= count_end - effect_end
