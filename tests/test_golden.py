"""The same experiment gives the same bytes as when it was last decided upon: the golden table, on every processor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from playground.data import DATASETS
from playground.data.features import FEATURES
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment
from playground.experiment.layers import LAYER_KINDS, activation_of, is_frozen, kind_of
from playground.experiment.optimizers import OPTIMIZERS, optimizer_choice
from playground.experiment.schedules import SCHEDULES, schedule_choice
from playground.experiment.training import INITIALIZERS, LOSSES
from playground.run.stopping import REASONS
from tests.golden import table
from tests.kernels.processes import fresh_process, has_avx2
from tests.playground.data.recipes.test_points import DIGESTS as MADE_ALIKE

DECISION = """These runs no longer give the bytes of the golden table: {names}.
That is a decision, not a detail: runs saved by an earlier version go on differently. If it is meant to be,
    python -m tests.golden.regenerate "why they change"
prints what changed and writes the new digests with the reason among the table's notes; if more than a detail changed,
write a page in docs/decisions too."""

SCRIPT = """
import json, sys
from tests.golden import table
json.dump(table.digests(sys.argv[1]), sys.stdout)
"""


def expected(precision: str) -> dict[str, str]:
    return {name: run[precision] for name, run in table.read()["runs"].items()}


def compare(found: dict[str, str], precision: str) -> None:
    wanted = expected(precision)
    assert list(found) == list(wanted)
    changed = [name for name in found if found[name] != wanted[name]]
    assert not changed, DECISION.format(names="; ".join(changed))


def experiments() -> list[Experiment]:
    return [table.experiment_of(run, "float32") for run in table.read()["runs"].values()]


@pytest.mark.parametrize("precision", table.PRECISIONS)
def test_every_run_gives_the_digest_of_the_table(precision: str) -> None:
    compare(table.digests(precision), precision)


@pytest.mark.long  # tests/kernels/test_processors.py asks another processor for something in every run
@pytest.mark.parametrize("precision", table.PRECISIONS)
@pytest.mark.parametrize("processor", [None, "generic", "haswell"])
@pytest.mark.timeout(600)  # compiles if tests/kernels/test_processors.py has not yet done so for this processor
def test_a_process_for_any_processor_gives_them_too(processor: str | None, precision: str) -> None:
    if processor == "haswell" and not has_avx2():
        pytest.skip("this processor cannot run code for a haswell")
    compare(json.loads(fresh_process(SCRIPT, precision, NUMBA_CPU_NAME=processor)), precision)


# -- what the table holds ---------------------------------------------------------------------------------------------


def names_in(values: list[Experiment]) -> Iterator[tuple[str, str]]:
    """Everything that the experiments make use of: (what it is, its name)."""
    for experiment in values:
        training, data, layers = experiment.training, experiment.data, experiment.network.layers
        yield "data set", data.source.name
        yield "scaling", data.scaling
        yield "loss", training.loss
        yield "head", f"{experiment.head.activation} {experiment.head.loss}"
        yield "optimizer", optimizer_choice(training.optimizer)
        yield "schedule", schedule_choice(training.schedule)
        yield "initializer", training.initializer
        yield "numerics", f"{training.numerics} {experiment.head.loss}"
        yield "class weights", type(training.class_weights).__name__
        yield from (("feature", name) for name in data.features)
        for field in ("clip_norm", "clip_value", "max_norm", "l1", "l2", "label_smoothing", "initial_bias"):
            if getattr(training, field):
                yield "setting", field
        for layer in layers:
            yield "layer", kind_of(layer).kind
            yield "activation", activation_of(layer)
            yield "frozen", str(is_frozen(layer))
        for field in ("position_noise", "label_noise", "imbalance"):
            if getattr(data.imperfections, field):
                yield "flaw", field


def test_the_table_holds_everything_there_is_to_choose() -> None:
    """What is added to the program is added to the table as well."""
    wanted: dict[str, Any] = {
        "data set": set(DATASETS) - set(MADE_ALIKE),
        "scaling": ("none", "standardize", "min_max"),
        "loss": LOSSES,
        "head": [
            "tanh squared_error", "linear squared_error", "linear huber", "linear absolute", "linear hinge",
            "sigmoid binary_cross_entropy", "softmax softmax_cross_entropy", "sigmoid focal", "softmax focal",
        ],
        "optimizer": OPTIMIZERS,
        "schedule": SCHEDULES,
        "initializer": INITIALIZERS,
        "numerics": [
            f"{numerics} {loss}_cross_entropy" for numerics in ("stable", "naive") for loss in ("binary", "softmax")
        ],
        "class weights": ("NoneType", "str", "tuple"),
        "feature": FEATURES,
        "setting": ("clip_norm", "clip_value", "max_norm", "l1", "l2", "label_smoothing", "initial_bias"),
        "layer": LAYER_KINDS,
        "activation": ACTIVATIONS,
        "frozen": ("True", "False"),
        "flaw": ("position_noise", "label_noise", "imbalance"),
    }  # fmt: skip
    found = set(names_in(experiments()))
    assert {(what, name) for what, names in wanted.items() for name in names} - found == set()


def test_rules_and_clips_of_the_table_do_act() -> None:
    sessions = [table.trained(run, "float32") for run in table.read()["runs"].values()]
    assert {each.stopped.reason for each in sessions if each.stopped} == {*REASONS} - {"seconds"}
    assert not any(each.divergence for each in sessions)
    for field in ("clip_norm", "clip_value"):
        assert any(getattr(each.experiment.training, field) and each.state.clipped_steps for each in sessions)
    waiting = [each for each in sessions if schedule_choice(each.experiment.training.schedule) == "reduce_on_plateau"]
    assert any(each.learning_rate < each.experiment.training.learning_rate for each in waiting)


def test_digests_differ_from_run_to_run_and_every_change_has_a_note() -> None:
    content = table.read()
    every = [*expected("float32").values(), *expected("float64").values()]
    assert len(set(every)) == len(every) >= 60
    assert all(note["why"].strip() for note in content["notes"])
    sealed = (
        "digests of the golden table were changed by hand; python -m tests.golden.regenerate writes them with a note"
    )
    assert content["notes"][-1]["seal"] == table.seal(content["runs"]), sealed
    assert table.PATH.read_text("utf-8") == table.as_text(content)
