"""Why a run came to an end by one of its own rules, and the sentence that says so.

Owns the reasons and their wording; knows nothing of how a run is advanced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from playground.experiment.training import Training

Reason = Literal["early_stopping", "loss", "accuracy", "epochs", "seconds"]
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A run that one of its rules has ended: which one, the epoch where it stands, and the sentence for the user."""

    reason: Reason
    epoch: int
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def stopped_by(reason: Reason, training: Training, epoch: int, best_epoch: int, tested: bool) -> Stopped:
    """The end of a run at `epoch`; `tested`: whether there is a test set to watch."""
    rules, early = training.stop, training.early_stopping
    judged = "test" if tested else "training"
    match reason:
        case "early_stopping":
            watched = "training" if early is not None and early.monitor == "train_loss" else judged
            patience = _counted(0 if early is None else early.patience, "epoch")
            sentence = (
                f"Stopped early at epoch {epoch:,}: no better {watched} loss for {patience}; "
                f"the best weights, of epoch {best_epoch:,}, are back."
            )
        case "loss":
            sentence = f"Stopped at epoch {epoch:,}: the training loss has reached {rules.loss:g}."
        case "accuracy":
            sentence = (
                f"Stopped at epoch {epoch:,}: the {judged} accuracy has reached {100 * (rules.accuracy or 0):g} %."
            )
        case "epochs":
            sentence = f"Stopped at epoch {epoch:,}: the run was to take {_counted(rules.epochs or 0, 'epoch')}."
        case "seconds":
            allowed = f"{rules.seconds:g} second{'' if rules.seconds == 1 else 's'}"
            sentence = f"Stopped at epoch {epoch:,}: the run was to take {allowed}."
    return Stopped(reason, epoch, sentence)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
