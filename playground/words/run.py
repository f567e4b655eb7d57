"""What is said about a run: why it cannot be played or stepped now, why it has stopped, and how it goes on.

Owns these sentences; knows the states of a run and nothing else.
"""

from __future__ import annotations

from playground import numbers as formats
from playground.experiment.schedules import schedule_choice
from playground.numbers import plain, rounded
from playground.run.snapshot import Snapshot
from playground.run.stopping import Stopped
from playground.words.network import counted

NO_TRAINING = "Not possible: training has stopped working; save your work and start the program again"
NOT_READY = "Not yet: training is being made ready"
COMPILING_TIP = "The code that trains networks is compiled, once for this computer; about ten seconds"
WHILE_STOPPING = "When the run stops, its best weights come back. Play then goes on from there, and counts anew."
SETS = {"train": "training", "test": "test"}
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
    """What is compiled while the run waits, the longest wording first."""
    if precision == "float64":
        long, *shorter = "Compiling for float64", "Compiling float64"
    else:
        long, *shorter = ("Compiling the kernels",)
    return f"{long}, once: about ten seconds", long, *shorter, "Compiling"


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


def rate_in_force(snapshot: Snapshot | None) -> str:
    """The rate of the next step in at most six characters, where a schedule changes it; else nothing."""
    if snapshot is None or schedule_choice(snapshot.experiment.training.schedule) == "constant":
        return ""
    rate = snapshot.learning_rate
    return plain(rounded(rate, 2))
