"""What must be true of the numbers of a run in a model file: only what a run can have reached goes on.

Owns these rules; knows nothing of bytes, or of how tensors are called in a file.
"""

from __future__ import annotations

import numpy as np

from playground.engine.layout import Layout
from playground.engine.state import BEST_EPOCH, EARLY_BEST, PLATEAU_BEST, PLATEAU_RATE, Floats, RunState
from playground.exchange.container import Unreadable
from playground.exchange.progress import Progress
from playground.experiment.optimizers import Adam, AdamW, Nadam
from playground.experiment.training import Training
from playground.run.recording import CURVES, WITHOUT_VALIDATION, Record
from playground.run.snapshot import HISTORY_COLUMNS, PROBE_COLUMNS

NEVER_NEGATIVE = [place for place, name in enumerate(PROBE_COLUMNS) if name != "activation_mean"]
SATURATED = PROBE_COLUMNS.index("saturated_share")
LOSSES, ACCURACIES, COUNTS = (
    [place for place, name in enumerate(HISTORY_COLUMNS) if name in names]
    for names in (
        ("train_loss", "test_loss", "penalty", "validation_loss"),
        ("train_accuracy", "test_accuracy", "validation_accuracy"),
        ("step", "clipped_steps"),
    )
)
ROUNDING = 1e-3
"""How far below 0, or above 1, a mean of many terms may come out."""


def check_run(state: RunState, layout: Layout, progress: Progress, training: Training) -> None:
    """Refuse a state that no run can have reached."""
    _check_rules(state, layout, progress)
    _check_memory(state, training)
    _check_spent(progress, training)
    if (state.probes[:, NEVER_NEGATIVE] < 0.0).any() or is_beyond_one(state.probes):
        raise Unreadable("is not consistent: run/probes holds counts, sizes or shares that no layer has")
    if progress.clipped > progress.step:
        sentence = "is not consistent: {given} of {steps} steps cannot have been clipped"
        raise Unreadable(sentence, given=progress.clipped, steps=progress.step)
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


def _check_memory(state: RunState, training: Training) -> None:
    """What the optimizer remembers."""
    if (state.slots[1] < 0.0).any():
        raise Unreadable("is not consistent: opt/slots holds a mean of squares below 0")
    corrected = isinstance(training.optimizer, (Adam, AdamW, Nadam))
    if corrected and (state.powers[:2] == 1.0).any() and state.slots.any():
        raise Unreadable("is not consistent: opt/powers says that no step was made, and opt/slots remembers some")


def _check_spent(progress: Progress, training: Training) -> None:
    """Rules that have ended the run before are rules that there are."""
    for reason in progress.spent:
        if reason == "early_stopping" or getattr(training.stop, reason) is None or progress.spent.count(reason) > 1:
            raise Unreadable("is not consistent: {reason} is no rule that can have ended it before", reason=reason)


def is_beyond_one(probes: Floats) -> bool:
    """Whether a share of saturated units is none."""
    return bool((probes[..., SATURATED] > 1.0 + ROUNDING).any())


def _not_shares(accuracies: Floats) -> bool:
    return bool(((accuracies < 0.0) | (accuracies > 1.0 + ROUNDING)).any())


def check_record(record: Record, progress: Progress) -> None:
    """Epochs are multiples of the stride without a gap: so thinning always makes room, and a run cannot hang."""
    if not len(record.rows):
        return
    if (record.rows[:, CURVES:WITHOUT_VALIDATION] < 0.0).any() or (record.probes[:, :, NEVER_NEGATIVE] < 0.0).any():
        raise Unreadable("is not consistent: its history holds counts or sizes below 0")
    if (record.sizes < 0.0).any() or (record.sizes % 1.0 > 0.0).any():
        raise Unreadable("is not consistent: its history holds layers of a size that no layer has")
    if (
        (record.rows[:, LOSSES] < -ROUNDING).any()
        or _not_shares(record.rows[:, ACCURACIES])
        or is_beyond_one(record.probes)
    ):
        raise Unreadable("is not consistent: its history holds a loss below 0, or an accuracy or a share that is none")
    counts = record.rows[:, COUNTS]
    if (np.diff(counts, axis=0) < 0.0).any() or (counts > (progress.step, progress.clipped)).any():
        raise Unreadable("is not consistent: its history counts steps that its run has not made")
    epochs = record.rows[:, 0]
    regular = np.array_equal(epochs, epochs[0] + progress.stride * np.arange(len(epochs), dtype=np.float64))
    ends = progress.epoch - progress.stride < epochs[-1] <= progress.epoch
    if not regular or epochs[0] < 0 or epochs[0] % progress.stride or not ends:
        raise Unreadable("is not consistent: history/rows does not count its epochs")
