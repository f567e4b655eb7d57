"""The sentences about a run that has diverged: where, why, and what was tried and helps.

Owns these sentences and the names of the cures; knows nothing of how causes are found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground import numbers as formats
from playground.run.snapshot import Divergence

if TYPE_CHECKING:  # what finds causes loads the kernels, and only its values are read here
    from playground.causes.divergence import Cause, Cure, Diagnosis
    from playground.experiment.changing import Change

RESET = "Reset"
SEVERAL = "Calmer settings"
LOOKING = "Looking for the cause …"
BY_HAND = (
    "A fresh run of these settings does not diverge: what was changed on the way brought it about. Reset to go on."
)
UNTRIED = "It came too late in the run to try cures. Only a reset is left."
NOTHING_HELPS = "Of the changes that were tried none makes such a run learn. Only a reset is left."
STILL_BREAKS = "Of the changes that were tried none keeps such a run from diverging. Only a reset is left."
NO_RATE = "Nothing is learned at rate 0."
CAUSES: dict[Cause, str] = {
    "penalty": "Cause: rate × L2 is {figure}; above {limit} weights grow at every step.",
    "decay": "Cause: rate × decay is {figure}; above {limit} weights grow.",
    "numerics": "Cause: the naive soft-max overflows.",
    "inputs": "Cause: unscaled inputs, up to {figure}, make steps too large.",
    "start": "Cause: the initial weights, which are too large.",
    "rate": "Cause: the learning rate, which is too high.",
    "several": "Cause: several settings at once; no single change helps.",
    "by_hand": BY_HAND,
}
CURES: dict[str, tuple[str, str]] = {
    "training.l2": ("Lower L2", "L2 {value}"),
    "training.optimizer.weight_decay": ("Lower weight decay", "decay {value}"),
    "training.numerics": ("Use the stable soft-max", "the stable soft-max"),
    "data.scaling": ("Scale the inputs", "scaled inputs"),
    "training.initializer": ("Smaller initial weights", "Xavier weights"),
    "training.learning_rate": ("Lower learning rate", "rate {value}"),
}
"""By the path that a cure changes: the name of the edit, and what a run is then made with."""


def diverged_text(divergence: Divergence) -> str:
    """Where a run stopped being finite, in few words."""
    return f"diverged at step {formats.spaced(divergence.step)} in {divergence.layer_name}"


def diverged_sentence(divergence: Divergence) -> str:
    """Where a run stopped being finite, and what that means."""
    step, epoch = formats.spaced(divergence.step), formats.spaced(divergence.epoch)
    at = "" if divergence.sample is None else f" at training sample {formats.spaced(divergence.sample)}"
    return (
        f"Diverged at step {step} (epoch {epoch}) in {divergence.layer_name}{at}: the numbers grew too large to "
        "compute with; the last finite state is kept."
    )


def cause_sentence(diagnosis: Diagnosis) -> str:
    """Why it diverged, and what helps."""
    if not diagnosis.cures:
        return _cause(diagnosis)
    cures = " or ".join(map(_remedy, diagnosis.cures))
    if not diagnosis.learns:
        return f"{_cause(diagnosis)} Tried, and no longer diverges: {cures}. {NO_RATE}"
    return f"{_cause(diagnosis)} Tried, and helps: {cures}."


def cause_alone(diagnosis: Diagnosis) -> str:
    """Why it diverged, or that nothing helps: what is said beside buttons that are the cures."""
    return f"{_cause(diagnosis)} {NO_RATE}" if diagnosis.cures and not diagnosis.learns else _cause(diagnosis)


def _cause(diagnosis: Diagnosis) -> str:
    if diagnosis.cause == "unknown":
        if not diagnosis.steps:
            return UNTRIED
        return NOTHING_HELPS if diagnosis.learns else STILL_BREAKS
    figure, limit = formats.plain(diagnosis.figure, 3), formats.plain(diagnosis.limit, 3)
    return CAUSES[diagnosis.cause].replace("{figure}", figure).replace("{limit}", limit)


def cure_label(cure: Cure) -> str:
    """What stands on a cure's button."""
    return f"{RESET} with {_remedy(cure)}"


def cure_name(cure: Cure) -> str:
    """The name of the edit that a cure is."""
    return CURES[cure.changes[0].path][0] if len(cure.changes) == 1 else SEVERAL


def _remedy(cure: Cure) -> str:
    *others, last = map(_change, cure.changes)
    return f"{', '.join(others)} and {last}" if others else last


def _change(change: Change) -> str:
    value = change.value if isinstance(change.value, str) else formats.plain(change.value, 3)
    return CURES[change.path][1].replace("{value}", value)
