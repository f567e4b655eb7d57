"""What is said about a run: why it cannot be played or stepped now, why it has stopped, and how it goes on.

Owns these sentences; knows the states of a run and nothing else.
"""

from __future__ import annotations

from playground import numbers as formats
from playground.run.snapshot import Snapshot
from playground.run.stopping import Stopped

NO_TRAINING = "Not possible: training has stopped working; save your work and start the program again"
NOT_READY = "Not yet: training is being made ready"
COMPILING_TIP = "The code that trains networks is compiled, once for this computer; about ten seconds"
WHILE_STOPPING = "When the run stops, its best weights come back. Play then goes on from there, and counts anew."
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


def how_it_goes_on(stopped: Stopped) -> str:
    """What Play does after a rule has ended the run."""
    return GOES_ON.get(stopped.reason, GOES_ON[""])


def stopped_texts(snapshot: Snapshot) -> tuple[str, ...]:
    """Why a run has stopped by its own rule, the longest wording first; nothing where it has not."""
    stopped, rules = snapshot.stopped, snapshot.experiment.training.stop
    if stopped is None:
        return ()
    epoch = formats.counter(stopped.epoch)
    match stopped.reason:
        case "early_stopping":
            early = f"Stopped early at epoch {epoch}"
            best = "" if snapshot.best_epoch is None else f", best was {formats.counter(snapshot.best_epoch)}"
            return early + best, early, "Stopped early", "Stopped"
        case "loss":
            return f"Loss {formats.plain(rules.loss)} reached at epoch {epoch}", "Loss reached", "Stopped"
        case "accuracy":
            share = formats.plain_percent(rules.accuracy)
            return f"Accuracy {share} reached at epoch {epoch}", f"{share} reached", "Stopped"
        case "epochs":
            return f"Stopped as set, at epoch {epoch}", f"Epoch {epoch} reached", "Stopped"
        case _:
            seconds = formats.plain(rules.seconds)
            return f"Stopped after {seconds} s, at epoch {epoch}", f"Stopped after {seconds} s", "Stopped"
