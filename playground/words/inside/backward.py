"""The backward pass in words: each unit's share of the blame, and the slopes by its parameters.

Owns these texts; see `playground.words.inside.told`. δ is the slope of the sample's loss by a unit's z.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.anatomy.operations.operation import NONE, Activation, Delta, Gradients, LossSlope, Terms
from playground.numbers import at_least, figure, plain, spaced
from playground.words.inside.forward import where
from playground.words.inside.functions import slope_number, slope_of, taken_off
from playground.words.inside.symbols import KEPT, Symbols, added, held, three, times, two
from playground.words.inside.told import Equation, Side, Told
from playground.words.network import counted, layer_title

if TYPE_CHECKING:  # it loads the kernels; words come first
    from playground.anatomy.checking import Check

MOST_WEIGHTS = 3
"""Gradients of so many weights of a unit are written out, beside that of its bias."""


def delta(operation: Delta, symbols: Symbols, own: Activation | None, kept: int = KEPT) -> Told:
    """A unit's δ. own: the unit's activation in the forward pass, where it is told."""
    if operation.from_loss is not None:
        return _at_head(operation, operation.from_loss, symbols, own)
    layer, unit = operation.layer, operation.unit
    title, name = where(symbols, layer, unit), symbols.own("δ", layer, unit)
    if operation.norm is not None:
        return Told(title, _blame(operation, symbols), _through_norm(operation, symbols, own))
    names = [part for terms in operation.terms for part in _names(terms, symbols, terms.layer > layer + 1)]
    values = [part for terms in operation.terms for part in _numbers(terms)]
    if not names:
        return Told(title, "no blame: nothing after it looks at it", (Equation(name, "", "", three(operation.result)),))
    inner, numbers = added(names, kept), added(values, kept)
    if operation.name != "linear":
        several = len(names) > 1
        inner = f"{_bracketed(inner, several)}·{_slope(operation, symbols)}"
        numbers = f"{_bracketed(numbers, several)}·{_slope_number(operation, own)}"
    return Told(title, _blame(operation, symbols), (Equation(name, inner, numbers, three(operation.result), True),))


def _bracketed(text: str, several: bool) -> str:
    return f"({text})" if several else text


def _slope(operation: Delta, symbols: Symbols) -> str:
    layer, unit = operation.layer, operation.unit
    written = slope_of(operation.name, symbols.own("z", layer, unit), symbols.own("a", layer, unit))
    return written if written.startswith(("f′", "cos")) else f"({written})"


def _slope_number(operation: Delta, own: Activation | None) -> str:
    z, a = (None, None) if own is None else (own.z, own.result)
    written = slope_number(operation.name, z, a, operation.slope)
    return f"({written})" if " " in written else held(written)


def _blame(operation: Delta, symbols: Symbols) -> str:
    """What a δ is, in a sentence."""
    count = sum(terms.units.size for terms in operation.terms)
    after = (
        "the output" if operation.layer + 1 == symbols.head else layer_title(symbols.experiment, operation.layer + 1)
    )
    after = after if after == "the output" else f"{after[:1].lower()}{after[1:]}"
    senders = "units after it send" if count != 1 else "unit after it sends"
    what = f"what the {spaced(count)} {senders} back" if count != 1 else f"what {after} sends back"
    weights = " over their weights v" if any((terms.parameters != NONE).any() for terms in operation.terms) else ""
    slope = "" if operation.name == "linear" else ", times its own slope"
    return f"δ = ∂ℓ/∂z, its share of the blame: {what}{weights}{slope}"


def _names(terms: Terms, symbols: Symbols, beyond: bool) -> list[str]:
    pairs = zip(terms.units.tolist(), terms.parameters.tolist(), terms.factors.tolist(), strict=True)
    found = []
    for unit, parameter, factor in pairs:
        arriving = symbols.after(terms.layer, unit, beyond)
        if parameter != NONE:
            found.append(f"{symbols.parameter(parameter, 'v')}·{arriving}")
        else:
            found.append(arriving if factor == 1.0 else f"{two(factor)}·{arriving}")
    return found


def _numbers(terms: Terms) -> list[str]:
    pairs = zip(terms.values.tolist(), terms.factors.tolist(), terms.parameters.tolist(), strict=True)
    return [
        three(value) if parameter == NONE and factor == 1.0 else times(two(factor), three(value))
        for value, factor, parameter in pairs
    ]


def _at_head(operation: Delta, slope: LossSlope, symbols: Symbols, own: Activation | None) -> Told:
    """Where the blame begins."""
    layer, unit = operation.layer, operation.unit
    name, title = symbols.own("δ", layer, unit), where(symbols, layer, unit)
    a, t = symbols.own("a", layer, unit), "t"
    weighted = slope.weight != 1.0
    before, number = ("weight·", f"{two(slope.weight)}·") if weighted else ("", "")
    if slope.by_sum:
        simple = "focal" not in slope.loss
        symbol = f"{before}({a} − {t})" if weighted else f"{a} − {t}"
        numbers = f"{two(slope.output)} − {held(two(slope.target))}"
        numbers = f"{number}({numbers})" if weighted else numbers
        if not simple:
            symbol, numbers = f"∂ℓ/∂{symbols.own('z', layer, unit)}", ""
        what = "δ = ∂ℓ/∂z, where the blame begins: what it answered minus what was right"
        what = what if simple else "δ = ∂ℓ/∂z, where the blame begins: how the loss moves with this sum"
        return Told(title, what, (Equation(name, symbol, numbers, three(operation.result), apart=True),))
    arriving = Equation(
        f"∂ℓ/∂{a}", _weighted(_slope_symbol(slope, a, t), before), _weighted(_slope_numbers(slope), number),
        three(operation.arriving),
    )  # fmt: skip
    if operation.name == "linear":
        return Told(title, "δ = ∂ℓ/∂z, where the blame begins: how the loss moves with this answer", (
            arriving, Equation(name, f"∂ℓ/∂{a}", "", three(operation.result)),
        ))  # fmt: skip
    own_slope = Equation(
        name, f"∂ℓ/∂{a}·{_slope(operation, symbols)}", times(three(operation.arriving), _slope_number(operation, own)),
        three(operation.result), apart=True,
    )  # fmt: skip
    what = "δ = ∂ℓ/∂z, where the blame begins: how the loss moves with a, times how a moves with z"
    return Told(title, what, (arriving, own_slope))


def _weighted(text: str, weight: str) -> str:
    return f"{weight}({text})" if weight and text else text


def _slope_symbol(slope: LossSlope, a: str, t: str) -> str:
    match slope.loss:
        case "squared_error":
            return f"{a} − {t}"
        case "absolute":
            return f"sign({a} − {t})"
        case "huber":
            return f"{a} − {t}, held within ±{plain(slope.number)}"
        case "hinge":
            return f"{taken_off(t)} inside the margin, else 0"
        case _:
            return ""


def _slope_numbers(slope: LossSlope) -> str:
    a, t = two(slope.output), held(two(slope.target))
    match slope.loss:
        case "squared_error":
            return f"{a} − {t}"
        case "absolute":
            return f"sign({a} − {t})"
        case _:
            return ""


def _through_norm(operation: Delta, symbols: Symbols, own: Activation | None) -> tuple[Equation, ...]:
    """Through a norm right after the unit: what its own δ′ brings, without what would move mean or spread."""
    norm = operation.norm
    assert norm is not None
    layer, unit = operation.layer, operation.unit
    name = symbols.own("δ", layer, unit)
    after, normal = symbols.after(layer + 1, unit), "n"
    arriving = Equation(
        f"∂ℓ/∂{symbols.own('a', layer, unit)}", f"γ/s·({after} − mean δ′ − {normal}·mean {normal}δ′)",
        f"{two(norm.gain)}/{two(norm.deviation)}·({three(norm.delta)} − {held(three(norm.mean_delta))} − "
        f"{times(held(two(norm.normal)), three(norm.mean_product))})",
        three(operation.arriving), apart=True,
    )  # fmt: skip
    if operation.name == "linear":
        return (arriving, Equation(name, f"∂ℓ/∂{symbols.own('a', layer, unit)}", "", three(operation.result)))
    numbers = times(three(operation.arriving), _slope_number(operation, own))
    slope = f"∂ℓ/∂{symbols.own('a', layer, unit)}·{_slope(operation, symbols)}"
    return (arriving, Equation(name, slope, numbers, three(operation.result)))


# -- gradients ---------------------------------------------------------------------------------------------------------


def gradients(operation: Gradients, symbols: Symbols, kept: int = KEPT) -> Told:
    """The slopes by a unit's own parameters, for the chosen sample."""
    count = operation.parameters.size
    shown = list(range(count)) if count <= MOST_WEIGHTS + 1 else [*range(MOST_WEIGHTS), count - 1]
    equations = [_gradient(operation, place, symbols) for place in shown]
    if operation.bias_parameter != NONE:
        equations.append(_bias(operation, symbols))
    shared = operation.units.size > 1
    what = "a weight moves z by what came over its link, and z moves the loss by δ: their product" if not shared else (
        f"its δ times what the weight met, added up over {counted(operation.units.size, 'place')}"
    )  # fmt: skip
    if count > len(shown):
        what = f"{what}; {spaced(count - len(shown))} more like these"
    unit = int(operation.units[0]) if not shared else operation.units.min()
    title = where(symbols, operation.layer, int(unit)).split(" at row")[0]
    return Told(title, what, tuple(equations))


