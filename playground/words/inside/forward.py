"""The forward pass in words: a unit's sum, its norm, the largest of a window, its activation.

Owns these texts; see `playground.words.inside.told`.
"""

from __future__ import annotations

import numpy as np

from playground.anatomy.operations.operation import INPUTS, NONE, Activation, Largest, Normalization, Terms, WeightedSum
from playground.mathematics.evaluating import put_in
from playground.mathematics.plain import text
from playground.mathematics.tree import Function, Node, Number, Root, Symbol, Total, exp
from playground.numbers import percent
from playground.words.inside.functions import said_of, slope_number, slope_of, value_of
from playground.words.inside.symbols import KEPT, Symbols, added, number, shortened, two
from playground.words.inside.told import Equation, Side, Told
from playground.words.network import layer_title

FEW_SUMS = 4
"""So many exponentials of a soft-max are written out."""
MEAN, SPREAD, EPSILON, DEVIATION, DRAWN, RATE = (Symbol(letter) for letter in ("μ", "s", "ε", "σ", "ε", "rate"))
VARIANCE, LARGEST, NORMAL = Symbol("variance"), Symbol("max"), Symbol("n")


def where(symbols: Symbols, layer: int, unit: int) -> str:
    """`Layer 1, unit 2`, `Output`, `Output, class 2`, `Layer 1, filter 2 at row 3, column 4`."""
    experiment, slot = symbols.experiment, symbols.slot(layer)
    title = layer_title(experiment, layer)
    image = slot.shape.image
    if image is not None and layer < symbols.head:
        channel, pixel = divmod(unit, image[1] * image[2])
        noun = "filter" if slot.kind == "conv2d" else "channel"
        return f"{title}, {noun} {channel + 1} at row {pixel // image[2] + 1}, column {pixel % image[2] + 1}"
    if slot.outputs == 1:
        return title if layer == symbols.head else f"{title}, its only unit"
    return f"{title}, class {unit}" if layer == symbols.head else f"{title}, unit {unit + 1}"


def source_name(symbols: Symbols, layer: int) -> str:
    """What an earlier layer's numbers are called in a sentence."""
    if layer == INPUTS:
        return "the inputs" if symbols.experiment.input_shape.image is None else "the pixels"
    return (
        f"what {layer_title(symbols.experiment, layer)[:1].lower()}{layer_title(symbols.experiment, layer)[1:]} gives"
    )


# -- sums --------------------------------------------------------------------------------------------------------------


def weighted_sum(operation: WeightedSum, symbols: Symbols, kept: int = KEPT) -> Told:
    """A unit's z."""
    writers = {"dropout": _dropout, "gaussian_noise": _noise, "flatten": _passed, "average_pool2d": _average}
    if operation.kind in writers:
        what, equation = writers[operation.kind](operation, symbols, kept)
    else:
        what, equation = _sum_said(operation, symbols), _sum(operation, symbols, kept)
    return Told(where(symbols, operation.layer, operation.unit), what, (equation,))


def _sum_said(operation: WeightedSum, symbols: Symbols) -> str:
    source = source_name(symbols, operation.terms[0].layer)
    if operation.kind == "conv2d":
        return f"{source} under its kernel, each times its weight, plus the bias"
    if operation.kind == "residual":
        return f"{source}, and {source_name(symbols, operation.terms[1].layer)} added to it by the skip connection"
    if operation.kind == "scaling":
        return f"{source}, times a gain, and a shift"
    count = operation.terms[0].values.size
    if operation.terms[0].layer != INPUTS:
        title = layer_title(symbols.experiment, operation.terms[0].layer)
        source = f"h, the a of {title[:1].lower()}{title[1:]}"
    return f"{source}, {'' if count == 1 else 'each '}times its weight, added up, plus the bias"


def _sum(operation: WeightedSum, symbols: Symbols, kept: int) -> Equation:
    names = [name for terms in operation.terms for name in _names(terms, symbols, operation.layer)]
    values = [value for terms in operation.terms for value in _numbers(terms)]
    if operation.bias_parameter != NONE:
        names.append(symbols.parameter(operation.bias_parameter))
        values.append(number(operation.bias))
    z = symbols.unit("z", operation.layer, operation.unit)
    return Equation(z, added(names, kept), added(values, kept), number(operation.result), apart=True)


def _names(terms: Terms, symbols: Symbols, reader: int) -> list[Node]:
    """`w₂₁·x` of every term; the value alone where the factor is no parameter."""
    pairs = zip(terms.units.tolist(), terms.parameters.tolist(), strict=True)
    return [
        symbols.value(terms.layer, unit, reader)
        if parameter == NONE
        else symbols.parameter(parameter) * symbols.value(terms.layer, unit, reader)
        for unit, parameter in pairs
    ]


