"""What is said about a run: why it cannot be played or stepped now, why it has stopped, and how it goes on.

Owns these sentences; knows the states of a run and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from playground import numbers as formats
from playground.experiment.schedules import schedule_choice
from playground.numbers import plain, rounded, spaced
from playground.run.snapshot import Snapshot
from playground.run.stopping import Stopped
from playground.words.network import counted

NO_TRAINING = "Not possible: training has stopped working; save your work and start the program again"
NOT_READY = "Not yet: training is being made ready"
PREPARING_TIP = "The code that trains networks is made for this computer, once; about ten seconds"
LOOKED_TIP = "Each sample of the coming batch is shown; after its last one the optimizer makes its step."
WHILE_STOPPING = "When the run stops, its best weights come back. Play then goes on from there, and counts anew."
MOST_NAMED = 10
"""Samples that a sentence names one by one."""
SETS = {"train": "training", "validation": "validation", "test": "test"}
"""How the sets are called in sentences."""
GOES_ON = {
    "early_stopping": "Play goes on from the best weights and counts the epochs without improvement anew.",
    "": "Play goes on past this rule, which counts again after a reset or an edit.",
}


def why_no_play(run_state: str) -> str:
    """Why Play does nothing; empty if it works (while kernels are prepared, it begins as soon as they are ready)."""
    return NO_TRAINING if run_state == "failed" else ""


def why_no_step(run_state: str) -> str:
    """Why steps and reset do nothing; empty if they work."""
    return NOT_READY if run_state == "preparing" else why_no_play(run_state)


def preparing_texts(precision: str) -> tuple[str, ...]:
    """What the run waits for while its code is compiled, the longest wording first."""
    if precision == "float64":
        long, *shorter = "Preparing for float64", "Preparing float64"
        return f"{long}, first time only: about ten seconds", f"{long}, first time only", long, *shorter, "Preparing"
    long = "Preparing, first start only"
    return f"{long}: about ten seconds", long, "Preparing"


def preparing_sentence() -> str:
    """What commands say before they compile."""
    return "Preparing, first start only: about ten seconds."


def stopped_sentence(stopped: Stopped) -> str:
    """Why a run has stopped by its own rule."""
    epoch, watched = formats.spaced(stopped.epoch), SETS[stopped.watched]
    match stopped.reason:
        case "early_stopping":
            return (
                f"Stopped early at epoch {epoch}: no better {watched} loss for {counted(int(stopped.limit), 'epoch')}; "
                f"the best weights, of epoch {formats.spaced(stopped.best_epoch)}, are back."
            )
        case "loss":
            return f"Stopped at epoch {epoch}: the training loss has reached {formats.plain(stopped.limit)}."
        case "accuracy":
            share = formats.plain_percent(stopped.limit)
            return f"Stopped at epoch {epoch}: the {watched} accuracy has reached {share}."
        case "epochs":
            return f"Stopped at epoch {epoch}: the run was to take {counted(int(stopped.limit), 'epoch')}."
        case _:
            allowed = f"{formats.plain(stopped.limit)} second{'' if stopped.limit == 1 else 's'}"
            return f"Stopped at epoch {epoch}: the run was to take {allowed}."


def how_it_goes_on(stopped: Stopped) -> str:
    """What Play does after a rule has ended the run."""
    return GOES_ON.get(stopped.reason, GOES_ON[""])


def stopped_texts(stopped: Stopped) -> tuple[str, ...]:
    """Why a run has stopped by its own rule, in few words, the longest wording first."""
    epoch = formats.counter(stopped.epoch)
    match stopped.reason:
        case "early_stopping":
            early = f"Stopped early at epoch {epoch}"
            best = "" if stopped.best_epoch is None else f", best was {formats.counter(stopped.best_epoch)}"
            return early + best, early, "Stopped early", "Stopped"
        case "loss":
            return f"Loss {formats.plain(stopped.limit)} reached at epoch {epoch}", "Loss reached", "Stopped"
        case "accuracy":
            share = formats.plain_percent(stopped.limit)
            return f"Accuracy {share} reached at epoch {epoch}", f"{share} reached", "Stopped"
        case "epochs":
            return f"Stopped as set, at epoch {epoch}", f"Epoch {epoch} reached", "Stopped"
        case _:
            seconds = formats.plain(stopped.limit)
            return f"Stopped after {seconds} s, at epoch {epoch}", f"Stopped after {seconds} s", "Stopped"


def looked_texts(snapshot: Snapshot) -> tuple[str, ...]:
    """Which sample of the coming batch a single-sample step shows, the longest wording first; nothing else."""
    if snapshot.looked is None:
        return ()
    place, size = snapshot.looked
    short = f"sample {formats.spaced(place)} of {formats.spaced(size)}"
    return f"{short}, then one step", short, f"{formats.spaced(place)} of {formats.spaced(size)}"


def progress_texts(snapshot: Snapshot, seconds: float | None = None) -> tuple[str, ...]:
    """How near a run is to the first of its stop rules, the longest wording first; nothing without such a rule.

    seconds: how long it has gone on. A rule that the run has passed already is no longer told.
    """
    return next(iter(_all_progress(snapshot, seconds)), ())


def progress_sentence(snapshot: Snapshot, seconds: float | None = None) -> str:
    """How near a run is to each of its stop rules, a line each."""
    return "\n".join(f"{texts[0][0].upper()}{texts[0][1:]}." for texts in _all_progress(snapshot, seconds))


def _all_progress(snapshot: Snapshot, seconds: float | None) -> list[tuple[str, ...]]:
    training, metrics = snapshot.experiment.training, snapshot.metrics
    found: list[tuple[str, ...]] = []
    stop, early = training.stop, training.early_stopping
    if stop.epochs is not None and snapshot.epoch < stop.epochs:
        share = f"{formats.counter(snapshot.epoch)} of {formats.counter(stop.epochs)}"
        found.append((f"epoch {share}", share))
    if stop.seconds is not None and (seconds is None or seconds < stop.seconds):
        gone = formats.spaced(int(seconds or 0))
        found.append((f"{gone} of {formats.plain(stop.seconds)} seconds", f"{gone} of {formats.plain(stop.seconds)} s"))
    watched, accuracy = _watched_accuracy(snapshot)
    if stop.accuracy is not None and accuracy is not None and accuracy < stop.accuracy:
        now, end = formats.accuracy(accuracy), formats.plain_percent(stop.accuracy)
        found.append((f"{watched} accuracy {now} of {end}", f"{now} of {end}", f"ends at {end}"))
    if stop.loss is not None and metrics.train_loss > stop.loss:
        now, end = formats.loss(metrics.train_loss), formats.plain(stop.loss)
        found.append((f"training loss {now}, ends at {end}", f"loss {now} → {end}", f"ends at {end}"))
    if early is not None and snapshot.best_epoch is not None:
        since = max(snapshot.epoch - snapshot.best_epoch, 0)
        share = f"{formats.counter(since)} of {formats.counter(early.patience)}"
        found.append((f"{share} epochs without a better loss", f"{share} without better", share))
    return found


def _watched_accuracy(snapshot: Snapshot) -> tuple[str, float | None]:
    """The set that a rule on the accuracy looks at, and its accuracy."""
    metrics = snapshot.metrics
    if metrics.validation_accuracy is not None:
        return SETS["validation"], metrics.validation_accuracy
    if metrics.test_accuracy is not None:
        return SETS["test"], metrics.test_accuracy
    return SETS["train"], metrics.train_accuracy


def rate_in_force(snapshot: Snapshot | None) -> str:
    """The rate of the next step in at most six characters, where a schedule changes it; else nothing."""
    if snapshot is None or schedule_choice(snapshot.experiment.training.schedule) == "constant":
        return ""
    rate = snapshot.learning_rate
    return plain(rounded(rate, 2))


def far_sentence(places: Sequence[int], asked: int) -> str:
    """That some of the samples a model was asked about (their numbers from 1) lie where it has seen nothing."""
    which = "The sample lies" if asked == 1 else "All samples lie" if len(places) == asked else _which(places)
    return f"{which} far outside the data that the model was trained on: there, answers are guesses."


def unanswered_sentence(rows: Sequence[int]) -> str:
    """That rows of a table (their numbers from 1) have no answer, because the model takes no empty cells."""
    more = f" and {spaced(len(rows) - MOST_NAMED)} more" if len(rows) > MOST_NAMED else ""
    shown = ", ".join(spaced(row) for row in rows[:MOST_NAMED])
    which = f"Row {shown} has" if len(rows) == 1 else f"Rows {shown}{more} have"
    return f"{which} no answer: cells are empty, or no numbers."


def _which(places: Sequence[int]) -> str:
    shown = ", ".join(spaced(place) for place in places[:MOST_NAMED])
    more = f" and {spaced(len(places) - MOST_NAMED)} more" if len(places) > MOST_NAMED else ""
    return f"Sample {shown} lies" if len(places) == 1 else f"Samples {shown}{more} lie"
