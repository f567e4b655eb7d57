"""How plain functions on lanes become machine code: they are run once, on stand-ins that write instructions.

Owns the stand-ins and the decorator `traced`. Must not know networks.

A function of lanes decides nothing by itself: loops and choices that depend on data are operations too (`each`,
`accumulate`, `choose`). So running it once with stand-ins for its operands yields its instructions in order. Numba sees
one known function instead of dozens to analyse: compiling is several times faster, vectors are certain, and a block of
any size is an ordinary Python loop. `lowering.py` and `addressing.py` say what each operation writes.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

import numba.core.cgutils
import numba.core.types
import numba.extending

from kernels.lanes.duals import Dual, DualRows
from kernels.lanes.size import LANES

cgutils: Final[Any] = numba.core.cgutils
ir: Final[Any] = cgutils.ir
types: Final[Any] = numba.core.types
lower_builtin: Final[Any] = numba.extending.lower_builtin
type_callable: Final[Any] = numba.extending.type_callable
Function = TypeVar("Function", bound=Callable[..., Any])
GENERATORS: Final[dict[str, Callable[..., Any]]] = {}


@dataclass(frozen=True)
class Traced:
    """A value that exists only when the program runs."""

    builder: Any
    value: Any

    def emit(self, name: str, operands: tuple[Any, ...]) -> Any:
        """Write the instructions of an operation from lanes.py."""
        return GENERATORS[name](self.builder, *operands)


@dataclass(frozen=True)
class TracedScalar(Traced):
    """A floating-point scalar."""


@dataclass(frozen=True)
class TracedRows(Traced):
    """A C-contiguous matrix: value is the pointer to its data."""

    height: Any
    pitch: Any


@dataclass(frozen=True)
class TracedIndex(Traced):
    """An integer."""

    def with_other(self, write: str, other: Any) -> TracedIndex:
        """Write one integer instruction; a Python integer becomes a constant."""
        right = other.value if isinstance(other, TracedIndex) else self.value.type(other)
        return TracedIndex(self.builder, getattr(self.builder, write)(self.value, right))

    def __add__(self, other: Any) -> TracedIndex:
        return self.with_other("add", other)

    def __mul__(self, other: Any) -> TracedIndex:
        return self.with_other("mul", other)

    def __sub__(self, other: Any) -> TracedIndex:
        return self.with_other("sub", other)

    def __floordiv__(self, other: Any) -> TracedIndex:
        """By a power of two or by another index, both positive; the index is not negative."""
        if isinstance(other, TracedIndex):
            return self.with_other("udiv", other)
        assert other & (other - 1) == 0
        return self.with_other("lshr", other.bit_length() - 1)

    __radd__ = __add__
    __rmul__ = __mul__


@dataclass(frozen=True)
class TracedLanes(Traced):
    """Sixteen numbers."""

    def like(self, other: Any) -> Any:
        """The LLVM vector of lanes or of a scalar in this precision."""
        element = self.value.type.element
        if isinstance(other, TracedLanes):
            return other.value
        if not isinstance(other, TracedScalar):
            return ir.Constant(self.value.type, [float(other)] * LANES)
        scalar = other.value
        if scalar.type != element:
            narrow = isinstance(element, ir.FloatType)
            scalar = (self.builder.fptrunc if narrow else self.builder.fpext)(scalar, element)
        return repeated(self.builder, scalar)

    def with_other(self, write: str, other: Any, swapped: bool = False) -> TracedLanes:
        """Write one instruction, without any fast-math flag; duals have their own way."""
        if isinstance(other, Dual):
            return cast(TracedLanes, NotImplemented)
        pair = (self.like(other), self.value) if swapped else (self.value, self.like(other))
        return TracedLanes(self.builder, getattr(self.builder, write)(*pair))

    def __add__(self, other: Any) -> TracedLanes:
        return self.with_other("fadd", other)

    def __radd__(self, other: Any) -> TracedLanes:
        return self.with_other("fadd", other, swapped=True)

    def __sub__(self, other: Any) -> TracedLanes:
        return self.with_other("fsub", other)

    def __rsub__(self, other: Any) -> TracedLanes:
        return self.with_other("fsub", other, swapped=True)

    def __mul__(self, other: Any) -> TracedLanes:
        return self.with_other("fmul", other)

    def __rmul__(self, other: Any) -> TracedLanes:
        return self.with_other("fmul", other, swapped=True)

    def __truediv__(self, other: Any) -> TracedLanes:
        return self.with_other("fdiv", other)

    def __rtruediv__(self, other: Any) -> TracedLanes:
        return self.with_other("fdiv", other, swapped=True)

    def __neg__(self) -> TracedLanes:
        return TracedLanes(self.builder, self.builder.fneg(self.value))


def repeated(builder: Any, scalar: Any) -> Any:
    """The vector whose 16 elements are `scalar`."""
    index = ir.IntType(32)
    empty = ir.Constant(ir.VectorType(scalar.type, LANES), ir.Undefined)
    one = builder.insert_element(empty, scalar, index(0))
    return builder.shuffle_vector(one, empty, ir.Constant(ir.VectorType(index, LANES), [0] * LANES))


def stand_in(context: Any, builder: Any, kind: Any, value: Any) -> Traced:
    """The traced value for an argument of a compiled call."""
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, value)
        return TracedRows(builder, array.data, *cgutils.unpack_tuple(builder, array.shape))
    if isinstance(kind, types.Float):
        return TracedScalar(builder, value)
    return TracedIndex(builder, context.cast(builder, value, kind, types.intp))


def fits(kinds: tuple[Any, ...]) -> bool:
    """Can a call with arguments of these types be written? Arrays must be C-contiguous matrices."""
    return all(kind.ndim == 2 and kind.layout == "C" for kind in kinds if isinstance(kind, types.Array))


def made_traced(builder: Any, operand: Any) -> Traced | DualRows:
    """Traced operands as they are, numbers as constants."""
    if isinstance(operand, (Traced, DualRows)):
        return operand
    constant = TracedScalar(builder, ir.DoubleType()(operand)) if isinstance(operand, float) else None
    return constant or TracedIndex(builder, ir.IntType(64)(operand))


def flat(operand: Traced | DualRows) -> list[Any]:
    """Its LLVM values: three of a matrix, six of a matrix that carries derivatives, otherwise one."""
    if isinstance(operand, DualRows):
        return flat(operand.value) + flat(operand.tangent)
    return [operand.value, operand.height, operand.pitch] if isinstance(operand, TracedRows) else [operand.value]


def rebuilt(operand: Traced | DualRows, builder: Any, values: Iterator[Any]) -> Traced | DualRows:
    """An operand of the same kind, of other LLVM values."""
    if isinstance(operand, DualRows):
        return DualRows(*[rebuilt(part, builder, values) for part in (operand.value, operand.tangent)])
    return type(operand)(builder, *[next(values) for _ in flat(operand)])


def call_shared(builder: Any, function: Callable[..., Any], operands: tuple[Any, ...]) -> None:
    """Call the one copy of a traced function in this program, writing it first if need be.

    Its matrices are promised not to overlap, which lets the compiler keep what it has read.
    """
    given = [made_traced(builder, operand) for operand in operands]
    values = [value for operand in given for value in flat(operand)]
    name = ".".join([function.__module__, function.__name__, *[str(value.type) for value in values]])
    if name not in builder.module.globals:
        written = ir.Function(builder.module, ir.FunctionType(ir.VoidType(), [v.type for v in values]), name)
        written.linkage = "linkonce_odr"  # modules that are linked together keep one copy
        for attribute in ("noinline", "optsize"):  # small functions, not unrolled, compile several times faster
            written.attributes.add(attribute)
        for argument in (a for a in written.args if isinstance(a.type, ir.PointerType)):
            argument.add_attribute("noalias")
        inside = ir.IRBuilder(written.append_basic_block("entry"))
        left = iter(written.args)
        function(*[rebuilt(operand, inside, left) for operand in given])
        inside.ret_void()
    builder.call(builder.module.globals[name], values)


def traced(shared: bool = False, number: bool = False) -> Callable[[Function], Function]:
    """Let compiled code call a function of lanes.

    It returns nothing, or one `number`: the scalar in float64. A shared function exists once in a program, called from
    several places; the others are written out at each call.
    """

    def register(plain: Function) -> Function:
        function: Any = sharing(plain) if shared else plain
        signature = inspect.signature(plain)

        def typing(*kinds: Any) -> Any:
            return (types.float64 if number else types.void) if fits(kinds) else None

        typing.__signature__ = signature  # type: ignore[attr-defined]
        type_callable(function)(lambda context: typing)

        def lower(context: Any, builder: Any, called: Any, values: Any) -> Any:
            result = function(*[stand_in(context, builder, *pair) for pair in zip(called.args, values, strict=True)])
            return result.value if number else context.get_dummy_value()

        lower_builtin(function, *[types.Any] * len(signature.parameters))(lower)
        return cast(Function, function)

    return register


def sharing(plain: Function) -> Function:
    """The function that calls the shared copy when an operand is traced, and `plain` when none is."""

    @functools.wraps(plain)
    def call(*operands: Any) -> None:
        builder = next((operand.builder for operand in operands if isinstance(operand, Traced)), None)
        if builder is None:
            plain(*operands)
        else:
            call_shared(builder, plain, operands)

    return cast(Function, call)
