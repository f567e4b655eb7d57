"""Whole strokes over a canvas.

Owns how tests paint without a window; knows nothing of what is tested with it.
"""

from __future__ import annotations

from collections.abc import Iterable

from playground.data.painting import BrushStroke, Canvas, Place


def brushed(
    canvas: Canvas, path: Iterable[Place], label: float, radius: float, count: int, spacing: float, seed: int
) -> Canvas:
    """The canvas after a whole stroke of the brush."""
    stroke = BrushStroke(canvas, label, radius, count, spacing, seed)
    for place in path:
        stroke.move_to(place)
    return stroke.result
