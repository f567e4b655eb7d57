"""Every kind of layer is complete: a row, a code, a builder, words, a mark on the canvas, and a chip."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pytestqt.qtbot import QtBot

from kernels.plan import codes
from playground.engine.builders import BUILDERS
from playground.experiment.layers import GROUPS, LAYER_KINDS, Layer, LayerKind
from playground.views.canvas.all_layers import LayerShelf
from playground.views.canvas.items.ports import MARKS
from playground.views.canvas.palette import CanvasHeader
from playground.words.network import FIELD_LABELS, WORDS, described, setting_text

VALUES = set(get_args(Layer))
kinds = pytest.mark.parametrize("kind", LAYER_KINDS.values(), ids=list(LAYER_KINDS))


def test_every_value_has_one_row() -> None:
    rows = [kind.layer for kind in LAYER_KINDS.values()]
    assert len(rows) == len(VALUES)
    assert set(rows) == VALUES


@kinds
def test_a_row_says_what_the_kind_is(kind: LayerKind[Any]) -> None:
    assert kind.label
    assert kind.note.endswith(".")
    assert kind.formula
    assert kind.group in GROUPS
    assert kind.mark in MARKS


def test_every_kind_has_a_code_in_the_kernels() -> None:
    assert set(codes.KINDS) == set(LAYER_KINDS)
    assert len(set(codes.KINDS.values())) == len(codes.KINDS)


def test_every_kind_has_a_builder() -> None:
    assert set(BUILDERS) == VALUES


@kinds
def test_every_kind_has_words(kind: LayerKind[Any]) -> None:
    words, layer = WORDS[kind.kind], kind.layer()
    assert words.layer is kind.layer
    assert words.short
    assert described(layer)
    assert setting_text(layer, 3)
    assert set(layer.__struct_fields__) <= set(FIELD_LABELS)


def test_every_kind_has_a_chip(qtbot: QtBot) -> None:
    header = CanvasHeader()
    qtbot.addWidget(header)
    shelf = LayerShelf(header)
    for has_chips in (header.by_kind, shelf.chips):
        assert set(has_chips) == set(LAYER_KINDS)
