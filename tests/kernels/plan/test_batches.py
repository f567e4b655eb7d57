"""Which samples a step uses: every one once an epoch, in an order that only the generator's state decides."""

from __future__ import annotations

from collections import Counter
from math import factorial

import numpy as np

from kernels.plan import codes
from tests.cases import cases
from tests.kernels.networks import DTYPES, Rule, Run, error, make

dtypes = cases("dtype", DTYPES)


def marked(samples: int, batch: int, dtype: type) -> Run:
    """Sample i alone has feature i: a step changes exactly the weights of the samples it uses."""
    run = make(
        0, (samples, 1), (), "squared_error", Rule(rate=1e-3), head="linear", batch=batch, samples=samples, dtype=dtype
    )
    run.parameters[:], run.inputs[:], run.targets[:] = 0, np.eye(samples), 1
    return run


def is_permutation(order: np.ndarray) -> bool:
    return sorted(order.tolist()) == list(range(order.size))


@dtypes
@cases(("samples", "batch"), [(1, 1), (2, 1), (7, 3), (10, 10), (17, 16), (33, 5), (64, 17), (9, 100)])
def test_an_epoch_uses_every_sample_once_in_the_announced_order(samples: int, batch: int, dtype: type) -> None:
    run = marked(samples, batch, dtype)
    for epoch in range(4):
        used = []
        while run.counters[codes.EPOCH] == epoch:
            announced, before = run.next_batch(), run.parameters[:-1].copy()
            assert run.train(1) == codes.OK
            assert sorted(announced) == np.flatnonzero(run.parameters[:-1] != before).tolist()
            used += announced.tolist()
        assert sorted(used) == list(range(samples))
        assert run.counters[codes.POSITION] == 0
        assert is_permutation(run.order)
    assert run.counters[codes.STEP] == 4 * -(-samples // batch)


@dtypes
def test_the_order_changes_at_an_epochs_end_and_only_there(dtype: type) -> None:
    run = make(1, (2, 3, 1), samples=40, batch=7, dtype=dtype)
    for epoch in range(1, 30):
        before = run.order.copy()
        run.train(5)
        assert (run.order == before).all()
        assert run.counters[codes.POSITION] == 35
        run.train(1)
        assert run.counters[codes.EPOCH] == epoch
        assert (run.order != before).sum() > 20
        assert is_permutation(run.order)


def test_the_generators_state_decides() -> None:
    run = make(2, (2, 3, 1), samples=40, batch=40)
    same, other_rng, other_network = run.copy(), run.copy(), run.copy()
    other_rng.chance[2] += np.uint64(1)
    other_network.parameters[:] = 0
    orders = []
    for each in (run, same, other_rng, other_network):
        each.train(3)
        orders.append(each.order.tolist())
    assert orders[0] == orders[1] == orders[3]
    assert orders[0] != orders[2]
    assert (run.chance == same.chance).all()
    assert (run.chance == other_network.chance).all()


def test_every_order_is_as_likely_as_any_other() -> None:
    """Chi-squared over the 24 orders of four samples; a shuffle that swaps with any place exceeds 100."""
    run, epochs = make(3, (1, 1), (), head="linear", samples=4, batch=4), 12_000
    counts: Counter[tuple[int, ...]] = Counter()
    moves: Counter[tuple[int, ...]] = Counter()
    for _ in range(epochs):
        before = run.order.copy()
        run.train(1)
        counts[tuple(run.order)] += 1
        moves[tuple(int(np.flatnonzero(before == each)[0]) for each in run.order)] += 1
    for found in (counts, moves):
        expected = epochs / factorial(4)
        assert len(found) == 24
        assert sum((count - expected) ** 2 / expected for count in found.values()) < 60


@dtypes
def test_the_last_partial_batch_is_the_mean_over_its_own_size(dtype: type) -> None:
    """Plain SGD moves by rate times the gradient that `gradients` gives for just these samples."""
    run = make(4, (2, 6, 3), "tanh", "softmax_cross_entropy", Rule(rate=0.5), batch=8, samples=21, dtype=dtype)
    run.train(2)
    last = run.next_batch()
    assert last.size == 5
    before, gradient = run.parameters.astype(float), run.gradients(*run.columns(last))[1].astype(float)
    run.train(1)
    assert error(run.parameters - before, -0.5 * gradient) <= {np.float64: 1e-13, np.float32: 1e-5}[dtype]


@dtypes
def test_a_batch_larger_than_the_data_is_all_of_it(dtype: type) -> None:
    run = make(5, (2, 5, 1), batch=23, samples=23, dtype=dtype)
    larger = run.copy()
    larger.settings[codes.BATCH_SIZE] = 5000
    run.train(20)
    larger.train(20)
    assert run.counters[codes.EPOCH] == larger.counters[codes.EPOCH] == 20
    assert larger.content() == run.content()


def test_a_run_goes_on_in_the_middle_of_an_epoch() -> None:
    """A state that was kept (as a file keeps it) and put into new arrays continues where it was."""
    run = make(6, (2, 5, 1), rule=Rule("adam"), batch=4, samples=30)
    run.train(11)
    kept = run.copy()
    assert kept.counters[codes.POSITION] == 12
    run.train(100)
    kept.train(100)
    assert kept.content() == run.content()
