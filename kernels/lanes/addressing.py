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
    source, target = address(builder, rows, row, column), address(builder, turned, top, left)
    block = []
    for _ in range(LANES):
        block.append(read(builder, source).value)
        source = builder.gep(source, [rows.pitch])
    # Pairing row i with row i + 8 and interleaving their lanes, four times over, transposes 16 x 16.
    low = constant(INDEX, [i // 2 + i % 2 * LANES for i in range(LANES)])
    high = constant(INDEX, [(i + LANES) // 2 + i % 2 * LANES for i in range(LANES)])
    for _ in range(4):
        pairs = [(block[i], block[i + LANES // 2]) for i in range(LANES // 2)]
        block = [builder.shuffle_vector(a, b, mask) for a, b in pairs for mask in (low, high)]
    size = 4 if isinstance(turned.value.type.pointee, ir.FloatType) else 8
    for vector in block:
        builder.store(vector, builder.bitcast(target, vector.type.as_pointer()), align=size)
        target = builder.gep(target, [turned.pitch])
