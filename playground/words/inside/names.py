"""What each name in an operation's formula means: a unit, or a parameter.

Owns this dictionary, so that a name that is pointed at in a formula and a thing that is pointed at on the canvas are
told by the same rule. Letters are those of `playground.words.inside.symbols`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from playground.anatomy.operations.operation import (
    NONE,
    Activation,
    Delta,
    Gradients,
    Largest,
    Normalization,
    Operation,
    SampleLoss,
    Terms,
    Update,
    WeightedSum,
)
from playground.mathematics.plain import text
from playground.words.inside.symbols import Symbols

MOST = 4096
"""Names of so many terms are known; of more no formula writes any."""


class Meaning(msgspec.Struct, frozen=True):
    """A unit of a layer, −1 the inputs, or a parameter by its place in the layout; the other is NONE."""

    layer: int = NONE
    unit: int = NONE
    parameter: int = NONE


def meanings(operation: Operation, symbols: Symbols) -> dict[str, Meaning]:
    """Every name that the operation's formula may write."""
    return dict(_named(operation, symbols))


def _named(operation: Operation, symbols: Symbols) -> Iterator[tuple[str, Meaning]]:
    match operation:
        case WeightedSum():
            for terms in operation.terms:
                yield from _values(symbols, operation.layer, terms.layer, terms.units.tolist()[:MOST])
                yield from _parameters(symbols, terms.parameters.tolist()[:MOST])
            yield from _parameters(symbols, [operation.bias_parameter])
        case Normalization():
            yield from _values(symbols, operation.layer, operation.source, [operation.unit])
            yield from _parameters(symbols, [operation.gain_parameter, operation.shift_parameter])
        case Largest():
            yield from _values(symbols, operation.layer, operation.source, operation.units.tolist())
        case Delta():
            for terms in operation.terms:
                yield from _arriving(symbols, terms, terms.layer > operation.layer + 1)
        case Gradients():
            yield from _values(symbols, operation.layer, operation.source, operation.input_units[0].tolist()[:MOST])
            yield from _parameters(symbols, [*operation.parameters.tolist()[:MOST], operation.bias_parameter])
        case Update():
            yield from _parameters(symbols, [operation.parameter])
            return
        case SampleLoss():
            for unit in range(operation.outputs.size):
                yield text(symbols.unit("a", operation.layer, unit)), Meaning(operation.layer, unit)
            return
        case Activation():
            pass
        case _:
            return
    unit = int(operation.units[0]) if isinstance(operation, Gradients) else operation.unit
    for letter in "zaδ":
        yield text(symbols.unit(letter, operation.layer, unit)), Meaning(operation.layer, unit)


def _values(symbols: Symbols, reader: int, layer: int, units: Iterable[int]) -> Iterator[tuple[str, Meaning]]:
    for unit in units:
        if unit != NONE:
            yield text(symbols.value(layer, unit, reader)), Meaning(layer, unit)


def _parameters(symbols: Symbols, places: Iterable[int], letter: str = "w") -> Iterator[tuple[str, Meaning]]:
    for place in places:
        if place != NONE:
            yield text(symbols.parameter(place, letter)), Meaning(parameter=place)


def _arriving(symbols: Symbols, terms: Terms, beyond: bool) -> Iterator[tuple[str, Meaning]]:
    for unit in terms.units.tolist()[:MOST]:
        yield text(symbols.after(terms.layer, unit, beyond)), Meaning(terms.layer, unit)
    yield from _parameters(symbols, terms.parameters.tolist()[:MOST], "v")


BEFORE, BEHIND = r"(?<![^\W_]|[′″])", r"(?![^\W²]|[\[′″,])"
"""A name is no part of a longer one; a square may follow it."""


def places_of(names: Mapping[str, Meaning], text: str) -> Iterator[tuple[str, int, int]]:
    """(name, start, end) of every known name in a line of a formula; of two at one place the longer one."""
    there = [name for name in names if name in text]
    if there:
        either = "|".join(re.escape(name) for name in sorted(there, key=len, reverse=True))
        for match in re.finditer(f"{BEFORE}(?:{either}){BEHIND}", text):
            yield match[0], match.start(), match.end()
