"""What is said of a file that was saved, or is about to be.

Owns these sentences; knows nothing of how files are written.
"""

from __future__ import annotations

from collections.abc import Sequence

from playground.data.own_points import MAX_SAMPLES
from playground.numbers import spaced
from playground.past.branches import Branch
from playground.run.checkpoint import Checkpoint
from playground.run.shelf import MAX_BYTES
from playground.words.timeline import names_of

MOST_NAMED = 4
"""Runs that are named; of more it is said how many they are."""


def saved(name: str, lost: str) -> str:
    """Of a file that was written. lost: what an experiment alone does not hold, if there was any."""
    if lost:
        return f"Saved the experiment as {name}, without its {lost}: save as .nnp to keep them."
    return f"Saved {name}."


def without(name: str, left_out: Sequence[Branch], checkpoint: Checkpoint) -> str:
    """Of a file of a checkpoint that leaves some of its branches out."""
    gone = {branch.number for branch in checkpoint.gone}
    kept = [branch for branch in left_out if branch.number not in gone]
    lost = [branch for branch in left_out if branch.number in gone]
    names = names_of(checkpoint.all_branches())
    room = f"{spaced(MAX_BYTES // 10**6)} MB of runs"
    told = f"Saved {name} without {listed([names[branch.number] for branch in left_out])}: "
    if kept:
        told += f"there is room for {room} and {spaced(MAX_SAMPLES)} own points. Before you leave, "
        told += f"go on in {'it' if len(kept) == 1 else 'each'} and save it apart."
    if kept and lost:
        told += f" Of {listed([names[branch.number] for branch in lost])} nothing is kept any more."
    elif lost:
        told += f"nothing is kept of {'it' if len(lost) == 1 else 'them'} any more, only {room} are."
    return told


def listed(names: Sequence[str]) -> str:
    """The names of some runs; of many the first ones."""
    named = [f"“{each}”" for each in names[:MOST_NAMED]]
    if len(names) > MOST_NAMED:
        named.append(f"{spaced(len(names) - MOST_NAMED)} more")
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def when_prepared(name: str) -> str:
    """Of a file that waits for the kernels."""
    return f"Saving {name} as soon as the run is prepared. Go on meanwhile."


def goes_on_then(name: str) -> str:
    """Of closing, or opening another file, with the answer Save, where the file has to wait."""
    return f"As soon as the run is prepared {name} is saved, and what you asked for follows."


def changed_meanwhile(name: str) -> str:
    """Of a file that somebody else changed while it waited to be written."""
    return f"{name} was not saved: it was changed by another program meanwhile. Save again to choose what is kept."


def without_run(name: str) -> str:
    """Of a file that waited for a run that could not be made."""
    return f"{name} was not saved: the run could not be prepared."
