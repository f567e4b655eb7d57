"""The backward pass in words: each unit's share of the blame, and the slopes by its parameters.

Owns these texts; see `playground.words.inside.told`. δ is the slope of the sample's loss by a unit's z.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from playground.anatomy.operations.operation import NONE, Activation, Delta, Gradients, LossSlope, Terms
from playground.mathematics.content.losses import SLOPES
from playground.mathematics.evaluating import put_in
from playground.mathematics.plain import text
from playground.mathematics.tree import Negative, Node, Number, Symbol, Total, call
from playground.numbers import at_least, figure, spaced
from playground.words.inside.forward import NORMAL, SPREAD, where
from playground.words.inside.functions import slope_number, slope_of
from playground.words.inside.symbols import KEPT, Symbols, added, number, slope_by, three
from playground.words.inside.told import Equation, Side, Told
from playground.words.network import counted, layer_title

if TYPE_CHECKING:  # it loads the kernels; words come first
    from playground.anatomy.checking import Check

DELTA, WEIGHT = Symbol("δ"), Symbol("weight")
NUDGE = 0.01
MOST_WEIGHTS = 3
"""Gradients of so many weights of a unit are written out, beside that of its bias."""


def delta(operation: Delta, symbols: Symbols, own: Activation | None, kept: int = KEPT) -> Told:
    """A unit's δ. own: the unit's activation in the forward pass, where it is told."""
    if operation.from_loss is not None:
        return replace(_at_head(operation, operation.from_loss, symbols, own), side=_meaning(operation))
    layer, unit = operation.layer, operation.unit
    title, name = where(symbols, layer, unit), symbols.unit("δ", layer, unit)
    result = number(operation.result, 3)
    if operation.norm is not None:
        return Told(title, _blame(operation, symbols), _through_norm(operation, symbols, own), _meaning(operation))
    names = [part for terms in operation.terms for part in _names(terms, symbols, terms.layer > layer + 1)]
    values = [part for terms in operation.terms for part in _numbers(terms)]
    if not names:
        return Told(title, "no blame: nothing after it looks at it", (Equation(name, None, None, result),))
    inner, numbers = added(names, kept), added(values, kept)
    if operation.name != "linear":
        inner = inner * _slope(operation, symbols)
        numbers = numbers * _slope_number(operation, own)
    return Told(title, _blame(operation, symbols), (Equation(name, inner, numbers, result, True),))


def _meaning(operation: Delta) -> Side:
    """What a δ says of the loss, for who meets one for the first time."""
    moved = operation.result * NUDGE
    rows = ((f"z + {NUDGE}", five(moved)), (f"z − {NUDGE}", five(-moved)))
    way = "smaller" if operation.result < 0 else "larger"
    note = f"the loss gets {way} as z grows" if operation.result else "z does not move the loss"
    return Side("What δ says", ("", "loss, about"), rows, note)


def _slope(operation: Delta, symbols: Symbols) -> Node:
    layer, unit = operation.layer, operation.unit
    return slope_of(operation.name, symbols.unit("z", layer, unit), symbols.unit("a", layer, unit))


def _slope_number(operation: Delta, own: Activation | None) -> Node:
    z, a = (None, None) if own is None else (own.z, own.result)
    return slope_number(operation.name, z, a, operation.slope)


def _blame(operation: Delta, symbols: Symbols) -> str:
    """What a δ is, in a sentence."""
    slope = "" if operation.name == "linear" else ", times its slope"
    after = layer_title(symbols.experiment, operation.layer + 1)
    if operation.norm is not None:
        return f"its blame: what {after[:1].lower()}{after[1:]} sends back through its mean and spread{slope}"
    count = sum(terms.units.size for terms in operation.terms)
    single = "the output" if operation.layer + 1 == symbols.head else f"{after[:1].lower()}{after[1:]}"
    sender = single if count == 1 else f"{spaced(count)} units"
    weights = " over weights v" if any((terms.parameters != NONE).any() for terms in operation.terms) else ""
    return f"its blame: what {sender} send{'s' * (count == 1)} back{weights}{slope}"


def _names(terms: Terms, symbols: Symbols, beyond: bool) -> list[Node]:
    pairs = zip(terms.units.tolist(), terms.parameters.tolist(), terms.factors.tolist(), strict=True)
    found: list[Node] = []
    for unit, parameter, factor in pairs:
        arriving = symbols.after(terms.layer, unit, beyond)
        if parameter != NONE:
            found.append(symbols.parameter(parameter, "v") * arriving)
        else:
            found.append(arriving if factor == 1.0 else number(factor) * arriving)
    return found


def _numbers(terms: Terms) -> list[Node]:
    pairs = zip(terms.values.tolist(), terms.factors.tolist(), terms.parameters.tolist(), strict=True)
    return [
        number(value, 3) if parameter == NONE and factor == 1.0 else number(factor) * number(value, 3)
        for value, factor, parameter in pairs
    ]


def _at_head(operation: Delta, slope: LossSlope, symbols: Symbols, own: Activation | None) -> Told:
    """Where the blame begins."""
    layer, unit = operation.layer, operation.unit
    name, title, result = symbols.unit("δ", layer, unit), where(symbols, layer, unit), number(operation.result, 3)
    a, z, t = symbols.unit("a", layer, unit), symbols.unit("z", layer, unit), Symbol("t")
    answer, right = number(slope.output), number(slope.target)
    if slope.by_sum:
        what = "δ = ∂ℓ/∂z, where blame begins: "
        if "focal" in slope.loss:
            equation = Equation(name, slope_by(z), None, result, apart=True)
            return Told(title, f"{what}how the loss moves with this sum", (equation,))
        difference = _weighted(a - t, WEIGHT, slope), _weighted(answer - right, number(slope.weight), slope)
        equation = Equation(name, *difference, result, apart=True)
        return Told(title, f"{what}what it answered minus what was right", (equation,))
    symbol: Node | None = None
    numbers: Node | None = None
    formula = SLOPES.get(slope.loss)
    if formula is not None:
        limit = Number(slope.number)
        symbol = _weighted(formula(a, t, limit), WEIGHT, slope)
        computed = put_in(formula(a, t, limit), {a: answer, t: right})
        if not isinstance(computed, (Number, Negative)):
            numbers = _weighted(computed, number(slope.weight), slope)
    arriving = Equation(slope_by(a), symbol, numbers, number(operation.arriving, 3))
    if operation.name == "linear":
        return Told(title, "δ = ∂ℓ/∂z, where blame begins: how the loss moves with this answer", (
            arriving, Equation(name, slope_by(a), None, result),
        ))  # fmt: skip
    what = "δ = ∂ℓ/∂z, where blame begins: how ℓ moves with a, times a with z"
    return Told(title, what, (arriving, replace(_through(operation, symbols, own), apart=True)))


def _through(operation: Delta, symbols: Symbols, own: Activation | None) -> Equation:
    """From the slope by a unit's a to its δ."""
    layer, unit = operation.layer, operation.unit
    numbers = number(operation.arriving, 3) * _slope_number(operation, own)
    symbol = slope_by(symbols.unit("a", layer, unit)) * _slope(operation, symbols)
    return Equation(symbols.unit("δ", layer, unit), symbol, numbers, number(operation.result, 3))