def _gradient(operation: Gradients, place: int, symbols: Symbols) -> Equation:
    left = f"∂ℓ/∂{symbols.parameter(int(operation.parameters[place]))}"
    result = three(float(operation.sample[place]))
    if operation.units.size > 1:
        return Equation(left, "Σ δ·h" if not operation.normalized else "Σ δ·n", "", result)
    unit, value = int(operation.units[0]), float(operation.inputs[0, place])
    name = "n" if operation.normalized else symbols.value(operation.source, int(operation.input_units[0, place]))
    numbers = times(three(float(operation.deltas[0])), two(value))
    return Equation(left, f"{symbols.own('δ', operation.layer, unit)}·{name}", numbers, result)


def _bias(operation: Gradients, symbols: Symbols) -> Equation:
    left = f"∂ℓ/∂{symbols.parameter(operation.bias_parameter)}"
    if operation.units.size > 1:
        return Equation(left, "Σ δ", "", three(operation.bias_sample))
    name = symbols.own("δ", operation.layer, int(operation.units[0]))
    return Equation(left, name, "", three(operation.bias_sample))


def batch_gradients(operation: Gradients, symbols: Symbols, size: int) -> Side:
    """What one sample asks for, beside the mean over the batch, which the step is made of."""
    shown = range(min(operation.parameters.size, MOST_WEIGHTS + 1))
    rows = [
        (
            f"∂/∂{symbols.parameter(int(operation.parameters[place]))}",
            three(float(operation.sample[place])), three(float(operation.batch[place])),
        )
        for place in shown
    ]  # fmt: skip
    if operation.bias_parameter != NONE:
        name = f"∂/∂{symbols.parameter(operation.bias_parameter)}"
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
        (f"∂ℓ/∂{symbols.parameter(parameter)}", five(chain), five(found), three(means[parameter]))
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
        pair
        for terms in operation.terms
        for pair in zip(_names(terms, symbols, terms.layer > operation.layer + 1), terms.products.tolist(), strict=True)
    )
