"""The description of how far a run in a model file is, and what has ended it.

Owns the fields of that description, and what they must say of one another; knows nothing of bytes or tensors.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from playground.engine.layout import Layout
from playground.engine.state import BEST_EPOCH, NOISE_SEED, RunState
from playground.exchange.container import Unreadable
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint
from playground.run.snapshot import PROBE_COLUMNS, Divergence, SealedLook
from playground.run.stopping import REASONS, Reason, Stopped, Watched, stopped_by

NEVER_NEGATIVE = [place for place, name in enumerate(PROBE_COLUMNS) if name != "activation_mean"]
MOST = 2**52
"""Half of what JSON can tell exactly: a run that goes on from the largest numbers can still be saved."""
Count = Annotated[int, Meta(ge=0, le=MOST)]
MOST_SEED = 2**53
Seed = Annotated[int, Meta(ge=0, le=MOST_SEED)]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a run diverged: the first bad step, its epoch, the layer counted from 0, the training sample if known."""

    step: Count
    epoch: Count
    layer: Count
    sample: Count | None = None


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The latest look at a sealed test set, as `playground.run.snapshot.SealedLook`."""

    number: Annotated[int, Meta(ge=1, le=MOST)]
    step: Count
    epoch: Count
    loss: float
    accuracy: Annotated[float, Meta(ge=0.0, le=1.001)] | None = None


class Progress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a run is; `stride` is the number of epochs between two rows of the history from now on.

    noise_seed: what dropout and noise are drawn from; without it, the experiment's. clipped: steps in which clipping
    changed the gradient. stopped: the rule that has ended the run; spent: rules that did so before and do no more.
    test_look: of a sealed test set.
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
    test_look: Look | None = None


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
        state.clipped_steps, stopped, spent, saved_look(checkpoint.test_look),
    )  # fmt: skip


def saved_look(look: SealedLook | None) -> Look | None:
    """The description of a look."""
    return None if look is None else Look(look.number, look.step, look.epoch, look.loss, look.accuracy)


def look_of(look: Look | None) -> SealedLook | None:
    """The latest look at the sealed test set; it stays when the seal is taken away, and is there when it is back."""
    if look is None:
        return None
    return SealedLook(look.number, look.step, look.epoch, look.loss, look.accuracy)


def stopped_of(experiment: Experiment, state: RunState, progress: Progress, watched: Watched) -> Stopped | None:
    """The rule that has ended the run; it must be one of the experiment's."""
    reason, training = progress.stopped, experiment.training
    if reason is None:
        return None
    rule = training.early_stopping if reason == "early_stopping" else getattr(training.stop, reason)
    last = training.stop.epochs
    if reason == "epochs" and last is not None and progress.epoch < last:
        sentence = "is not consistent: it was ended by its rule for epoch {limit}, and stands at epoch {given}"
        raise Unreadable(sentence, limit=last, given=progress.epoch)
    if rule is None:
        raise Unreadable(f"is not consistent: it was ended by {reason}, and its experiment has no such rule")
    return stopped_by(reason, training, progress.epoch, int(state.watch[BEST_EPOCH]), watched)


def divergence_of(progress: Progress, layout: Layout, samples: int) -> Divergence | None:
    """Where the run diverged."""
    fault, step, epoch = progress.divergence, progress.step, progress.epoch
    if fault is None:
        return None
    last = len(layout.slots) - 1
    if fault.layer > last:
        raise Unreadable(f"is not consistent: it diverged in layer {fault.layer + 1} of {last + 1}")
    if fault.sample is not None and fault.sample >= samples:
        sentence = "is not consistent: it diverged at training sample {given} of {count}"
        raise Unreadable(sentence, given=fault.sample, count=samples)
    if (fault.step, fault.epoch) != (step + 1, epoch):
        raise Unreadable("is not consistent: it diverged elsewhere than in the step after its last one")
    return Divergence(fault.step, fault.epoch, fault.layer, layout.layer_name(fault.layer), fault.sample)
