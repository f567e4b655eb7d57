"""The measures of the canvas that follow from the fonts in use and from what its cards say.

Owns these widths and heights; knows nothing of the size of the canvas or of where things lie.
"""

from __future__ import annotations

import math

from msgspec.structs import replace
from PySide6.QtGui import QFontMetricsF

from playground.data.features import FEATURES
from playground.diagram.arrangement import Sizes
from playground.diagram.diagram import FEATURES as FEATURE_COLUMN
from playground.diagram.diagram import Diagram
from playground.diagram.outline import CHOICES, FULL_KINDS, Outline
from playground.diagram.rect import Rect
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment
from playground.experiment.layers import LAYER_KINDS, is_frozen, kind_of
from playground.views.canvas.items.cards import LOCK
from playground.views.theme import theme
from playground.words.network import feature_symbols, setting_text, short_label

HEADER = "Features"
"""The longest words over the inputs."""
MOST_NAME = 72
"""The widest name of a column that is written out beside its tile."""

LARGE, SMALL, MANY = 60.0, 44.0, 6
"""Sides of the tiles, and from how many units in a layer on they are small."""
LEAST_PLACE = 44.0
"""The height for a tile that it needs to stand apart."""
LEAST_NUMBERS = 16.0
"""The room over a tile, or below it, for its number."""
NOWHERE = -10_000.0
"""Where what is not shown lies."""
SPREAD = 0.52
"""A tile's share of its place: units stand apart, with room for numbers between them."""


def fitting_sizes(experiment: Experiment | None = None) -> Sizes:
    """The measures for the fonts in use, and for what the cards of these layers say."""
    lines = QFontMetricsF(theme.strong_font()).height() + QFontMetricsF(theme.small_font()).height()
    strong = QFontMetricsF(theme.strong_font())
    small = QFontMetricsF(theme.small_font())
    widest = max(small.horizontalAdvance(each.label) for each in ACTIVATIONS.values()) + 8
    slim = {
        kind.kind: max(
            strong.horizontalAdvance(short_label(kind.kind)) + 15,
            widest if "activation" in kind.layer.__struct_fields__ else 0.0,
        )
        for kind in LAYER_KINDS.values()
        if kind.kind not in FULL_KINDS
    }
    for layer in () if experiment is None else experiment.network.layers:
        kind, lock = kind_of(layer).kind, theme.scaled(LOCK) + 3 if is_frozen(layer) else 0.0
        if kind in slim:
            slim[kind] = max(slim[kind], small.horizontalAdvance(setting_text(layer)) + lock + 14)
    names = [feature.symbol for feature in FEATURES.values()] if experiment is None else feature_symbols(experiment)
    widest_name = min(max(map(small.horizontalAdvance, names), default=0.0), theme.scaled(MOST_NAME))
    return Sizes(
        card_height=round(lines + 14),
        card_width=theme.scaled(88),
        narrow_card=theme.scaled(68),
        slim_cards={kind: max(theme.scaled(60), round(width)) for kind, width in slim.items()},
        stepper_height=round(theme.scaled(26)),
        stepper_width=theme.scaled(76),
        label=round(widest_name) + 8,
        header=math.ceil(strong.horizontalAdvance(HEADER)) + 2.0,
        least_pitch=theme.scaled(76),
        more_height=round(theme.scaled(20)),
    )


def inside_sizes(usual: Sizes, outline: Outline, height: float) -> Sizes:
    """The measures of a canvas of this height while a step is looked into; the usual distances where it is too low."""
    most = max((plan.tiles for plan in outline.columns[1:] if not plan.reads_own), default=1)
    band = height - usual.card_height - 2 * usual.band_gap - usual.stepper_height
    spread = SPREAD if band / max(most, 1) >= LEAST_PLACE else usual.tile_share
    return replace(usual, usual_tile=SMALL if most >= MANY else LARGE, tile_share=spread)


def spread_inputs(diagram: Diagram) -> Diagram:
    """The inputs alone and as large as units, spread over the height; features that are none have no place now."""
    column, active = diagram.column(FEATURE_COLUMN), diagram.outline.active
    shown = [row for row in active if row in column.shown]
    if column.plan.kind not in CHOICES or not shown:
        return diagram
    size = diagram.column(diagram.head).size
    row = min(max(size / SPREAD, size + 2 * LEAST_NUMBERS), diagram.band.h / len(shown))
    side = float(int(min(size, max(row * SPREAD, column.size, row - 2 * LEAST_NUMBERS))))
    top = diagram.band.y + (diagram.band.h - len(shown) * row) / 2
    tiles = []
    for each in column.shown:
        place = active.index(each) if each in active else None
        y = NOWHERE if place is None else round(top + place * row + (row - side) / 2)
        tiles.append(Rect(column.left, y, side, side))
    spread = replace(column, tiles=tuple(tiles), size=side, x=column.left + side / 2)
    return replace(diagram, columns=(spread, *diagram.columns[1:]))
