"""The operations of a step in their order, each made when it is asked for.

Owns the order and the way from a unit or a parameter to its moment; what an operation holds is told by those who make
it. A network of a million parameters has millions of operations, of which a viewer meets a few.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import overload

import msgspec
import numpy as np

from playground.anatomy.operations.operation import INPUTS, PHASES, Integers, Operation, Phase

Maker = Callable[[int, int], Operation]
"""(unit or place in the block, moment) to the operation."""


class Block(msgspec.Struct, frozen=True, eq=False):
    """Neighbouring operations of one layer: for each of `count` units one operation of each kind, in turn.

    layer: INPUTS where they belong to none. parameters: of updates, the parameters in their order.
    """

    phase: Phase
    layer: int
    count: int
    kinds: tuple[type[Operation], ...]
    makers: tuple[Maker, ...]
    parameters: Integers | None = None

    @property
    def size(self) -> int:
        """Operations in it."""
        return self.count * len(self.kinds)


class Span(msgspec.Struct, frozen=True):
    """A phase's operations: those from `start` to before `end`."""

    phase: Phase
    start: int
    end: int


class Operations(Sequence[Operation]):
    """All operations of a step, from the first unit's sum to the last parameter's update."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = tuple(block for block in blocks if block.size)
        ends = list(accumulate(block.size for block in self._blocks)) or [0]
        self._starts: list[int] = [0, *ends[:-1]]
        self._end = ends[-1]

    def __len__(self) -> int:
        return self._end

    @overload
    def __getitem__(self, moment: int) -> Operation: ...

    @overload
    def __getitem__(self, moment: slice) -> Sequence[Operation]: ...

    def __getitem__(self, moment: int | slice) -> Operation | Sequence[Operation]:
        if isinstance(moment, slice):
            return [self[each] for each in range(*moment.indices(len(self)))]
        moment = moment + len(self) if moment < 0 else moment
        if not 0 <= moment < len(self):
            raise IndexError(f"there are {len(self)} operations")
        place = bisect_right(self._starts, moment) - 1
        block = self._blocks[place]
        unit, turn = divmod(moment - self._starts[place], len(block.kinds))
        with np.errstate(all="ignore"):  # a number that overflows is told as it is
            return block.makers[turn](unit, moment)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where each of the phases begins and ends; one without operations is not among them."""
        found = []
        for phase in PHASES:
            places = [
                (start, start + block.size)
                for start, block in zip(self._starts, self._blocks, strict=False)
                if block.phase == phase
            ]
            if places:
                found.append(Span(phase, places[0][0], places[-1][1]))
        return tuple(found)

    def span_of(self, moment: int) -> Span:
        """The phase that a moment is in."""
        return next(span for span in self.spans if span.start <= moment < span.end)

    def find(self, kind: type[Operation], layer: int = INPUTS, unit: int = 0) -> int | None:
        """The moment of a unit's operation of a kind; None where there is none.

        unit: of gradients a unit, filter or channel; of updates this finds none: see `update_of`.
        """
        for start, block in zip(self._starts, self._blocks, strict=False):
            if block.layer == layer and kind in block.kinds and block.parameters is None and unit < block.count:
                return start + unit * len(block.kinds) + block.kinds.index(kind)
        return None

    def of_unit(self, layer: int, unit: int) -> tuple[int, ...]:
        """The moments of a unit's sum, activation and δ, whatever kinds of operation these are."""
        return tuple(
            start + unit * len(block.kinds) + turn
            for start, block in zip(self._starts, self._blocks, strict=False)
            if block.layer == layer and block.parameters is None and unit < block.count
            for turn in range(len(block.kinds))
        )

    def update_of(self, parameter: int) -> int | None:
        """The moment of a parameter's update; None where it is not trained."""
        for start, block in zip(self._starts, self._blocks, strict=False):
            if block.parameters is not None:
                (places,) = np.nonzero(block.parameters == parameter)
                if places.size:
                    return start + int(places[0])
        return None
