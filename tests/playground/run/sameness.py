"""Whether two sessions are the same run: shared by the tests of replaying."""

from __future__ import annotations

import numpy as np

from playground.run.session import Session


def check_same(made: Session, again: Session) -> None:
    """The two sessions agree in all that a user can see, their logs included."""
    assert again.digest() == made.digest()
    assert again.experiment == made.experiment
    for name in ("slots", "powers", "order", "chance", "watch", "best", "probes"):
        assert np.array_equal(getattr(again.state, name), getattr(made.state, name), equal_nan=True), name
    assert (again.state.step, again.state.epoch) == (made.state.step, made.state.epoch)
    assert again.divergence == made.divergence
    assert again.stopped == made.stopped
    mine, theirs = made.recording.so_far(), again.recording.so_far()
    assert mine.stride == theirs.stride
    assert np.array_equal(mine.rows, theirs.rows, equal_nan=True)
    assert np.array_equal(mine.probes, theirs.probes, equal_nan=True)
    assert again.log.entries == made.log.entries
