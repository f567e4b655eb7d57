"""What is said of a file that was saved, or is about to be.

Owns these sentences; knows nothing of how files are written.
"""

from __future__ import annotations


def saved(name: str, lost: str) -> str:
    """Of a file that was written. lost: what an experiment alone does not hold, if there was any."""
    if lost:
        return f"Saved the experiment as {name}, without its {lost}: save as .nnp to keep them."
    return f"Saved {name}."


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
