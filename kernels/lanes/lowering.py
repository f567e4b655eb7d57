"""What each operation of `vectors.py` writes in LLVM's language.

Owns the instructions. Must not know networks. Only exactly rounded instructions appear (+ - * / square root,
comparisons, moves of bits), none with a fast-math flag, so every processor returns the same bits.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

from kernels.lanes.duals import Dual, still
from kernels.lanes.philox import MULTIPLIER, ROUNDS, WEYL, WORD
from kernels.lanes.registers import sums_at_once
from kernels.lanes.size import LANES
from kernels.lanes.tracing import GENERATORS, TracedIndex, TracedLanes, TracedScalar, cgutils, ir, repeated

INDEX = ir.IntType(32)


def generates(generate: Callable[..., Any]) -> Callable[..., Any]:
    """Register the generator of the operation of the same name."""
    GENERATORS[generate.__name__] = generate
    return generate


def constant(element: Any, numbers: list[Any]) -> Any:
    """An LLVM vector constant."""
    return ir.Constant(ir.VectorType(element, len(numbers)), numbers)


def number(index: Any, like: Any) -> Any:
    """The LLVM integer of a traced or known index."""
    return index.value if isinstance(index, TracedIndex) else like.type(index)


@generates
def least(builder: Any, a: Any, b: Any) -> Any:
    like = (a if isinstance(a, TracedIndex) else b).value
    x, y = number(a, like), number(b, like)
    return TracedIndex(builder, builder.select(builder.icmp_signed("<", x, y), x, y))


@generates
def most(builder: Any, a: Any, b: Any) -> Any:
    like = (a if isinstance(a, TracedIndex) else b).value
    x, y = number(a, like), number(b, like)
    return TracedIndex(builder, builder.select(builder.icmp_signed(">", x, y), x, y))


@generates
def as_number(builder: Any, index: Any, like: Any) -> Any:
    return TracedLanes(builder, repeated(builder, builder.sitofp(index.value, like.value.type.element)))


@generates
def each(builder: Any, start: Any, stop: Any, step: int, work: Any) -> None:
    loop(builder, start, stop, step, lambda j: (work(j), ())[1], ())


@generates
def accumulate(builder: Any, start: Any, stop: Any, step: Any, sums: Any) -> Any:
    return loop(builder, start, stop, 1, step, sums)


def loop(builder: Any, start: Any, stop: Any, stride: int, step: Any, sums: Any) -> Any:
    """sums = step(j, *sums) for j = start, start + stride, … below stop."""
    before = builder.block
    body, done = builder.append_basic_block("body"), builder.append_basic_block("done")
    like = (stop if isinstance(stop, TracedIndex) else start).value
    first, end = number(start, like), number(stop, like)
    builder.cbranch(builder.icmp_signed("<", first, end), body, done)
    builder.position_at_end(body)
    j = builder.phi(first.type)
    j.add_incoming(first, before)
    inside = [builder.phi(s.value.type) for s in sums]
    after = step(TracedIndex(builder, j), *[TracedLanes(builder, phi) for phi in inside])
    following = builder.add(j, first.type(stride))
    j.add_incoming(following, builder.block)
    last = builder.block
    leave_rolled(builder, builder.cbranch(builder.icmp_signed("<", following, end), body, done))
    builder.position_at_end(done)
    results = []
    for phi, initial, final in zip(inside, sums, after, strict=True):
        phi.add_incoming(initial.value, before)
        phi.add_incoming(final.value, last)
        result = builder.phi(phi.type)
        result.add_incoming(initial.value, before)
        result.add_incoming(final.value, last)
        results.append(TracedLanes(builder, result))
    return tuple(results)


def leave_rolled(builder: Any, branch: Any) -> None:
    """Forbid LLVM to unroll the loop this branch closes: blocks are unrolled already, more only costs compile time."""
    wish = builder.module.add_metadata([ir.MetaDataString(builder.module, "llvm.loop.unroll.disable")])
    name = ir.MDValue(builder.module, [wish], name=str(len(builder.module.metadata)))
    name.operands = (name, wish)  # the first operand of a loop's name is that name itself
    branch.set_metadata("llvm.loop", name)


@generates
def choose(builder: Any, code: Any, cases: Any, *operands: Any) -> Any:
    done = builder.append_basic_block("done")
    blocks = {key: builder.append_basic_block(f"case{key}") for key in cases}
    switch = builder.switch(code.value, next(iter(blocks.values())))
    ends = []
    for key, block in blocks.items():
        switch.add_case(code.value.type(key), block)
        builder.position_at_end(block)
        ends.append((cases[key](*operands), builder.block))
        builder.branch(done)
    builder.position_at_end(done)
    blocks_left = [block for _, block in ends]
    return tuple(met(builder, list(each), blocks_left) for each in zip(*[values for values, _ in ends], strict=True))


def met(builder: Any, given: list[Any], blocks: list[Any]) -> Any:
    """The lanes that the block which ran has given; what carries no derivative beside one that does has the one 0."""
    if any(isinstance(x, Dual) for x in given):
        tangents = [x.tangent if isinstance(x, Dual) else TracedLanes(builder, x.like(0.0)) for x in given]
        return Dual(met(builder, [still(x) for x in given], blocks), met(builder, tangents, blocks))
    result = builder.phi(given[0].value.type)
    for x, block in zip(given, blocks, strict=True):
        result.add_incoming(x.value, block)
    return TracedLanes(builder, result)


@generates
def filled(builder: Any, x: Any, value: Any) -> Any:
    return TracedLanes(builder, x.like(value))


@generates
def lane_numbers(builder: Any, x: Any) -> Any:
    return TracedLanes(builder, constant(x.value.type.element, [float(i) for i in range(LANES)]))


@generates
def is_single(builder: Any, x: Any) -> bool:
    return isinstance(x.value.type.element, ir.FloatType)


@generates
def sums_held(builder: Any, rows: Any) -> int:
    return sums_at_once(4 if isinstance(rows.value.type.pointee, ir.FloatType) else 8)


@generates
def uniforms(builder: Any, like: Any, first: Any, second: Any, key: Any) -> Any:
    word, long = ir.IntType(32), ir.IntType(64)
    words, longs = ir.VectorType(word, LANES), ir.VectorType(long, LANES)

    def modulo(index: Any) -> Any:
        return builder.trunc(index.value, word) if isinstance(index, TracedIndex) else word(index % WORD)

    def turn(j: TracedIndex, low: Any, high: Any) -> tuple[TracedLanes, ...]:
        product = builder.mul(builder.zext(low.value, longs), constant(long, [MULTIPLIER] * LANES))
        top = builder.trunc(builder.lshr(product, constant(long, [32] * LANES)), words)
        weyl = builder.add(modulo(key), builder.mul(modulo(j), word(WEYL)))
        mixed = builder.xor(builder.xor(top, repeated(builder, weyl)), high.value)
        return TracedLanes(builder, mixed), TracedLanes(builder, builder.trunc(product, words))

    def share(bits: Any) -> TracedLanes:
        whole = builder.lshr(bits.value, constant(word, [8] * LANES))
        return TracedLanes(builder, builder.sitofp(whole, like.value.type)) * 2.0**-24

    start = builder.add(repeated(builder, modulo(first)), constant(word, list(range(LANES))))
    counters = TracedLanes(builder, start), TracedLanes(builder, repeated(builder, modulo(second)))
    low, high = loop(builder, 0, TracedIndex(builder, long(ROUNDS)), 1, turn, counters)
    return share(low), share(high)


@generates
def fold(builder: Any, x: Any, y: Any) -> Any:
    fours = [[4 * g, 4 * g + 2, 4 * g + LANES, 4 * g + LANES + 2] for g in range(LANES // 4)]
    return sum_of_neighbours(builder, x, y, [place for four in fours for place in four], 1)


@generates
def fold_fours(builder: Any, x: Any, y: Any) -> Any:
    return sum_of_neighbours(builder, x, y, [8 * g + i for g in range(LANES // 4) for i in range(4)], 4)


def sum_of_neighbours(builder: Any, x: Any, y: Any, places: list[int], distance: int) -> Any:
    """The numbers at these places of x and y in a row plus those `distance` further."""
    left = builder.shuffle_vector(x.value, y.value, constant(INDEX, places))
    right = builder.shuffle_vector(x.value, y.value, constant(INDEX, [p + distance for p in places]))
    return TracedLanes(builder, builder.fadd(left, right))


@generates
def first(builder: Any, x: Any) -> Any:
    return TracedScalar(builder, builder.extract_element(x.value, INDEX(0)))


@generates
def where_less(builder: Any, a: Any, b: Any, x: Any, y: Any) -> Any:
    like = next(operand for operand in (a, b, x, y) if isinstance(operand, TracedLanes))
    less = builder.fcmp_ordered("<", like.like(a), like.like(b))
    return TracedLanes(builder, builder.select(less, like.like(x), like.like(y)))


def integers(x: TracedLanes) -> tuple[Any, int]:
    """The integer vector type of the same size and the bits of the mantissa."""
    bits, mantissa = (32, 23) if isinstance(x.value.type.element, ir.FloatType) else (64, 52)
    return ir.VectorType(ir.IntType(bits), LANES), mantissa


@generates
def where_bit(builder: Any, power: Any, bit: int, x: Any, y: Any) -> Any:
    integer, _ = integers(power)
    found = builder.and_(builder.bitcast(power.value, integer), constant(integer.element, [1 << bit] * LANES))
    is_set = builder.icmp_unsigned("!=", found, constant(integer.element, [0] * LANES))
    return TracedLanes(builder, builder.select(is_set, x.value, y.value))


def exact_function(name: str) -> Callable[..., Any]:
    """The generator of an LLVM function that is element-wise and exact."""

    def generate(builder: Any, *operands: Any) -> Any:
        kind = operands[0].value.type
        suffix = f".v{LANES}f{32 if isinstance(kind.element, ir.FloatType) else 64}"
        signature = ir.FunctionType(kind, [kind] * len(operands))
        function = cgutils.get_or_insert_function(builder.module, signature, name + suffix)
        return TracedLanes(builder, builder.call(function, [o.value for o in operands]))

    return generate


GENERATORS["square_root"] = exact_function("llvm.sqrt")
GENERATORS["magnitude"] = exact_function("llvm.fabs")
GENERATORS["with_sign"] = exact_function("llvm.copysign")


@generates
def times_power(builder: Any, x: Any, power: Any) -> Any:
    integer, mantissa = integers(x)
    shift = builder.shl(builder.bitcast(power.value, integer), constant(integer.element, [mantissa] * LANES))
    return TracedLanes(builder, builder.bitcast(builder.add(builder.bitcast(x.value, integer), shift), x.value.type))


def exponent_bits(builder: Any, x: TracedLanes) -> tuple[Any, Any, Any]:
    """(integer type, pattern of x, its exponent relative to sqrt(1/2) as integers)."""
    integer, mantissa = integers(x)
    single = struct.unpack("<i", struct.pack("<f", math.sqrt(0.5)))[0]
    double = struct.unpack("<q", struct.pack("<d", math.sqrt(0.5)))[0]
    pattern = builder.bitcast(x.value, integer)
    above = builder.sub(pattern, constant(integer.element, [single if mantissa == 23 else double] * LANES))
    return integer, pattern, builder.ashr(above, constant(integer.element, [mantissa] * LANES))


@generates
def exponent(builder: Any, x: Any) -> Any:
    return TracedLanes(builder, builder.sitofp(exponent_bits(builder, x)[2], x.value.type))


@generates
def significand(builder: Any, x: Any) -> Any:
    integer, pattern, shift = exponent_bits(builder, x)
    moved = builder.shl(shift, constant(integer.element, [integers(x)[1]] * LANES))
    return TracedLanes(builder, builder.bitcast(builder.sub(pattern, moved), x.value.type))


@generates
def widened(builder: Any, x: Any) -> Any:
    double = ir.VectorType(ir.DoubleType(), LANES)
    return x if x.value.type == double else TracedLanes(builder, builder.fpext(x.value, double))
