"""The kernels write what they were given to write and nothing else."""

from __future__ import annotations

import numpy as np

from kernels.plan.memory import Workspace
from tests.cases import cases
from tests.kernels.drawing import HIDDEN, draw, rule_for
from tests.kernels.networks import (
    CHANGING,
    DTYPES,
    LOOKS,
    OPTIMIZERS,
    SHARED,
    STABLE,
    Rule,
    Run,
    bytes_of,
    make,
    outputs_for,
    prepare,
)

OTHERS_SLOTS = (
    ("sgd", (0, 1)), ("momentum", (1,)), ("nesterov", (1,)), ("rmsprop", (0,)), ("adagrad", (0,)), ("lion", (1,)),
)  # fmt: skip
"""Optimizers and the slots they have no use for."""

FENCE = 512  # bytes before and after every array
ALIGNMENT = 64
GARBAGE = 0x7F  # as a float a huge number, as four bytes of an integer an index far outside
WRITTEN = (*CHANGING, "records", "probes", "probe_records")
READ = (*SHARED, "hyperparameters")
dtypes = cases("dtype", DTYPES)


class Fenced:
    """Arrays whose neighbouring bytes are known."""

    def __init__(self) -> None:
        self.blocks: list[tuple[str, np.ndarray, int, int]] = []

    def array(self, name: str, array: np.ndarray) -> np.ndarray:
        """A copy that starts where a cache line does."""
        block = np.full(array.nbytes + 2 * FENCE + ALIGNMENT, GARBAGE, np.uint8)
        start = FENCE + -(block.ctypes.data + FENCE) % ALIGNMENT
        inner = block[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
        inner[...] = array
        self.blocks.append((name, block, start, start + array.nbytes))
        return inner

    def workspace(self, space: Workspace) -> Workspace:
        """The same for every array of a workspace."""
        return Workspace(*(self.array(name, each) for name, each in zip(space._fields, space, strict=True)))

    def trampled(self) -> list[str]:
        """The names of the arrays beside which something was written."""
        return [
            name
            for name, block, start, end in self.blocks
            if (block[:start] != GARBAGE).any() or (block[end:] != GARBAGE).any()
        ]


def fence(run: Run) -> tuple[Run, Fenced]:
    copy, fenced = run.copy(), Fenced()
    for name in (*WRITTEN, *READ):
        copy.arrays[name] = fenced.array(name, copy.arrays[name])
    copy.space = fenced.workspace(copy.space)
    return copy, fenced


def cases(dtype: type, every: int) -> list[Run]:
    """Sizes just below, at and above what vectors and cache lines hold."""
    runs = []
    shapes = [(1, 1), (2, 1), (2, 3, 1), (1, 15, 16, 1), (17, 16, 15, 1), (3, 33, 1), (31, 1, 65, 1), (2, *[5] * 12, 1)]
    for seed, widths in enumerate(shapes):
        for batch, samples in ((1, 1), (1, 7), (3, 16), (16, 17), (17, 33), (64, 65), (129, 257)):
            number = len(runs)
            loss, optimizer = STABLE[number % len(STABLE)], OPTIMIZERS[number % len(OPTIMIZERS)]
            outputs = outputs_for(loss, 1 + number % 8)
            rule = Rule(optimizer, 1e-3, l1=1e-3 * (number % 2), clip_norm=0.1 * (number % 3))
            hidden = [HIDDEN[(number + place) % 10] for place in range(len(widths) - 2)]
            widths = (*widths[:-1], outputs)
            runs.append(make(seed, widths, hidden, loss, rule, batch=batch, samples=samples, tests=number, dtype=dtype))
    for number in range(44):
        net = draw(number, samples=(1, 16, 17, 33)[number % 4] + number)
        runs.append(prepare(net, rule_for(number), batch=(1, 15, 16, 33)[number // 4 % 4], tests=number, dtype=dtype))
    return runs[DTYPES.index(dtype) % every :: every]


@dtypes
def test_nothing_is_written_beside_an_array(dtype: type, every: int) -> None:
    """Nor does what lies beside an array (garbage here) have any influence."""
    for run in cases(dtype, every):
        inside, fenced = fence(run)
        plain = run.copy()
        assert inside.train(23, stride=2) == plain.train(23, stride=2)
        assert inside.content() == plain.content()
        assert inside.records.tobytes() == plain.records.tobytes()
        for look in LOOKS:
            assert bytes_of(look(inside)) == bytes_of(look(plain))
        assert fenced.trampled() == []


@dtypes
def test_results_are_written_in_full_and_not_beside(dtype: type, every: int) -> None:
    import kernels

    for run in cases(dtype, every):
        fenced, n = Fenced(), run.inputs.shape[1]
        outputs = fenced.array("outputs", np.full((run.program[-1, 2], n), np.nan, dtype))
        maps = fenced.array("maps", np.full((run.program[:, 2].sum(), n), np.nan, dtype))
        gradient = fenced.array("gradient", np.full(run.parameters.size, np.nan, dtype))
        given = run.settings, run.hyperparameters, run.parameters, run.samples
        kernels.evaluate(*given, outputs, run.space)
        kernels.activations(run.parameters, run.inputs, maps, run.space)
        kernels.gradients(*given, gradient, run.space)
        assert fenced.trampled() == []
        for each in (outputs, maps, gradient):
            assert np.isfinite(each).all()


@dtypes
def test_what_is_only_read_stays_as_it_is(dtype: type, every: int) -> None:
    for run in cases(dtype, every):
        before = {name: array.tobytes() for name, array in run.arrays.items()}
        run.evaluate(), run.activations(), run.gradients(), run.penalty()
        run.train(0)
        assert [name for name in before if run.arrays[name].tobytes() != before[name]] == []
        run.train(5, stride=1)
        assert [name for name in READ if run.arrays[name].tobytes() != before[name]] == []


@dtypes
def test_plain_descent_has_no_use_for_slots(dtype: type) -> None:
    for optimizer, untouched in OTHERS_SLOTS:
        run = make(1, (2, 17, 1), rule=Rule(optimizer), dtype=dtype)
        run.slots[:] = 0.125
        run.train(10)
        for row in untouched:
            assert (run.slots[row] == 0.125).all()


@dtypes
def test_arrays_need_not_start_at_a_cache_line(dtype: type, every: int) -> None:
    """Memory of the caller's own choosing: each array one number further than the last."""
    for run in cases(dtype, every)[::3]:
        plain, shifted = run.copy(), run.copy()
        for offset, name in enumerate((*WRITTEN, *READ)):
            array = shifted.arrays[name]
            room = np.zeros(array.size + 32, array.dtype)
            inner = room[offset : offset + array.size].reshape(array.shape)
            inner[...] = array
            shifted.arrays[name] = inner
        plain.train(23, stride=2)
        shifted.train(23, stride=2)
        assert shifted.content() == plain.content()
        for look in LOOKS:
            assert bytes_of(look(shifted)) == bytes_of(look(plain))


def test_equal_networks_share_no_memory() -> None:
    """They are arranged once; what is written into one's workspace is not in the next one's."""
    first, second = make(1, (2, 17, 1)).space, make(2, (2, 17, 1)).space
    assert not any(np.shares_memory(*pair) for pair in zip(first, second, strict=True))
    fresh = [each.tobytes() for each in second]
    for each in first:
        each[...] = 0
    assert [each.tobytes() for each in make(1, (2, 17, 1)).space] == fresh
