"""Why the run cannot be played or stepped now, in words for tool tips.

Owns these sentences; knows the states of a run and nothing else.
"""

from __future__ import annotations

NO_TRAINING = "Not possible: training has stopped working; save your work and start the program again"
NOT_READY = "Not yet: training is being made ready"


def why_no_play(run_state: str) -> str:
    """Why Play does nothing; empty if it works (while kernels are prepared, it begins as soon as they are ready)."""
    return NO_TRAINING if run_state == "failed" else ""


def why_no_step(run_state: str) -> str:
    """Why steps and reset do nothing; empty if they work."""
    return NOT_READY if run_state == "preparing" else why_no_play(run_state)
