"""What the operations of `vectors.py` that touch arrays write in LLVM's language.

Owns address arithmetic, loads and stores. Must not know what the numbers mean. Arrays are C-contiguous matrices;
indices are not checked.
"""

from __future__ import annotations

from typing import Any

from kernels.lanes.lowering import INDEX, constant, generates, number
from kernels.lanes.size import LANES
from kernels.lanes.tracing import TracedIndex, TracedLanes, TracedRows, TracedScalar, ir, repeated


def address(builder: Any, rows: TracedRows, row: Any, column: Any) -> Any:
    """Pointer to rows[row, column]."""
    place = builder.add(builder.mul(number(row, rows.pitch), rows.pitch), number(column, rows.pitch))
    return builder.gep(rows.value, [place])


def read(builder: Any, pointer: Any) -> TracedLanes:
    """Sixteen neighbours, which need not be aligned."""
    element = pointer.type.pointee
    size = 4 if isinstance(element, ir.FloatType) else 8
    vector = ir.VectorType(element, LANES)
    return TracedLanes(builder, builder.load(builder.bitcast(pointer, vector.as_pointer()), align=size))


@generates
def load(builder: Any, rows: Any, row: Any, column: Any) -> Any:
    return read(builder, address(builder, rows, row, column))


@generates
def load_flat(builder: Any, rows: Any, place: Any) -> Any:
    return read(builder, builder.gep(rows.value, [place.value]))


@generates
def store(builder: Any, rows: Any, row: Any, column: Any, value: Any) -> None:
    pointer = address(builder, rows, row, column)
    size = 4 if isinstance(value.value.type.element, ir.FloatType) else 8
    builder.store(value.value, builder.bitcast(pointer, value.value.type.as_pointer()), align=size)


@generates
def repeat(builder: Any, rows: Any, row: Any, column: Any) -> Any:
    return TracedLanes(builder, repeated(builder, builder.load(address(builder, rows, row, column))))


@generates
def integer_at(builder: Any, rows: Any, row: Any, column: Any) -> Any:
    return TracedIndex(builder, builder.load(address(builder, rows, row, column)))


@generates
def place_integer(builder: Any, rows: Any, row: Any, column: Any, value: Any) -> None:
    builder.store(number(value, rows.pitch), address(builder, rows, row, column))


@generates
def number_at(builder: Any, rows: Any, row: Any, column: Any) -> Any:
    return TracedScalar(builder, builder.load(address(builder, rows, row, column)))


@generates
def place_number(builder: Any, rows: Any, row: Any, column: Any, value: Any) -> None:
    builder.store(value.value, address(builder, rows, row, column))


@generates
def height(builder: Any, rows: Any) -> Any:
    return TracedIndex(builder, rows.height)


@generates
def width(builder: Any, rows: Any) -> Any:
    return TracedIndex(builder, rows.pitch)


@generates
def gather(builder: Any, rows: Any, row: Any, places: Any, first_place: Any) -> Any:
    start = address(builder, rows, row, 0)
    vector = ir.Constant(ir.VectorType(rows.value.type.pointee, LANES), ir.Undefined)
    place = address(builder, places, 0, first_place)
    for lane in range(LANES):
        index = builder.load(builder.gep(place, [rows.pitch.type(lane)]))
        vector = builder.insert_element(vector, builder.load(builder.gep(start, [index])), INDEX(lane))
    return TracedLanes(builder, vector)


@generates
def transpose(builder: Any, rows: Any, row: Any, column: Any, turned: Any, top: Any, left: Any) -> None:
    """In tiles that fit in registers: of 8 x 8 numbers of four bytes, or 4 x 4 of eight."""
    single = isinstance(turned.value.type.pointee, ir.FloatType)
    side, size, turn = (8, 4, turned_singles) if single else (4, 8, turned_doubles)
    tile = ir.VectorType(turned.value.type.pointee, side).as_pointer()
    for down in range(0, LANES, side):
        for along in range(0, LANES, side):
            block = []
            for i in range(side):
                source = address(builder, rows, row + (down + i), column + along)
                block.append(builder.load(builder.bitcast(source, tile), align=size))
            for i, vector in enumerate(turn(builder, block)):
                target = address(builder, turned, top + (along + i), left + down)
                builder.store(vector, builder.bitcast(target, tile), align=size)


def turned_singles(builder: Any, rows: list[Any]) -> list[Any]:
    """8 x 8: within groups of four lanes first, which every processor does in one instruction, then the groups."""
    low, high = [0, 8, 1, 9, 4, 12, 5, 13], [2, 10, 3, 11, 6, 14, 7, 15]
    pairs = [(rows[i], rows[i + 1]) for i in range(0, 8, 2)]
    mixed = [shuffled(builder, *pair, mask) for mask in (low, high) for pair in pairs]
    low, high = [0, 1, 8, 9, 4, 5, 12, 13], [2, 3, 10, 11, 6, 7, 14, 15]
    fours = [(mixed[i], mixed[i + 1]) for i in range(0, 8, 2)]  # upper and lower rows of lanes 0 and 1, then of 2 and 3
    upper, lower = ([shuffled(builder, *fours[i], m) for i in (k, k + 2) for m in (low, high)] for k in (0, 1))
    left, right = [0, 1, 2, 3, 8, 9, 10, 11], [4, 5, 6, 7, 12, 13, 14, 15]
    return [shuffled(builder, a, b, mask) for mask in (left, right) for a, b in zip(upper, lower, strict=True)]


def turned_doubles(builder: Any, rows: list[Any]) -> list[Any]:
    """4 x 4: within pairs of lanes, then the pairs."""
    a, b, c, d = rows
    even, odd = [0, 4, 2, 6], [1, 5, 3, 7]
    upper = [shuffled(builder, a, b, mask) for mask in (even, odd)]
    lower = [shuffled(builder, c, d, mask) for mask in (even, odd)]
    left, right = [0, 1, 4, 5], [2, 3, 6, 7]
    return [shuffled(builder, x, y, mask) for mask in (left, right) for x, y in zip(upper, lower, strict=True)]


def shuffled(builder: Any, a: Any, b: Any, places: list[int]) -> Any:
    """The numbers at these places of a and b in a row."""
    return builder.shuffle_vector(a, b, constant(INDEX, places))
