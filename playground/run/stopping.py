"""Why a run came to an end by one of its own rules.

Owns the reasons and what belongs to each; knows nothing of how a run is advanced. The sentences are in
`playground.words.run`.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from playground.experiment.training import Training

Reason = Literal["early_stopping", "loss", "accuracy", "epochs", "seconds"]
Watched = Literal["train", "validation", "test"]
"""The set whose figures a rule looks at."""
REASONS: tuple[Reason, ...] = get_args(Reason)


class Stopped(msgspec.Struct, frozen=True):
    """A run that one of its rules has ended: which one, and the epoch where it stands.

    limit: what the rule was set to: epochs of patience, a loss, an accuracy, epochs, seconds. watched: the set whose
    loss or accuracy it looked at. best_epoch: for early stopping, the epoch whose weights are back.
    """

    reason: Reason
    epoch: int
    limit: float = 0.0
    watched: Watched = "train"
    best_epoch: int | None = None

    def __str__(self) -> str:
        return f"Stopped at epoch {self.epoch} by the rule {self.reason}, set to {self.limit}."


def stopped_by(reason: Reason, training: Training, epoch: int, best_epoch: int, watched: Watched) -> Stopped:
    """The end of a run at `epoch`; `watched`: the held-out set, or the training set where there is none."""
    early = training.early_stopping
    match reason:
        case "early_stopping":
            on_train = early is not None and early.monitor == "train_loss"
            patience = 0 if early is None else early.patience
            return Stopped(reason, epoch, patience, "train" if on_train else watched, best_epoch)
        case "accuracy":
            return Stopped(reason, epoch, training.stop.accuracy or 0.0, watched)
        case _:
            return Stopped(reason, epoch, getattr(training.stop, reason) or 0.0)