def _numbers(terms: Terms) -> list[Node]:
    pairs = zip(terms.values.tolist(), terms.factors.tolist(), terms.parameters.tolist(), strict=True)
    return [
        number(value) if parameter == NONE else number(factor) * number(value) for value, factor, parameter in pairs
    ]


def _first(operation: WeightedSum, symbols: Symbols) -> tuple[Node, float, float]:
    """Name, value and factor of the only term."""
    terms = operation.terms[0]
    name = symbols.value(terms.layer, int(terms.units[0]), operation.layer)
    return name, float(terms.values[0]), float(terms.factors[0])


def _dropout(operation: WeightedSum, symbols: Symbols, kept: int) -> tuple[str, Equation]:
    name, value, factor = _first(operation, symbols)
    z, draw, result = symbols.unit("z", operation.layer, operation.unit), operation.draw, number(operation.result)
    if draw is None:
        return "passed on: dropout silences nobody after training", Equation(z, name, None, result)
    chance = f"its draw {two(draw.number)}, the rate {two(draw.rate)}"
    if draw.is_silent:
        return f"silenced in this step by chance: {chance}", Equation(z, 0 * name, None, result)
    what = f"kept in this step: {chance}; made larger, as others are silent"
    numbers = number(value) / (1 - number(draw.rate))
    return what, Equation(z, name / (1 - RATE), numbers, number(value * factor), apart=True)


def _noise(operation: WeightedSum, symbols: Symbols, kept: int) -> tuple[str, Equation]:
    name, value, _ = _first(operation, symbols)
    z, draw, result = symbols.unit("z", operation.layer, operation.unit), operation.draw, number(operation.result)
    if draw is None:
        return "passed on: noise is added in training only", Equation(z, name, None, result)
    numbers = added([number(value), number(draw.rate) * number(draw.number)])
    what = f"with noise of deviation {two(draw.rate)}, drawn for this step"
    return what, Equation(z, name + DEVIATION * DRAWN, numbers, result, apart=True)


def _passed(operation: WeightedSum, symbols: Symbols, kept: int) -> tuple[str, Equation]:
    name = _first(operation, symbols)[0]
    return "the same number, now in a row with all others", Equation(
        symbols.unit("z", operation.layer, operation.unit), name, None, number(operation.result)
    )


def _average(operation: WeightedSum, symbols: Symbols, kept: int) -> tuple[str, Equation]:
    terms = operation.terms[0]
    names = added([symbols.value(terms.layer, unit, operation.layer) for unit in terms.units.tolist()], kept)
    values = added([number(value) for value in terms.values.tolist()], kept)
    count, z = Number(terms.values.size), symbols.unit("z", operation.layer, operation.unit)
    equation = Equation(z, names / count, values / count, number(operation.result), apart=True)
    return "the mean of its window", equation


# -- norms and pooling -------------------------------------------------------------------------------------------------

OVER = {
    "batch": "the batch's mean taken off, divided by the batch's spread, then a gain and a shift",
    "units": "the mean of this sample's units taken off, divided by their spread, then a gain and a shift",
    "running": "as after training: by the running mean and spread, then a gain and a shift",
}
LETTERS = {"batch": "of the batch", "units": "of the layer", "running": "running"}


def normalization(operation: Normalization, symbols: Symbols, kept: int = KEPT) -> Told:
    """A unit behind a norm."""
    z = symbols.unit("z", operation.layer, operation.unit)
    name = symbols.value(operation.source, operation.unit, operation.layer)
    gain, shift = symbols.parameter(operation.gain_parameter), symbols.parameter(operation.shift_parameter)
    centred = (number(operation.x) - number(operation.mean)) / number(operation.deviation)
    numbers = added([number(operation.gain) * number(operation.normal), number(operation.shift)])
    equations = []
    if operation.values.size:
        parts = [number(value) for value in operation.values.tolist()]
        equations.append(Equation(MEAN, added(parts, kept) / Number(len(parts)), None, number(operation.mean)))
    inner = Root(number(operation.variance) + number(operation.epsilon))
    equations.append(Equation(SPREAD, Root(VARIANCE + EPSILON), inner, number(operation.deviation)))
    equations.append(Equation(NORMAL, (name - MEAN) / SPREAD, centred, number(operation.normal)))
    equations.append(Equation(z, gain * NORMAL + shift, numbers, number(operation.result)))
    title = where(symbols, operation.layer, operation.unit)
    return Told(title, OVER[operation.over], tuple(equations), _statistics(operation))


