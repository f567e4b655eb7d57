"""The rows that the curves of a run had at any of its moments, each row held once.

Owns the rows that thinning drops and which of them a moment saw; knows nothing of what a row means, but that its first
column is the epoch. A row that is in is never changed: a moment that sees another one in its place has one more.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

Table = NDArray[np.float64]
FIRST_ROOM = 64


class Tables(NamedTuple):
    """The rows of a record, (n, …) each: what is told of the run, of its layers, and how large these were."""

    rows: Table
    probes: Table
    sizes: Table

    def flat(self, start: int = 0) -> Table:
        """(n, columns): all that is told of a moment side by side, from row `start` on."""
        parts = [part[start:] for part in self]
        return np.concatenate([part.reshape(len(part), int(np.prod(part.shape[1:]))) for part in parts], axis=1)


class Curve:
    """Rows in the order in which they were written, of one arrangement of layers.

    coarse: rows of epochs that are no multiple of it may be gone.
    """

    def __init__(self, like: Tables) -> None:
        self._shapes = [part.shape[1:] for part in like]
        self._table = np.empty((FIRST_ROOM, sum(int(np.prod(shape)) for shape in self._shapes)))
        self._numbers: NDArray[np.int64] | None = None
        self._filled = self.count = 0
        self.coarse = 1

    @property
    def nbytes(self) -> int:
        """Bytes of what is kept."""
        return self._filled * self._table.itemsize * self._table.shape[1]

    def fits(self, tables: Tables) -> bool:
        """Whether rows of these tables can be added."""
        return [part.shape[1:] for part in tables] == self._shapes

    def add(self, rows: Table) -> None:
        """More rows, flat."""
        needed = self._filled + len(rows)
        if needed > len(self._table):
            grown = np.empty((max(needed, 2 * len(self._table)), self._table.shape[1]))
            grown[: self._filled] = self._table[: self._filled]
            self._table = grown
        self._table[self._filled : needed] = rows
        if self._numbers is not None:
            self._numbers = np.concatenate([self._numbers, np.arange(self.count, self.count + len(rows))])
        self._filled, self.count = needed, self.count + len(rows)

    def between(self, start: int, stop: int) -> tuple[Table, NDArray[np.int64]]:
        """The rows that are left of those from number `start` to before `stop`, and their numbers."""
        if self._numbers is None:
            return self._table[start:stop], np.arange(start, stop)
        first, last = np.searchsorted(self._numbers[: self._filled], [start, stop])
        return self._table[first:last], self._numbers[first:last]

    def thin(self) -> None:
        """Keep no more than the rows of every second epoch of those that are told of now."""
        numbers = np.arange(self.count) if self._numbers is None else self._numbers
        self.coarse *= 2
        kept = self._table[: self._filled, 0] % self.coarse == 0
        self._table, self._numbers = self._table[: self._filled][kept], numbers[kept]
        self._filled = len(self._table)

    def apart(self, rows: Table) -> Tables:
        """Flat rows as the tables they came from."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self._shapes])[:-1]
        parts = np.split(rows, ends, axis=1)
        return Tables(*(part.reshape(len(rows), *shape) for part, shape in zip(parts, self._shapes, strict=True)))


class Span(msgspec.Struct, frozen=True, eq=False):
    """Rows of a curve from number `first` on, behind those of `before` whose numbers lie below `limit`."""

    first: int
    before: Span | None = None
    limit: int = 0


class Sight(msgspec.Struct, frozen=True, eq=False):
    """The rows that a moment saw: those of its span before number `count`, at epochs that are multiples of `stride`."""

    curve: Curve
    span: Span
    count: int
    stride: int

    def _found(self) -> tuple[Table, NDArray[np.int64]]:
        """The rows, flat, and their numbers."""
        parts, span, stop = [], self.span, self.count
        while True:
            if span.first < stop:
                parts.append(self.curve.between(span.first, stop))
            if span.before is None:
                break
            stop, span = min(span.limit, stop), span.before
        stride = max(self.stride, self.curve.coarse)
        if not parts:
            return self.curve.between(0, 0)
        rows, numbers = (np.concatenate(each) for each in zip(*reversed(parts), strict=True))
        kept = rows[:, 0] % stride == 0
        return rows[kept], numbers[kept]

    def tables(self) -> tuple[Tables, int]:
        """The rows as they were, and their stride; both are coarser where too many rows had to be kept."""
        return self.curve.apart(self._found()[0]), max(self.stride, self.curve.coarse)

    def with_more(self, rows: Table, stride: int) -> Sight:
        """So many rows later."""
        before, span = self.curve.count, self.span
        if len(rows) and before != self.count:  # another moment has gone on from here, too
            span = Span(before, self.span, self.count)
        if len(rows):
            self.curve.add(rows)
        return Sight(self.curve, span, self.curve.count if len(rows) else self.count, stride)

    def after_change(self, tables: Tables, stride: int) -> Sight:
        """What is seen now that rows may have been changed, dropped or brought back: tables that still agree with the
        first rows share them."""
        if not self.curve.fits(tables):
            return begun(tables, stride)
        now = tables.flat()
        known, numbers = replace(self, stride=stride)._found()
        most = min(len(now), len(known))
        same = (now[:most] == known[:most]) | (np.isnan(now[:most]) & np.isnan(known[:most]))
        agree = same.all(axis=1)
        shared = most if agree.all() else int(np.argmin(agree))
        if shared == len(known):
            return self.with_more(now[shared:], stride)
        start, limit = self.curve.count, int(numbers[shared])
        self.curve.add(now[shared:])
        return Sight(self.curve, Span(start, self.span, limit), self.curve.count, stride)


def begun(tables: Tables, stride: int) -> Sight:
    """What is seen of a curve that begins with these rows."""
    curve = Curve(tables)
    curve.add(tables.flat())
    return Sight(curve, Span(0), curve.count, stride)
