"""The loss in words: the sample's, the mean of the batch, the penalty.

Owns these texts; see `playground.words.inside.told`. t is the target, ℓ a sample's loss, L the batch's.
"""

from __future__ import annotations

from collections.abc import Sequence

from playground.anatomy.operations.operation import BatchMean, Penalty, SampleLoss
from playground.mathematics.content.losses import ERRORS
from playground.mathematics.content.optimizers import L1, L2
from playground.mathematics.evaluating import put_in
from playground.mathematics.tree import HALF, Bars, Negative, Node, Number, Symbol, Total, call
from playground.numbers import spaced
from playground.words.inside.symbols import KEPT, LOSS, Symbols, added, indices, number, three, two
from playground.words.inside.told import Equation, Side, Told

SAID = {
    "squared_error": "half the squared error: a is the answer, t what is right",
    "absolute": "how far the answer is off",
    "huber": "the error squared where it is small, its size where it is large",
    "hinge": "how far the answer is inside the margin",
}
"""What each loss of an error punishes."""
BATCH, PENALTY, WEIGHT, WEIGHTS = Symbol("L"), Symbol("R"), Symbol("weight"), Symbol("w")
CHANCE = "how surprised the network is: minus the logarithm of the chance it gave to the right answer"
FOCAL = "the same surprise, counting less where the network is already sure"


def sample_loss(operation: SampleLoss, symbols: Symbols, kept: int = KEPT) -> Told:
    """The chosen sample's loss."""
    weighted = operation.weight != 1.0
    if operation.loss in SAID:
        equation, what = _by_error(operation, symbols, kept), SAID[operation.loss]
    else:
        equation, what = _by_chance(operation, symbols), FOCAL if "focal" in operation.loss else CHANCE
    if weighted:
        what = f"{what}, times the weight {two(operation.weight)} of its class"
    return Told("Loss of this sample", what, (equation,))


def _by_error(operation: SampleLoss, symbols: Symbols, kept: int) -> Equation:
    """A sum over the units of the head."""
    names, values, limit = list[Node](), list[Node](), Number(operation.number)
    for unit, (answer, right) in enumerate(zip(operation.outputs.tolist(), operation.targets.tolist(), strict=True)):
        a, t = (symbols.unit(letter, operation.layer, unit) for letter in "at")
        names.append(ERRORS[operation.loss](a, t, limit))
        values.append(put_in(names[-1], {a: number(answer), t: number(right)}))
    return _weighed(added(names, kept), added(values, kept), operation)


def _by_chance(operation: SampleLoss, symbols: Symbols) -> Equation:
    """−ln of the right class's chance; of a focal loss with its factor."""
    several = operation.outputs.size > 1
    right = int(operation.targets.argmax()) if several else 0
    a = symbols.unit("a", operation.layer, right)
    chance, rest = (1 - a, a) if not several and operation.targets[0] < 0.5 else (a, 1 - a)
    formula: Node = call("ln", chance)
    if "focal" in operation.loss:
        formula = rest ** Number(operation.number) * formula
    formula = Negative(formula)
    return _weighed(formula, put_in(formula, {a: number(float(operation.outputs[right]))}), operation)


def _weighed(symbol: Node, numbers: Node, operation: SampleLoss) -> Equation:
    """The sample's loss, times the weight of its class where it has one."""
    if operation.weight != 1.0:
        symbol, numbers = WEIGHT * symbol, number(operation.weight) * numbers
    return Equation(LOSS, symbol, numbers, number(operation.result, 3), apart=True)


# -- the batch ---------------------------------------------------------------------------------------------------------

MOST_ROWS = 4
"""So many samples of a batch stand in the table beside the formula."""


def batch_mean(operation: BatchMean, symbols: Symbols, kept: int = KEPT) -> Told:
    """The batch's loss."""
    losses = operation.losses.tolist()
    if len(losses) == 1:
        return Told("Loss of the batch", "one sample is the whole batch", (
            Equation(BATCH, LOSS, None, number(losses[0], 3)),
        ))  # fmt: skip
    names, values = added(sample_losses(len(losses)), kept), added([number(loss, 3) for loss in losses], kept)
    count = Number(len(losses))
    equation = Equation(BATCH, names / count, values / count, number(operation.result, 3), apart=True)
    said = f"the mean over its {spaced(len(losses))} samples: one step is for all of them"
    return Told("Loss of the batch", said, (equation,))


def sample_losses(count: int) -> list[Node]:
    """ℓ₁, ℓ₂ …, a letter for each sample of a batch."""
    return [Symbol("ℓ", indices(place + 1)) for place in range(count)]


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
    names, values = list[Node](), list[Node]()
    if operation.l1:
        names.append(L1 * Total("", Bars(WEIGHTS)))
        values.append(Number(operation.l1) * number(operation.absolute))
    if operation.l2:
        names.append(HALF * L2 * Total("", WEIGHTS**2))
        values.append(HALF * Number(operation.l2) * number(operation.squares))
    own = Equation(PENALTY, added(names), added(values), number(operation.result, 3), apart=True)
    whole = Equation(BATCH + PENALTY, None, None, number(operation.total, 3))
    return Told("Penalty", "what large weights cost: the step has to pay for both", (own, whole))
