"""Every optimizer, clip and limit against its formula, on packed parameters by themselves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kernels.learning import optimizers
from kernels.plan import arrangement, codes
from tests.cases import cases
from tests.kernels.mirror import pytorch
from tests.kernels.opened import opened

Array = NDArray[Any]
update = opened(optimizers.update)
SIZE = 32  # packed parameters; the first 20 are weights: four units with five inputs
WEIGHTS = 20
GIVEN = {"MOMENTUM": 0.9, "DECAY": 0.99, "EPSILON": 1e-8, "MOMENTUM_DECAY": 0.004}
TORCH: dict[str, tuple[int, dict[str, float], str, dict[str, Any]]] = {
    "sgd": (codes.SGD, {"MOMENTUM": 0.0}, "SGD", {}),
    "momentum": (codes.SGD, {}, "SGD", {"momentum": 0.9}),
    "nesterov": (codes.SGD, {"NESTEROV": 1}, "SGD", {"momentum": 0.9, "nesterov": True}),
    "rmsprop": (codes.RMSPROP, {"MOMENTUM": 0.0}, "RMSprop", {"alpha": 0.99}),
    "rmsprop with momentum": (codes.RMSPROP, {}, "RMSprop", {"alpha": 0.99, "momentum": 0.9}),
    "adam": (codes.ADAM, {}, "Adam", {"betas": (0.9, 0.99)}),
    "adagrad": (codes.ADAGRAD, {"EPSILON": 1e-10}, "Adagrad", {}),
    "adamw": (codes.ADAMW, {"WEIGHT_DECAY": 0.1}, "AdamW", {"betas": (0.9, 0.99), "weight_decay": 0.1}),
    "nadam": (codes.NADAM, {}, "NAdam", {"betas": (0.9, 0.99)}),
    "nadam that decays fast": (
        codes.NADAM, {"MOMENTUM_DECAY": 0.5}, "NAdam", {"betas": (0.9, 0.99), "momentum_decay": 0.5},
    ),
}  # fmt: skip


class Steps:
    """One run of an optimizer on made-up gradients."""

    def __init__(self, optimizer: int, dtype: type = np.float64, **given: float) -> None:
        values = {**GIVEN, **given}
        self.settings, self.hyperparameters = np.zeros(codes.SETTINGS, np.int64), np.zeros(codes.HYPERPARAMETERS)
        self.settings[codes.OPTIMIZER], self.settings[codes.NESTEROV] = optimizer, int(values.pop("NESTEROV", 0))
        for name, value in values.items():
            self.hyperparameters[getattr(codes, name)] = value
        self.packed, self.powers = np.zeros((arrangement.PACKED_ROWS, SIZE), dtype), np.ones(codes.POWERS)
        self.packed[arrangement.PARAMETERS] = np.random.default_rng(1).normal(size=SIZE)
        self.packed[arrangement.IS_WEIGHT, :WEIGHTS] = 1
        self.plan = np.zeros((1, arrangement.PLAN_COLUMNS), np.int64)
        self.plan[0, [arrangement.KIND, arrangement.N_IN, arrangement.N_OUT, arrangement.STRIDE]] = codes.DENSE, 5, 4, 5

    @property
    def w(self) -> Array:
        return self.packed[arrangement.PARAMETERS]

    def step(self, gradient: Array, rate: float = 0.01) -> int:
        self.packed[arrangement.GRADIENT] = gradient
        return int(update(self.settings, self.hyperparameters, rate, self.packed, self.powers, self.plan))


def gradients(count: int) -> Array:
    return np.random.default_rng(2).normal(size=(count, SIZE))


@pytest.fixture
def torch() -> Iterator[Any]:
    """PyTorch with numbers of its optimizers' state in float64: Nadam's product is in the default precision."""
    module = pytorch()
    before = module.get_default_dtype()
    module.set_default_dtype(module.float64)
    yield module
    module.set_default_dtype(before)


@pytest.mark.parametrize("name", TORCH)
def test_optimizer_as_pytorch(name: str, torch: Any) -> None:
    code, given, kind, options = TORCH[name]
    run = Steps(code, **given)
    weights, others = (torch.tensor(part.copy(), requires_grad=True) for part in (run.w[:WEIGHTS], run.w[WEIGHTS:]))
    groups = [{"params": [weights]}, {"params": [others], **({"weight_decay": 0.0} if kind == "AdamW" else {})}]
    epsilon = {} if kind == "SGD" else {"eps": given.get("EPSILON", 1e-8)}
    twin = getattr(torch.optim, kind)(groups, lr=0.01, **epsilon, **options)
    for count, gradient in enumerate(gradients(300)):
        rate = 0.01 * (1 + count % 3)
        for group in twin.param_groups:
            group["lr"] = rate
        weights.grad, others.grad = torch.tensor(gradient[:WEIGHTS]), torch.tensor(gradient[WEIGHTS:])
        twin.step()
        assert run.step(gradient, rate) == 0
    expected = np.concatenate([weights.detach().numpy(), others.detach().numpy()])
    assert np.abs(run.w - expected).max() < 1e-12


def test_nadam_keeps_its_running_products_over_many_steps() -> None:
    run = Steps(codes.NADAM)
    for _ in range(20_000):
        run.step(np.zeros(SIZE))
    product = math.prod(0.9 * (1 - 0.5 * 0.96 ** (t * 0.004)) for t in range(1, 101))
    assert run.powers[codes.MOMENTUM_DECAY_POWER] == pytest.approx(0.96 ** (20_000 * 0.004), rel=1e-11)
    short = Steps(codes.NADAM)
    for _ in range(100):
        short.step(np.zeros(SIZE))
    assert short.powers[codes.MOMENTUM_PRODUCT] == pytest.approx(product, rel=1e-12)


def test_lion_as_its_paper() -> None:
    run = Steps(codes.LION, WEIGHT_DECAY=0.2)
    w, m, is_weight = run.w.copy(), np.zeros(SIZE), np.arange(SIZE) < WEIGHTS
    for gradient in gradients(100):
        gradient[-1] = 0.0
        run.step(gradient)
        w = w * np.where(is_weight, 1 - 0.01 * 0.2, 1.0) - 0.01 * np.sign(0.9 * m + 0.1 * gradient)
        m = 0.99 * m + 0.01 * gradient
    assert np.abs(run.w - w).max() < 1e-13
    assert run.w[-1] == Steps(codes.LION).w[-1]


def test_penalties_touch_weights_only() -> None:
    run = Steps(codes.SGD, MOMENTUM=0.0, L1=0.3, L2=0.5)
    before = run.w.copy()
    assert run.step(np.zeros(SIZE)) == 0
    pull = np.where(np.arange(SIZE) < WEIGHTS, 0.3 * np.sign(before) + 0.5 * before, 0.0)
    assert np.abs(run.w - (before - 0.01 * pull)).max() < 1e-16


@pytest.mark.parametrize(("limit", "clipped"), [(0.5, 1), (1e3, 0)])
def test_clip_by_value_holds_each_component(limit: float, clipped: int) -> None:
    run, gradient = Steps(codes.SGD, MOMENTUM=0.0, CLIP_VALUE=limit), gradients(1)[0]
    before = run.w.copy()
    assert run.step(gradient) == clipped
    assert np.abs(run.w - (before - 0.01 * np.clip(gradient, -limit, limit))).max() < 1e-16


@pytest.mark.parametrize(("limit", "clipped"), [(0.5, 1), (1e3, 0)])
def test_clip_by_norm_scales_the_whole_gradient(limit: float, clipped: int) -> None:
    run, gradient = Steps(codes.SGD, MOMENTUM=0.0, CLIP_NORM=limit), gradients(1)[0]
    before = run.w.copy()
    assert run.step(gradient) == clipped
    factor = min(1.0, limit / (np.linalg.norm(gradient) + 1e-6))
    assert np.abs(run.w - (before - 0.01 * factor * gradient)).max() < 1e-16


@pytest.mark.parametrize("frozen", [0, 1])
def test_max_norm_holds_the_weights_into_each_unit(frozen: int) -> None:
    run = Steps(codes.SGD, MOMENTUM=0.0, MAX_NORM=1.5)
    run.plan[0, arrangement.FROZEN] = frozen
    before = run.w.copy()
    run.step(np.zeros(SIZE))
    norms = np.linalg.norm(before[:WEIGHTS].reshape(4, 5), axis=1)
    assert norms.max() > 1.5 > norms.min()
    factors = np.ones(4) if frozen else np.minimum(1.0, 1.5 / norms)
    assert np.abs(run.w[:WEIGHTS] - before[:WEIGHTS] * np.repeat(factors, 5)).max() < 1e-15
    assert np.array_equal(run.w[WEIGHTS:], before[WEIGHTS:])


def test_max_norm_holds_each_filter_of_a_convolution() -> None:
    run = Steps(codes.SGD, MOMENTUM=0.0, MAX_NORM=0.5)
    columns = [arrangement.KIND, arrangement.N_IN, arrangement.N_OUT, arrangement.STRIDE, arrangement.BIAS]
    run.plan[0, columns] = codes.CONVOLUTION, 64, 200, 10, WEIGHTS  # two filters of ten weights
    before = run.w.copy()
    run.step(np.zeros(SIZE))
    assert np.linalg.norm(run.w[:WEIGHTS].reshape(2, 10), axis=1) == pytest.approx([0.5, 0.5])
    assert np.array_equal(run.w[WEIGHTS:], before[WEIGHTS:])


def test_max_norm_leaves_gains_alone() -> None:
    run = Steps(codes.SGD, MOMENTUM=0.0, MAX_NORM=0.1)
    run.plan[0, arrangement.KIND] = codes.BATCH_NORM
    before = run.w.copy()
    run.step(np.zeros(SIZE))
    assert np.array_equal(run.w, before)


@pytest.mark.parametrize("dtype", [np.float64, pytest.param(np.float32, marks=pytest.mark.long)])
@cases("optimizer", range(7))
def test_nothing_moves_without_gradient_and_moments(optimizer: int, dtype: type) -> None:
    run = Steps(optimizer, dtype)
    before = run.w.copy()
    for _ in range(3):
        run.step(np.zeros(SIZE))
    assert np.array_equal(run.w, before)
