"""The loss in words: the sample's, the mean of the batch, the penalty.

Owns these texts; see `playground.words.inside.told`. t is the target, ℓ a sample's loss, L the batch's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.anatomy.operations.operation import BatchMean, Penalty, SampleLoss
from playground.numbers import plain, spaced
from playground.words.inside.symbols import KEPT, Symbols, added, held, sub, three, times, two
from playground.words.inside.told import Equation, Side, Told


@dataclass(frozen=True, slots=True)
class Written:
    """A loss's term as it is written with what stands for output, target and number; and what it punishes."""

    term: Callable[[str, str, str], str]
    said: str


def _error(a: str, t: str) -> str:
    return f"{a} − {held(t)}"


LOSSES: dict[str, Written] = {
    "squared_error": Written(
        lambda a, t, n: f"½·({_error(a, t)})²", "half the squared error: a is the answer, t what is right"
    ),
    "absolute": Written(lambda a, t, n: f"|{_error(a, t)}|", "how far the answer is off"),
    "huber": Written(
        lambda a, t, n: f"huber({_error(a, t)})", "the error squared where it is small, its size where it is large"
    ),
    "hinge": Written(lambda a, t, n: f"max(0, 1 − {times(held(t), a)})", "how far the answer is inside the margin"),
}
CHANCE = "how surprised the network is: minus the logarithm of the chance it gave to the right answer"
FOCAL = "the same surprise, counting less where the network is already sure"


def sample_loss(operation: SampleLoss, symbols: Symbols, kept: int = KEPT) -> Told:
    """The chosen sample's loss."""
    weighted = operation.weight != 1.0
    written = LOSSES.get(operation.loss)
    if written is not None:
        equation, what = _by_error(operation, symbols, written, kept), written.said
    else:
        equation, what = _by_chance(operation, symbols), FOCAL if "focal" in operation.loss else CHANCE
    if weighted:
        what = f"{what}, times the weight {two(operation.weight)} of its class"
    return Told("Loss of this sample", what, (equation,))


def _by_error(operation: SampleLoss, symbols: Symbols, written: Written, kept: int) -> Equation:
    """A sum over the units of the head."""
    outputs, targets, number = operation.outputs.tolist(), operation.targets.tolist(), plain(operation.number)
    names = [
        written.term(symbols.own("a", operation.layer, unit), symbols.own("t", operation.layer, unit), number)
        for unit in range(len(outputs))
    ]
    values = [written.term(two(a), two(t), number) for a, t in zip(outputs, targets, strict=True)]
    return Equation(
        "ℓ", _weighed(added(names, kept), "weight", operation),
        _weighed(added(values, kept), two(operation.weight), operation), three(operation.result), apart=True,
    )  # fmt: skip


def _by_chance(operation: SampleLoss, symbols: Symbols) -> Equation:
    """−ln of the right class's chance; of a focal loss with its factor."""
    several = operation.outputs.size > 1
    right = int(operation.targets.argmax()) if several else 0
    chance, name = float(operation.outputs[right]), symbols.own("a", operation.layer, right)
    if not several and operation.targets[0] < 0.5:
        chance, name, shown = 1.0 - chance, f"1 − {name}", f"1 − {two(chance)}"
    else:
        shown = two(chance)
    symbol, number = f"−ln({name})", f"−ln({shown})"
    if "focal" in operation.loss:
        power = plain(operation.number)
        symbol, number = f"−(1 − p)^{power}·ln(p),  p = {name}", f"−(1 − {two(chance)})^{power}·ln({shown})"
    return Equation(
        "ℓ", _weighed(symbol, "weight", operation), _weighed(number, two(operation.weight), operation),
        three(operation.result), apart=True,
    )  # fmt: skip


def _weighed(text: str, weight: str, operation: SampleLoss) -> str:
    return text if operation.weight == 1.0 else f"{weight}·({text})"


# -- the batch ---------------------------------------------------------------------------------------------------------

MOST_ROWS = 4
"""So many samples of a batch stand in the table beside the formula."""


def batch_mean(operation: BatchMean, symbols: Symbols, kept: int = KEPT) -> Told:
    """The batch's loss."""
    losses = operation.losses.tolist()
    if len(losses) == 1:
        return Told("Loss of the batch", "one sample is the whole batch", (Equation("L", "ℓ", "", three(losses[0])),))
    names = added([f"ℓ{sub(place + 1)}" for place in range(len(losses))], kept)
    values, count = added([three(loss) for loss in losses], kept), spaced(len(losses))
    equation = Equation("L", f"({names}) / {count}", f"({values}) / {count}", three(operation.result), apart=True)
    return Told("Loss of the batch", f"the mean over its {count} samples: one step is for all of them", (equation,))


def batch_side(losses: Sequence[float], chosen: int, mean: float) -> Side:
    """The loss of every sample of the batch, the chosen one strong, and the mean."""
    first = min(max(chosen - MOST_ROWS // 2, 0), max(len(losses) - MOST_ROWS, 0))
    shown = range(first, min(first + MOST_ROWS, len(losses)))
    rows = tuple((f"sample {spaced(place + 1)}", three(losses[place])) for place in shown)
    hidden = len(losses) - len(shown)
    mean_row = ((f"mean of {spaced(len(losses))}" if hidden else "mean", three(mean)),)
    return Side("Losses of the batch", ("", "loss"), rows + mean_row, strong=chosen - first)


def penalty(operation: Penalty, symbols: Symbols, kept: int = KEPT) -> Told:
    """What the weights cost."""
    names, values = [], []
    if operation.l1:
        names.append("λ₁·Σ|w|")
        values.append(times(plain(operation.l1), two(operation.absolute)))
    if operation.l2:
        names.append("½·λ₂·Σw²")
        values.append(times("½", plain(operation.l2), two(operation.squares)))
    own = Equation("R", added(names), added(values), three(operation.result), apart=True)
    whole = Equation("L + R", "", "", three(operation.total))
    return Told("Penalty", "what large weights cost: the step has to pay for both", (own, whole))
