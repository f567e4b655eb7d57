"""Nothing that a user can change compiles anew, and every entry is compiled the way the notes promise."""

from __future__ import annotations

import numpy as np
import pytest

import kernels
from kernels.compiling import cache
from kernels.plan import codes
from tests.cases import cases
from tests.kernels.drawing import HIDDEN, draw, rule_for
from tests.kernels.networks import DTYPES, Rule, Run, make, prepare, together
from tests.kernels.processes import compiled, dispatchers
from tests.reference import SCHEDULES

COMPILED = {name: each for name, each in dispatchers().items() if hasattr(each, "targetoptions")}
pytestmark = pytest.mark.skipif(not COMPILED, reason="the compiler is switched off (NUMBA_DISABLE_JIT)")


def entries() -> list[str]:
    """What is kept on disk: the functions that Python calls."""
    return [name for name, each in COMPILED.items() if each.stats.cache_path is not None]


def touch_everything(run: Run) -> None:
    run.train(3, stride=1)
    run.evaluate(), run.activations(), run.gradients(), run.penalty(), run.losses(run.arrays["parameters"])


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_edit_compiles_anew(dtype: type) -> None:
    kernels.warm(dtype)
    touch_everything(make(0, (2, 4, 1), dtype=dtype))
    before = compiled()
    for depth in range(8):
        touch_everything(make(1, (2, *[3 + depth] * depth, 1), dtype=dtype))
    for activation in HIDDEN:
        touch_everything(make(2, (3, 5, 2), activation, dtype=dtype))
    for number in range(110):
        touch_everything(prepare(draw(number, samples=40), rule_for(number), dtype=dtype))
    for schedule in SCHEDULES:
        rule = Rule(schedule=schedule, every=3, early_patience=2, monitor="test_loss", stop_loss=1e-9)
        touch_everything(make(3, (2, 4, 1), "relu", rule=rule, dtype=dtype))
    touch_everything(together([make(seed, (2, 4, 1), dtype=dtype) for seed in range(3)]))
    for batch in (1, 16, 500):
        touch_everything(make(4, (2, 4, 1), batch=batch, samples=300, dtype=dtype))
    touch_everything(make(5, (2, 4, 1), head="linear", tests=0, samples=1, dtype=dtype))
    run = make(6, (2, 4, 1), dtype=dtype)
    for steps, stride in ((np.int64(2), np.int64(1)), (True, False)):
        run.counters[codes.RECORDS] = 0
        run.train(int(steps), int(stride))
    assert compiled() == before


def test_there_is_one_machine_code_for_each_number_type() -> None:
    for dtype in DTYPES:
        touch_everything(make(7, (2, 4, 1), dtype=dtype))
    assert len(COMPILED["kernels.runs.run"].signatures) == 2


def test_every_entry_is_kept_on_disk() -> None:
    if cache.FOLDER is None:
        pytest.skip("no folder for compiled kernels can be written here")
    of_training = {name for name in entries() if not name.startswith("kernels.bends.")}  # these, where a test asks
    assert of_training == {"kernels.runs.run"}, "each piece of training is compiled once"
    for name in entries():
        assert COMPILED[name].stats.cache_path.startswith(str(cache.FOLDER))


@cases("name", COMPILED)
def test_compiler_options(name: str) -> None:
    options = COMPILED[name].targetoptions
    assert options.get("nogil") is True, "the window would stand still"
    assert options.get("error_model") == "numpy", "a division would raise"
    assert not options.get("fastmath"), "every NaN test would be deleted"
    assert not options.get("parallel"), "a thread pool would be started"
    assert not options.get("boundscheck")
    assert options.get("nopython") is True
