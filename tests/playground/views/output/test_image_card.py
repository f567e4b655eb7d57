"""Where the tiles of images lie, and the card of the one under the cursor, which covers nothing it speaks of."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from playground.figures.image_answers import answers
from playground.views.output.image_card import ImageFacts, card_place
from playground.views.output.image_tiles import arranged
from tests.playground.views.output.test_image_grid import grid_of, middle
from tests.playground.views.still_workbench import painted


@pytest.mark.parametrize("side", [120, 200, 266, 312, 366, 600, 1200])
def test_tiles_fill_the_square_without_touching(side: int) -> None:
    square = QRectF(5, 7, side, side)
    found = arranged(square)
    tiles = [found.tile(place) for place in range(found.count)]
    for at, tile in enumerate(tiles):
        assert square.adjusted(6, 6, -6, -6).contains(tile)
        assert found.place_at(tile.center()) == at
        assert not any(tile.adjusted(-2, -2, 2, 2).intersects(other) for other in tiles[:at])
        assert found.picture(at).width() % 8 == 0
    assert found.place_at(QPointF(square.left() + 1, square.top() + 1)) is None
    assert found.count >= 4


def test_the_card_tells_the_true_and_the_answered_class_and_the_probabilities(qtbot: QtBot) -> None:
    bench, view = grid_of(qtbot, epochs=20)
    found = answers(bench.run.snapshot, bench.dataset, False)
    assert found is not None
    wrong = int(found.wrong.argmax())
    facts = view.facts(wrong)
    labels = bench.dataset.train_labels
    assert facts.lines == (
        ("true", bench.dataset.class_name(int(labels[wrong]))),
        ("answer", bench.dataset.class_name(int(found.predicted[wrong]))),
    )
    assert facts.is_wrong
    assert facts.signs == ("s", "d", "t", "c")
    assert sum(facts.scores) == pytest.approx(1.0, abs=1e-5)
    assert all(text.endswith(" %") for text in facts.score_texts)


def test_two_classes_of_one_unit_have_both_probabilities(qtbot: QtBot) -> None:
    _, view = grid_of(qtbot, "bars", training__loss="binary_cross_entropy")
    assert sum(view.facts(0).scores) == pytest.approx(1.0)
    _, view = grid_of(qtbot, "bars")
    assert view.facts(0).scores[0] == -view.facts(0).scores[1]
    assert not view.facts(0).score_texts[0].endswith("%")


def test_the_card_is_drawn_under_the_cursor_and_goes_with_it(qtbot: QtBot) -> None:
    _, view = grid_of(qtbot)
    plain = painted(view)
    qtbot.mouseMove(view, middle(view, 9))
    assert painted(view) != plain
    view.leaveEvent(None)
    assert painted(view) == plain


@pytest.mark.parametrize("classes", [2, 4, 10])
@pytest.mark.parametrize("side", [200, 266, 272, 312, 366])
def test_the_card_stays_inside_and_covers_no_tile_of_its_own(qtbot: QtBot, classes: int, side: int) -> None:
    room = QRectF(0, 0, side, side)
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    facts = ImageFacts(
        image, (("true", "horizontal"), ("answer", "vertical")), ("x",) * classes, np.ones(classes),
        ("99.9 %",) * classes, 0, False,
    )  # fmt: skip
    tiles = arranged(room)
    for place in range(tiles.count):
        rect, form = card_place(facts, tiles.tile(place), room)
        assert rect.left() >= 4
        assert rect.top() >= 4
        if side >= 266:
            assert room.contains(rect)
            assert not rect.intersects(tiles.tile(place))
        assert len(form.classes) == classes or side < 366 or classes == 10


def test_the_short_card_names_the_likeliest_classes(qtbot: QtBot) -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    scores = np.array([0.0, 0.5, 0.01, 0.02, 0.3, 0.0, 0.0, 0.17, 0.0, 0.0])
    facts = ImageFacts(image, (("true", "digit 9"),), tuple("0123456789"), scores, ("0.0 %",) * 10, 1, True)
    room = QRectF(0, 0, 270, 270)
    _, form = card_place(facts, arranged(room).tile(arranged(room).count // 2), room)
    assert form.classes == (1, 4, 7)
