"""The description of how far a run in a model file is, and what must be true of a run that can go on.

Owns the fields of that description and the rules between them and the tensors; knows nothing of bytes or of how tensors
are called.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Meta

from playground.engine.layout import Layout
from playground.engine.state import BEST_EPOCH, EARLY_BEST, NOISE_SEED, PLATEAU_BEST, PLATEAU_RATE, RunState
from playground.exchange.container import Unreadable
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint
from playground.run.recording import CURVES, Record
from playground.run.snapshot import PROBE_COLUMNS, Divergence
from playground.run.stopping import REASONS, Reason, Stopped, stopped_by

NEVER_NEGATIVE = [place for place, name in enumerate(PROBE_COLUMNS) if name != "activation_mean"]
MOST = 2**52
"""Half of what JSON can tell exactly: a run that goes on from the largest numbers can still be saved."""
Count = Annotated[int, Meta(ge=0, le=MOST)]
Seed = Annotated[int, Meta(ge=0, le=2**53)]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a run diverged: the first bad step, its epoch, the layer counted from 0, the training sample if known."""

    step: Count
    epoch: Count
    layer: Count
    sample: Count | None = None


class Progress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a run is; `stride` is the number of epochs between two rows of the history from now on.

    noise_seed: what dropout and noise are drawn from; without it, the experiment's. clipped: steps in which clipping
    changed the gradient. stopped: the rule that has ended the run; spent: rules that did so before and do no more.
    """

    dtype: Literal["float32", "float64"]
    step: Count
    epoch: Count
    position: Count
    stride: Annotated[int, Meta(ge=1, le=MOST)]
    divergence: Fault | None
    noise_seed: Seed | None = None
    clipped: Count = 0
    stopped: Reason | None = None
    spent: Annotated[tuple[Reason, ...], Meta(max_length=5)] = ()


def progress_of(checkpoint: Checkpoint) -> Progress | None:
    """The description of a run; None for an experiment that was never trained."""
    state, fault = checkpoint.state, checkpoint.divergence
    if state is None:
        return None
    stride = 1 if checkpoint.record is None else checkpoint.record.stride
    dtype: Any = str(state.parameters.dtype)
    broken = None if fault is None else Fault(fault.step, fault.epoch, fault.layer, fault.sample)
    stopped = None if checkpoint.stopped is None else checkpoint.stopped.reason
    spent = tuple(reason for reason in REASONS if reason in checkpoint.spent)
    return Progress(
        dtype, state.step, state.epoch, state.position, stride, broken, int(state.counters[NOISE_SEED]),
        state.clipped_steps, stopped, spent,
    )  # fmt: skip


def check_run(state: RunState, layout: Layout, progress: Progress) -> None:
    """Refuse a state from which no run can go on."""
    _check_rules(state, layout, progress)
    samples = state.order.size
    if not np.array_equal(np.sort(state.order), np.arange(samples)):
        raise Unreadable("is not consistent: run/order does not name every training point once")
    if not state.chance.any():
        raise Unreadable("is not consistent: run/chance is no state of a random generator")
    if not ((state.powers >= 0.0) & (state.powers <= 1.0)).all():
        raise Unreadable("is not consistent: opt/powers must lie between 0 and 1")
    if progress.position >= samples:
        sentence = "is not consistent: it stands at sample {given} of {count}"
        raise Unreadable(sentence, given=progress.position, count=samples)
    if progress.step < progress.epoch:
        sentence = "is not consistent: {epochs} epochs cannot be done in {steps} steps"
        raise Unreadable(sentence, epochs=progress.epoch, steps=progress.step)


def _check_rules(state: RunState, layout: Layout, progress: Progress) -> None:
    """What schedule, early stopping and normalizations go by."""
    best = [PLATEAU_BEST, EARLY_BEST]
    others = np.delete(state.watch, best)
    if np.isnan(state.watch).any() or not (np.isfinite(others) & (others >= 0.0)).all():
        raise Unreadable("is not consistent: run/watch has values that no run can have")
    if state.watch[PLATEAU_RATE] > 1.0 or state.watch[BEST_EPOCH] > progress.epoch:
        raise Unreadable("is not consistent: run/watch has values that no run can have")
    for parameters in (state.parameters, state.best):
        for index in range(len(layout.slots) if parameters.size else 0):
            if (layout.statistics(parameters, index)[1] < 0.0).any():
                raise Unreadable(f"is not consistent: {layout.layer_name(index)} has a variance below 0")


def stopped_of(experiment: Experiment, state: RunState, progress: Progress, tested: bool) -> Stopped | None:
    """The rule that has ended the run; it must be one of the experiment's."""
    reason, training = progress.stopped, experiment.training
    if reason is None:
        return None
    rule = training.early_stopping if reason == "early_stopping" else getattr(training.stop, reason)
    if rule is None:
        raise Unreadable(f"is not consistent: it was ended by {reason}, and its experiment has no such rule")
    return stopped_by(reason, training, progress.epoch, int(state.watch[BEST_EPOCH]), tested)


def check_record(record: Record, progress: Progress) -> None:
    """Epochs are multiples of the stride without a gap: so thinning always makes room, and a run cannot hang."""
    if not len(record.rows):
        return
    if (record.rows[:, CURVES:] < 0.0).any() or (record.probes[:, :, NEVER_NEGATIVE] < 0.0).any():
        raise Unreadable("is not consistent: its history holds counts or sizes below 0")
    if (record.sizes < 0.0).any() or (record.sizes % 1.0 > 0.0).any():
        raise Unreadable("is not consistent: its history holds layers of a size that no layer has")
    epochs = record.rows[:, 0]
    regular = np.array_equal(epochs, epochs[0] + progress.stride * np.arange(len(epochs), dtype=np.float64))
    ends = progress.epoch - progress.stride < epochs[-1] <= progress.epoch
    if not regular or epochs[0] < 0 or epochs[0] % progress.stride or not ends:
        raise Unreadable("is not consistent: history/rows does not count its epochs")


def divergence_of(fault: Fault | None, layout: Layout, samples: int) -> Divergence | None:
    """Where the run diverged."""
    if fault is None:
        return None
    last = len(layout.slots) - 1
    if fault.layer > last:
        raise Unreadable(f"is not consistent: it diverged in layer {fault.layer + 1} of {last + 1}")
    if fault.sample is not None and fault.sample >= samples:
        sentence = "is not consistent: it diverged at training sample {given} of {count}"
        raise Unreadable(sentence, given=fault.sample, count=samples)
    return Divergence(fault.step, fault.epoch, fault.layer, layout.layer_name(fault.layer), fault.sample)
