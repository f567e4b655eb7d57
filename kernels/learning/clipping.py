"""What is done to a gradient before its step and to weights after it.

Owns penalties, clipping and the limit on norms, traced. Must not know optimizers. Clipping by norm is PyTorch's
torch.nn.utils.clip_grad_norm_.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import (
    Array,
    Index,
    Lanes,
    accumulate,
    choose,
    each,
    filled,
    first,
    height,
    integer_at,
    load,
    magnitude,
    place_number,
    repeat,
    square_root,
    store,
    total,
    where_less,
    widened,
    width,
)
from kernels.plan import codes
from kernels.plan.arrangement import BIAS, FROZEN, GRADIENT, IS_WEIGHT, KIND, N_IN, N_OUT, PARAMETERS, STRIDE, WEIGHTS


@traced(number=True)
def prepare(packed: Any, l1: Any, l2: Any, limit: Any) -> Any:
    """gradient += l2 w + l1 sign(w) for weights, not biases, sign(0) = 0; then each component within +-limit.

    Returns how many components were cut.
    """

    none = filled(load(packed, GRADIENT, 0), 0.0)
    l1, l2, limit = filled(none, l1), filled(none, l2), filled(none, limit)

    def work(j: Index, cut: Lanes) -> tuple[Lanes]:
        i = j * LANES
        w, g, mark = load(packed, PARAMETERS, i), load(packed, GRADIENT, i), load(packed, IS_WEIGHT, i)
        sign = where_less(0.0, w, mark, where_less(w, 0.0, -mark, 0.0))
        g = g + (w * mark * l2 + sign * l1)
        store(packed, GRADIENT, i, where_less(limit, g, limit, where_less(g, -limit, -limit, g)))
        return (cut + where_less(limit, magnitude(g), 1.0, none),)

    return total(widened(accumulate(0, width(packed) // LANES, work, (none,))[0]))


@traced(number=True)
def squared_norm(packed: Any) -> Any:
    """Sum of the squares of the whole gradient, in float64."""

    def step(j: Index, sums: Lanes) -> tuple[Lanes]:
        g = widened(load(packed, GRADIENT, j * LANES))
        return (sums + g * g,)

    g = widened(load(packed, GRADIENT, 0))
    return total(accumulate(1, width(packed) // LANES, step, (g * g,))[0])


@traced()
def scale_gradient(packed: Any, factor: Any) -> None:
    """gradient *= factor."""
    share = filled(load(packed, GRADIENT, 0), factor)
    each(0, width(packed), LANES, lambda i: store(packed, GRADIENT, i, load(packed, GRADIENT, i) * share))


def limit_norm(packed: Array, at: Index, count: Index, limit: Any) -> None:
    """Scale `count` neighbouring parameters from `at` on so that their Euclidean norm is at most the limit."""

    def add(k: Index, square: Lanes) -> tuple[Lanes]:
        w = widened(repeat(packed, PARAMETERS, at + k))
        return (square + w * w,)

    w = repeat(packed, PARAMETERS, at)
    (square,) = accumulate(0, count, add, (filled(widened(w), 0.0),))
    norm, most = square_root(square), filled(square, limit)
    factor = filled(w, first(where_less(most, norm, most / norm, 1.0)))

    def scale(k: Index) -> None:
        place_number(packed, PARAMETERS, at + k, first(repeat(packed, PARAMETERS, at + k) * factor))

    each(0, count, 1, scale)


@traced()
def limit_norms(plan: Any, packed: Any, limit: Any) -> None:
    """Hold the norm of the weights into each unit, or of each of a convolution's filters, at the limit.

    A frozen layer stays as it is.
    """

    def of_layer(layer: Index) -> None:
        weights, stride = integer_at(plan, layer, WEIGHTS), integer_at(plan, layer, STRIDE)

        def hold(units: Index, count: Index) -> tuple[()]:
            each(0, units, 1, lambda unit: limit_norm(packed, weights + stride * unit, count, limit))
            return ()

        def of_units() -> tuple[()]:
            return hold(integer_at(plan, layer, N_OUT), integer_at(plan, layer, N_IN))

        def of_filters() -> tuple[()]:
            return hold((integer_at(plan, layer, BIAS) - weights) // stride, stride)

        dot_products = dict.fromkeys((codes.DENSE, codes.RESIDUAL), of_units)
        works: dict[int, Callable[[], Any]] = {codes.FLATTEN: tuple, **dot_products, codes.CONVOLUTION: of_filters}
        kind = integer_at(plan, layer, KIND)

        def trained() -> tuple[()]:
            choose(kind, works)
            return ()

        choose(integer_at(plan, layer, FROZEN), {1: tuple, 0: trained})

    each(0, height(plan), 1, of_layer)