def _weighted(formula: Node, weight: Node, slope: LossSlope) -> Node:
    return formula if slope.weight == 1.0 else weight * formula


def _through_norm(operation: Delta, symbols: Symbols, own: Activation | None) -> tuple[Equation, ...]:
    """Through a norm right after the unit: what its own δ′ brings, without what would move mean or spread.

    In a layer norm every unit has a gain of its own, which the means are taken with.
    """
    norm = operation.norm
    assert norm is not None
    layer, unit = operation.layer, operation.unit
    after, a = symbols.after(layer + 1, unit), symbols.unit("a", layer, unit)
    own_gain, meant = symbols.parameter(norm.gain_parameter), Symbol("δ", mark="prime")
    taken = number(norm.delta, 3) - number(norm.mean_delta, 3) - number(norm.normal) * number(norm.mean_product, 3)
    if symbols.slot(layer + 1).kind == "layer_norm":
        product = call("mean", NORMAL * Symbol("γ") * meant)
        symbol = (own_gain * after - call("mean", Symbol("γ") * meant) - NORMAL * product) / SPREAD
        numbers = taken / number(norm.deviation)
    else:
        symbol = own_gain * (after - call("mean", meant) - NORMAL * call("mean", NORMAL * meant)) / SPREAD
        numbers = number(norm.gain) * taken / number(norm.deviation)
    arriving = Equation(slope_by(a), symbol, numbers, number(operation.arriving, 3), apart=True)
    if operation.name == "linear":
        return (arriving, Equation(symbols.unit("δ", layer, unit), slope_by(a), None, number(operation.result, 3)))
    return (arriving, _through(operation, symbols, own))


# -- gradients ---------------------------------------------------------------------------------------------------------


