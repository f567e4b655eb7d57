"""The learning rate in force, epoch by epoch and step by step, against PyTorch's schedulers and plain formulas."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kernels.learning import schedules
from kernels.plan import codes
from tests.kernels.mirror import pytorch
from tests.kernels.opened import opened

rate_in_force, swing = opened(schedules.rate_in_force), opened(schedules.swing)
SAMPLES, BATCH, PER_EPOCH = 50, 16, 4
RATE = 0.03


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytorch()


def rate(
    schedule: int, epoch: int, position: int = 0, every: float = 10, factor: float = 0.5, plateau: float = 1
) -> float:
    settings, hyperparameters = np.zeros(codes.SETTINGS, np.int64), np.zeros(codes.HYPERPARAMETERS)
    counters, watch = np.zeros(codes.COUNTERS, np.int64), np.zeros(codes.WATCH)
    settings[codes.SCHEDULE], settings[codes.BATCH_SIZE] = schedule, BATCH
    hyperparameters[[codes.LEARNING_RATE, codes.SCHEDULE_EVERY, codes.SCHEDULE_FACTOR]] = RATE, every, factor
    counters[codes.EPOCH], counters[codes.POSITION], watch[codes.PLATEAU_RATE] = epoch, position, plateau
    return float(rate_in_force(settings, hyperparameters, counters, watch, SAMPLES))


def rates_of_torch(torch: Any, make: Callable[[Any], Any], count: int) -> list[float]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    scheduler, found = make(optimizer), []
    for _ in range(count):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def test_constant_is_the_rate_itself() -> None:
    assert rate(codes.CONSTANT, 123, 48) == RATE


def test_step_and_exponential_as_pytorch(torch: Any) -> None:
    schedulers = torch.optim.lr_scheduler
    steps = rates_of_torch(torch, lambda o: schedulers.StepLR(o, 10, 0.5), 95)
    assert [rate(codes.STEP_SCHEDULE, epoch) for epoch in range(95)] == pytest.approx(steps, rel=1e-14)
    decays = rates_of_torch(torch, lambda o: schedulers.ExponentialLR(o, 0.97), 300)
    assert [rate(codes.EXPONENTIAL, epoch, factor=0.97) for epoch in range(300)] == pytest.approx(decays, rel=1e-12)


@pytest.mark.parametrize("smallest", [0.0, 0.1])
def test_cosine_as_pytorch_and_flat_afterwards(torch: Any, smallest: float) -> None:
    make = torch.optim.lr_scheduler.CosineAnnealingLR
    expected = rates_of_torch(torch, lambda o: make(o, 40, smallest * RATE), 41)
    found = [rate(codes.COSINE, epoch, every=40, factor=smallest) for epoch in range(41)]
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert found[0] == RATE
    assert rate(codes.COSINE, 1000, every=40, factor=smallest) == found[-1] == smallest * RATE


@pytest.mark.parametrize("epochs", [1, 3, 25])
def test_one_cycle_as_pytorch_step_by_step_and_flat_afterwards(torch: Any, epochs: int) -> None:
    steps, make = epochs * PER_EPOCH, torch.optim.lr_scheduler.OneCycleLR
    expected = rates_of_torch(torch, lambda o: make(o, RATE, total_steps=steps, cycle_momentum=False), steps - 1)
    expected.append(RATE / 25 / 1e4)
    found = [rate(codes.ONE_CYCLE, k // PER_EPOCH, k % PER_EPOCH * BATCH, epochs) for k in range(steps + 5)]
    assert found[:steps] == pytest.approx(expected, rel=1e-10)
    assert found[steps:] == [found[steps - 1]] * 5


def test_warm_up_grows_by_equal_amounts_to_the_rate() -> None:
    found = [rate(codes.WARM_UP, k // PER_EPOCH, k % PER_EPOCH * BATCH, every=3) for k in range(15)]
    assert found == pytest.approx([RATE * min(1, (k + 1) / 12) for k in range(15)], rel=1e-15)


def test_plateau_takes_what_the_monitor_has_found() -> None:
    assert rate(codes.REDUCE_ON_PLATEAU, 7, plateau=0.25) == RATE / 4


def test_cosine_is_exact_where_it_matters_and_close_everywhere() -> None:
    assert (swing(0.0), swing(1.0)) == (1.0, -1.0)
    for x in np.linspace(0, 1, 1001):
        assert abs(swing(float(x)) - math.cos(math.pi * x)) < 1e-15
