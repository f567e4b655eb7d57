"""From maps of numbers to pictures: enlarging values, choosing shades, tables of colours.

Owns this arithmetic over arrays; knows nothing of Qt, of themes or of where a picture is shown. A picture is an array
of shades (uint8) that a table of 256 colours (uint32, ARGB) turns into pixels.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.experiment.activations import BOUNDS

Floats = NDArray[np.floating]
Colours = NDArray[np.uint32]

SHADES = 256
SCORE_BITS, CLASS_BITS, STEP_BITS = 12, 3, 5
CLASS_STEPS = 1 << STEP_BITS
"""Shades of one class, from undecided to certain; eight classes fill a table."""
LEAST_INK = 0.3
"""How much of its colour a class has where it is just ahead: among many classes none is ever far ahead, and the regions
must be readable all the same."""


class Field(msgspec.Struct, frozen=True, eq=False):
    """What a map shows, from `low` to `high`: either `values` (rows, rows) or `scores` (classes, rows, rows)."""

    values: Floats | None
    scores: Floats | None
    low: float
    high: float

    @property
    def middle(self) -> float:
        """The value of the neutral colour, where the answer changes."""
        return (self.low + self.high) / 2


def output_field(outputs: Floats, activation: str, peak: float) -> Field:
    """The field of the head's maps (units, rows, rows); `peak` bounds a linear output."""
    low, high = BOUNDS.get(activation, (-peak, peak))
    if len(outputs) == 1:
        return Field(outputs[0], None, low, high)
    if len(outputs) == 2 and activation == "softmax":
        return Field(outputs[1], None, low, high)
    return Field(None, outputs, low, high)


def unit_field(values: Floats, activation: str) -> Field:
    """The field of one unit's map (rows, rows); where the activation has no range, a symmetric one in even steps."""
    if activation in BOUNDS:
        return Field(values, None, *BOUNDS[activation])
    peak = round_up(float(np.abs(tame(values)).max(initial=0.0)))
    return Field(values, None, -peak, peak)


def tame(values: Floats) -> Floats:
    """The values as float64 with 0 for NaN and nothing beyond ±1e30, so that no later arithmetic can overflow."""
    return np.clip(np.nan_to_num(np.asarray(values, np.float64), nan=0.0), -1e30, 1e30)


def round_up(value: float) -> float:
    """The smallest of 1, 1.5, 2, 3, 4, 6, 8 times a power of ten that is not below `value`; 1 for 0."""
    if not 0.0 < value < 1e300:
        return 1.0 if value <= 0.0 or value != value else 1e300
    power = 10.0 ** np.floor(np.log10(value))
    if power == 0.0:
        return value
    for factor in (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0):
        if value <= factor * power * (1 + 1e-9):
            return float(factor * power)
    return float(10.0 * power)


