"""`playground train SOURCE --folds K`: cross-validation in place of one run.

Owns its report; what is trained and judged is told by `playground.population.folds`.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from playground.commands.opening import changed, opened, wish_of
from playground.commands.output import number, percent, print_json, print_pairs, say
from playground.errors import WrongUse
from playground.numbers import spaced

if TYPE_CHECKING:
    from playground.population.folds import CrossValidation, Fold, Spread

FIGURES = ("train_loss", "loss", "accuracy")


def run(arguments: argparse.Namespace) -> int:
    """Train all folds and report; the exit code is 130 if the user interrupted."""
    from playground.commands.training_loop import prepare_kernels, stopping
    from playground.population.folds import cross_validate

    for name in ("out", "history", "samples"):
        if getattr(arguments, name):
            raise WrongUse(f"--folds trains {arguments.folds} networks and keeps none of them: leave out --{name}.")
    checkpoint = opened(arguments.source, wish=wish_of(arguments))
    seed = [] if arguments.seed is None else [f"seed={arguments.seed}"]
    experiment = changed(checkpoint.experiment, [*arguments.settings, *seed])
    prepare_kernels(experiment.training.precision)
    points = checkpoint.points if experiment.source_kind.is_given else None
    with stopping() as wish:
        found = cross_validate(experiment, arguments.folds, epochs=arguments.epochs, points=points, cancel=wish.asked)
    if found is None:
        say("Interrupted.")
        return 130
    if arguments.json:
        print_json(_report(found))
    else:
        _print(found)
    return 0


def _report(found: CrossValidation) -> dict[str, Any]:
    import msgspec

    return {
        "epochs": found.epochs,
        **{name: _spread(getattr(found, name)) for name in FIGURES},
        "diverged": found.diverged,
        "folds": [_fold(fold) for fold in found.folds],
        "experiment": msgspec.to_builtins(found.experiment),
    }


def _spread(spread: Spread | None) -> dict[str, float] | None:
    return None if spread is None else {"mean": spread.mean, "deviation": spread.deviation}


def _fold(fold: Fold) -> dict[str, Any]:
    """One run; its curve has the epochs and the loss on both parts."""
    history = fold.member.history
    return {
        "fold": fold.number,
        "held_out": int(fold.held_out.size),
        "status": fold.member.ended,
        "epochs": fold.member.epochs,
        "train_loss": fold.member.metrics.train_loss,
        "loss": fold.loss,
        "accuracy": fold.accuracy,
        "digest": fold.member.digest,
        "curve": {
            "epoch": [int(epoch) for epoch in history["epoch"].tolist()],
            "train_loss": history["train_loss"].tolist(),
            "loss": history["validation_loss"].tolist(),
        },
    }


def _print(found: CrossValidation) -> None:
    pairs = [
        ("folds", spaced(len(found.folds))),
        ("epochs", spaced(found.epochs)),
        ("train loss", _plus_minus(found.train_loss, number)),
        ("held-out loss", _plus_minus(found.loss, number)),
    ]
    if found.accuracy is not None:
        pairs.append(("held-out accuracy", _plus_minus(found.accuracy, percent)))
    for fold in found.folds:
        told = "" if fold.accuracy is None else f", accuracy {percent(fold.accuracy)}"
        ended = "" if fold.member.ended == "completed" else f" ({fold.member.ended.replace('_', ' ')})"
        pairs.append((f"fold {fold.number + 1}", f"loss {number(fold.loss)}{told}{ended}"))
    print_pairs(pairs)


def _plus_minus(spread: Spread, write: Any) -> str:
    return f"{write(spread.mean)} ± {write(spread.deviation)}"
