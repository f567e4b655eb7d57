"""The picture of a canvas: what is drawn anew only around a change looks as if all were drawn anew."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter

from playground.data.painting import Canvas, Mask, blank, inside, moved, relabelled, with_points, without
from playground.views.output.painted_layer import PaintedLayer

SIDE = 240


def drawn(layer: PaintedLayer, canvas: Canvas, chosen: Mask | None, ratio: float) -> QImage:
    image = QImage(round(SIDE * ratio), round(SIDE * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        layer.draw(painter, QPointF(0, 0), SIDE, canvas, chosen)
    return image


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("classes", [2, 4, 0])
def test_a_part_drawn_anew_looks_like_the_whole(classes: int, ratio: float, light_again: None) -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    canvas = with_points(blank(classes, 6.0), rng.uniform(-6.0, 6.0, (400, 2)), 0)
    canvas = relabelled(canvas, rng.random(400) < 0.5, 1)
    layer, held = PaintedLayer(), inside(canvas.points, [(-2.0, -2.0), (2.0, -2.0), (2.0, 2.0), (-2.0, 2.0)])
    assert 10 < held.sum() < 100
    more = with_points(canvas, rng.uniform(1.0, 2.0, (3, 2)), 1)
    steps: list[tuple[Canvas, Mask | None]] = [
        (canvas, None), (canvas, held), (moved(canvas, held, (1.0, 0.5)), held), (relabelled(canvas, held, 1), held),
        (canvas, None), (more, None), (without(canvas, canvas.points[:, 0] > 5.5), None), (canvas, None),
        (without(canvas, ~held), None), (blank(classes, 6.0), None), (canvas, None),
    ]  # fmt: skip
    pictures = []
    for shown, chosen in steps:
        pictures.append(drawn(layer, shown, chosen, ratio))
        assert pictures[-1] == drawn(PaintedLayer(), shown, chosen, ratio)
    assert pictures[0] != pictures[1] != pictures[2] != pictures[3]
    assert pictures[0] == pictures[4] == pictures[-1]