def _statistics(operation: Normalization) -> Side | None:
    """What the norm was taken over, beside the running statistics before and after the step."""
    moved = operation.running
    if moved is None:
        return None
    rows = (
        ("mean", two(operation.mean), two(moved.mean), two(moved.new_mean)),
        ("variance", two(operation.variance), two(moved.variance), two(moved.new_variance)),
    )
    heads = ("", LETTERS[operation.over], "running", "after the step")
    note = f"each step moves them {percent(moved.share)} to the batch's  ·  they are used after training"
    return Side("Batch and running statistics", heads, rows, note)


def largest(operation: Largest, symbols: Symbols, kept: int = KEPT) -> Told:
    """A unit of max pooling."""
    names = [symbols.value(operation.source, unit, operation.layer) for unit in operation.units.tolist()]
    values = [number(value) for value in operation.values.tolist()]
    chosen = text(names[operation.chosen])
    equation = Equation(
        symbols.unit("z", operation.layer, operation.unit), Function("max", shortened(names, kept)),
        Function("max", shortened(values, kept)), number(operation.result), apart=True,
    )  # fmt: skip
    what = f"the largest of its window, which is {chosen}; only this one learns from what comes back"
    return Told(where(symbols, operation.layer, operation.unit), what, (equation,))


# -- activations -------------------------------------------------------------------------------------------------------


def activation(operation: Activation, symbols: Symbols, kept: int = KEPT) -> Told:
    """A unit's a, and its slope."""
    layer, unit = operation.layer, operation.unit
    z, a = symbols.unit("z", layer, unit), symbols.unit("a", layer, unit)
    title = where(symbols, layer, unit)
    if operation.sums is not None:
        return Told(title, said_of(operation.name), (_softmax(operation, z, a, kept),))
    result, slope = number(operation.result), Function("f′", (z,))
    if operation.name == "linear":
        return Told(title, said_of(operation.name), (Equation(a, z, None, result),))
    value = put_in(value_of(operation.name, z), {z: number(operation.z)})
    symbol = slope_of(operation.name, z, a)
    known = symbol != slope
    numbers = slope_number(operation.name, operation.z, operation.result, operation.slope) if known else None
    return Told(title, said_of(operation.name), (
        Equation(a, value_of(operation.name, z), value, result, apart=True),
        Equation(slope, symbol if known else None, numbers, number(operation.slope, 3)),
    ))  # fmt: skip


def _softmax(operation: Activation, z: Symbol, a: Symbol, kept: int) -> Equation:
    """e to the power of the own sum as a share of all; the largest sum is taken off first, as the program does."""
    sums = np.asarray(operation.sums, np.float64)
    top = float(sums.max())
    below = added([exp(number(float(each) - top)) for each in sums], min(kept, FEW_SUMS))
    symbol = exp(z - LARGEST) / Total("", exp(Symbol("z") - LARGEST))
    return Equation(a, symbol, exp(number(operation.z - top)) / below, number(operation.result), apart=True)


# -- beside them -------------------------------------------------------------------------------------------------------


def contributions(operation: WeightedSum, symbols: Symbols) -> tuple[tuple[str, float], ...]:
    """What each term, and the bias, brings to a sum, by name."""
    found = [
        (text(name), product)
        for terms in operation.terms
        for name, product in zip(_names(terms, symbols, operation.layer), terms.products.tolist(), strict=True)
    ]  # fmt: skip
    if operation.bias_parameter != NONE:
        found.append((text(symbols.parameter(operation.bias_parameter)), operation.bias))
    if operation.added:
        found.append(("noise", operation.added))
    return tuple(found)


def shares(operation: Activation, symbols: Symbols) -> Side:
    """A soft-max: every class's sum, and its share of all."""
    sums = np.asarray(operation.sums, np.float64)
    raised = np.exp(sums - sums.max())
    parts = raised / raised.sum()
    first = min(max(operation.unit - MOST_SHARES // 2, 0), max(sums.size - MOST_SHARES, 0))
    rows = tuple(
        (text(symbols.unit("a", operation.layer, unit)), two(float(sums[unit])), two(float(parts[unit])))
        for unit in range(first, min(first + MOST_SHARES, sums.size))
    )
    return Side("Shares of all classes", ("", "z", "share"), rows, strong=operation.unit - first)


MOST_SHARES = 5
"""So many classes stand in the table beside the formula."""