def gradients(operation: Gradients, symbols: Symbols, kept: int = KEPT) -> Told:
    """The slopes by a unit's own parameters, for the chosen sample."""
    count = operation.parameters.size
    most = min(kept, MOST_WEIGHTS)
    shown = list(range(count)) if count <= most + 1 else [*range(most), count - 1]
    equations = [_gradient(operation, place, symbols) for place in shown]
    if operation.bias_parameter != NONE:
        equations.append(_bias(operation, symbols))
    shared = operation.units.size > 1
    factor = "γ moves z by n" if operation.normalized else f"{_letter(operation, symbols)} moves z by its input"
    what = f"{factor}, z moves ℓ by δ: their product" if not shared else (
        f"its δ times what the weight met, added up over {counted(operation.units.size, 'place')}"
    )  # fmt: skip
    if count > len(shown):
        what = f"{what}; {spaced(count - len(shown))} more"
    unit = int(operation.units[0]) if not shared else operation.units.min()
    title = where(symbols, operation.layer, int(unit)).split(" at row")[0]
    return Told(title, what, tuple(equations))


def _letter(operation: Gradients, symbols: Symbols) -> str:
    return "γ" if symbols.slot(operation.layer).has_gains else "w"


def _gradient(operation: Gradients, place: int, symbols: Symbols) -> Equation:
    left = slope_by(symbols.parameter(int(operation.parameters[place])))
    result = number(float(operation.sample[place]), 3)
    if operation.units.size > 1:
        return Equation(left, Total("", DELTA * (NORMAL if operation.normalized else Symbol("h"))), None, result)
    unit, value = int(operation.units[0]), float(operation.inputs[0, place])
    name = (
        NORMAL
        if operation.normalized
        else symbols.value(operation.source, int(operation.input_units[0, place]), operation.layer)
    )
    numbers = number(float(operation.deltas[0]), 3) * number(value)
    return Equation(left, symbols.unit("δ", operation.layer, unit) * name, numbers, result)


def _bias(operation: Gradients, symbols: Symbols) -> Equation:
    left, result = slope_by(symbols.parameter(operation.bias_parameter)), number(operation.bias_sample, 3)
    own = symbols.unit("δ", operation.layer, int(operation.units[0]))
    return Equation(left, own if operation.units.size == 1 else Total("", DELTA), None, result)


def batch_gradients(operation: Gradients, symbols: Symbols, size: int) -> Side:
    """What one sample asks for, beside the mean over the batch, which the step is made of."""
    shown = range(min(operation.parameters.size, MOST_WEIGHTS + 1))
    rows = [
        (
            f"∂/∂{text(symbols.parameter(int(operation.parameters[place])))}",
            three(float(operation.sample[place])), three(float(operation.batch[place])),
        )
        for place in shown
    ]  # fmt: skip
    if operation.bias_parameter != NONE:
        name = f"∂/∂{text(symbols.parameter(operation.bias_parameter))}"
        rows.append((name, three(operation.bias_sample), three(operation.bias_batch)))
    return Side("One sample and the batch", ("", "this sample", f"mean of {spaced(size)}"), tuple(rows))


# -- checked by differences --------------------------------------------------------------------------------------------

AGREED = 1e-6
"""The chain rule and differences agree so far, relative to slopes above 1."""
CORNERS = {
    "activation": "{where} bends between both sides, so a difference says nothing there",
    "window": "{where} changes its largest pixel between both sides, so a difference says nothing there",
    "hinge": "the margin is passed between both sides, so a difference says nothing there",
    "absolute": "the error passes 0 between both sides, so a difference says nothing there",
}
FORMULA = "(ℓ(w+ε) − ℓ(w−ε)) / 2ε"


def check_side(check: Check, operation: Gradients, symbols: Symbols) -> Side:
    """The chain rule beside central differences, and the mean over the batch."""
    means = {**dict(zip(operation.parameters.tolist(), operation.batch.tolist(), strict=True))}
    means[operation.bias_parameter] = operation.bias_batch
    rows = tuple(
        (f"∂/∂{text(symbols.parameter(parameter))}", five(chain), five(found), three(means[parameter]))
        for parameter, chain, found in zip(
            check.parameters.tolist(), check.chain.tolist(), check.differences.tolist(), strict=True
        )
    )
    limit = AGREED * max(1.0, max((abs(each) for each in check.chain.tolist()), default=1.0))
    good = check.worst <= limit
    corner = next((each for each in check.corners if each is not None), None)
    note = f"they differ by {figure(check.worst, 1)}  ·  {FORMULA}"
    if not good and corner is not None:
        note = CORNERS[corner.kind].replace("{where}", where(symbols, corner.layer, corner.unit))
    return Side("Checked by differences", ("", "chain rule", "differences", "batch"), rows, note, good=good)


def five(value: float) -> str:
    """A slope that is held against another one."""
    return at_least(value, 5)


def sent(operation: Delta, symbols: Symbols) -> tuple[tuple[str, float], ...]:
    """What each unit after it sends back, by name."""
    return tuple(
        (text(name), sent)
        for terms in operation.terms
        for name, sent in zip(
            _names(terms, symbols, terms.layer > operation.layer + 1), terms.products.tolist(), strict=True
        )
    )