class Magnifier:
    """Enlarges square maps of `rows` cells to `size` pixels, bilinear between the cells' centres and flipped: row 0
    of a map is the lowest, row 0 of a picture the highest. Reuses its buffers, so the result lasts until the next call.
    """

    def __init__(self, rows: int, size: int) -> None:
        self.rows, self.size = rows, size
        place = np.clip((np.arange(size) + 0.5) / size * rows - 0.5, 0.0, rows - 1.0)
        self._below = np.minimum(place.astype(np.intp), max(rows - 2, 0))
        self._above = np.minimum(self._below + 1, rows - 1)
        self._share = (place - self._below).astype(np.float32)[:, None]
        self._wide = np.empty((size, rows), np.float32)
        self._wide_above = np.empty((size, rows), np.float32)
        self._turned = np.empty((rows, size), np.float32)
        self._above_rows = np.empty((size, size), np.float32)

    def __call__(self, values: Floats, out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """The enlarged map as (size, size) float32; `values` must be finite."""
        columns = np.ascontiguousarray(values[::-1].T, dtype=np.float32)
        self._between(columns, self._wide, self._wide_above)
        self._turned[:] = self._wide.T
        out = np.empty((self.size, self.size), np.float32) if out is None else out
        self._between(self._turned, out, self._above_rows)
        return out

    def _between(self, rows: NDArray[np.float32], out: NDArray[np.float32], above: NDArray[np.float32]) -> None:
        np.take(rows, self._below, axis=0, out=out, mode="clip")
        np.take(rows, self._above, axis=0, out=above, mode="clip")
        np.subtract(above, out, out=above)
        np.multiply(above, self._share, out=above)
        np.add(out, above, out=out)


class Painter:
    """Turns fields into pictures of `size` × `size` pixels. Reuses its buffers: a picture lasts until the next call."""

    def __init__(self, rows: int, size: int) -> None:
        self._magnify = Magnifier(rows, size)
        self._shades = np.empty((size, size), np.uint8)
        self._pixels = np.empty((size, size), np.uint32)
        self._large = np.empty((size, size), np.float32)
        self._codes = [np.empty((size, size), np.int16) for _ in range(3)]
        self._lower = np.empty((size, size), np.int16)

    @property
    def size(self) -> int:
        """Pixels per side."""
        return self._magnify.size

    @property
    def rows(self) -> int:
        """Cells per side of the fields it takes."""
        return self._magnify.rows

    def __call__(self, field: Field, table: Colours, discretize: bool = False, smooth: bool = True) -> Colours:
        """The pixels (size, size) of a field by a table of 256 colours. smooth: classes meet in a soft edge."""
        if field.scores is not None:
            self._class_shades(field.scores, field.low, field.high, discretize)
        elif field.values is not None:
            self._value_shades(field.values, field.low, field.high, discretize)
        np.take(table, self._shades, out=self._pixels, mode="clip")
        if field.scores is not None and smooth:
            self._soften()
        return self._pixels

    def _soften(self) -> None:
        """Each pixel the mean of itself, its right and its lower neighbours, channel by channel; equal ones stay."""
        pixels, halves = self._pixels, np.uint32(0xFEFEFEFE)
        for here, beside in ((pixels[:, :-1], pixels[:, 1:]), (pixels[:-1], pixels[1:])):
            np.add(here & beside, ((here ^ beside) & halves) >> np.uint32(1), out=here)

    def _value_shades(self, values: Floats, low: float, high: float, discretize: bool) -> None:
        """Shade 0 for `low`, 255 for `high`."""
        kept = np.clip(tame(values), low, high).astype(np.float64)
        scaled = (kept - low) * ((SHADES - 1) / (high - low))
        large = self._magnify(scaled, self._large)
        if discretize:
            self._two_shades(large > (SHADES - 1) / 2)
            return
        np.add(large, 0.5, out=large)
        np.copyto(self._shades, large, casting="unsafe")

    def _two_shades(self, above: NDArray[np.bool_]) -> None:
        """Shade 0 or 255; on the edge between them the mean of four neighbours, so that it is smooth."""
        shades = self._shades
        np.multiply(above, 63, out=shades, casting="unsafe")
        shades[:-1] += shades[1:].copy()
        shades[-1] *= 2
        shades[:, :-1] += shades[:, 1:].copy()
        shades[:, -1] *= 2
        shades += shades // 84

    def _class_shades(self, scores: Floats, low: float, high: float, discretize: bool) -> None:
        """Shades of the class with the highest score, the stronger the further the next one is behind.

        A score of 12 bits above its class number of 3 makes one small integer, so that the largest names its class.
        """
        best, second, code = self._codes
        scale = ((1 << SCORE_BITS) - 1) / (high - low)
        second.fill(0)
        for index, values in enumerate(scores):
            large = self._magnify((np.clip(tame(values), low, high) - low) * scale, self._large)
            np.copyto(code if index else best, large, casting="unsafe")
            numbered = code if index else best
            np.left_shift(numbered, CLASS_BITS, out=numbered)
            np.bitwise_or(numbered, index, out=numbered)
            if index:
                np.maximum(second, np.minimum(best, code, out=self._lower), out=second)
                np.maximum(best, code, out=best)
        np.bitwise_and(best, (1 << CLASS_BITS) - 1, out=code)
        np.left_shift(code, STEP_BITS, out=code)
        if discretize:
            np.bitwise_or(code, CLASS_STEPS - 1, out=code)
        else:
            np.right_shift(best, CLASS_BITS, out=best)
            np.subtract(best, np.right_shift(second, CLASS_BITS, out=second), out=best)
            np.bitwise_or(code, np.right_shift(best, SCORE_BITS - STEP_BITS, out=best), out=code)
        np.copyto(self._shades, code, casting="unsafe")


def blended(first: Colours, second: Colours | int, share: float | Floats) -> Colours:
    """Colours mixed channel by channel: `share` 0 gives the first, 1 the second; opaque."""
    first, other = np.asarray(first, np.uint32), np.asarray(second, np.uint32)
    result = np.full(np.broadcast_shapes(first.shape, other.shape, np.shape(share)), 0xFF000000, np.uint32)
    for shift in (0, 8, 16):
        a, b = ((first >> shift) & 255).astype(float), ((other >> shift) & 255).astype(float)
        result |= np.round(a + (b - a) * share).astype(np.uint32) << np.uint32(shift)
    return result


def class_table(colours: Sequence[int], neutral: int) -> Colours:
    """256 colours: for each class `CLASS_STEPS` shades from pale to its colour, steeper where it is pale."""
    steps = LEAST_INK + (1.0 - LEAST_INK) * np.sqrt(np.linspace(0.0, 1.0, CLASS_STEPS))
    table = np.full(SHADES, neutral, np.uint32)
    for index, colour in enumerate(colours[: SHADES // CLASS_STEPS]):
        place = slice(index * CLASS_STEPS, (index + 1) * CLASS_STEPS)
        table[place] = blended(np.full(CLASS_STEPS, neutral, np.uint32), colour, steps)
    return table


def value_at(values: Floats, extent: float, point: tuple[float, float]) -> float:
    """The value of a map (rows, rows) over ±extent at a point, bilinear between the cells' centres."""
    rows = len(values)
    places = [min(max((c / extent + 1.0) / 2 * rows - 0.5, 0.0), rows - 1.0) for c in point]
    (column, row), corner = places, [min(int(place), max(rows - 2, 0)) for place in places]
    x, y = column - corner[0], row - corner[1]
    cells = tame(values[corner[1] : corner[1] + 2, corner[0] : corner[0] + 2]).astype(np.float64)
    cells = np.pad(cells, ((0, 2 - cells.shape[0]), (0, 2 - cells.shape[1])), mode="edge")
    bottom, top = cells[:, 0] + (cells[:, 1] - cells[:, 0]) * x
    return float(bottom + (top - bottom) * y)
