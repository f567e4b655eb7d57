"""Ctrl-C in the middle of `findings`: heard after the call of the kernels under way, and nothing is left broken."""

from __future__ import annotations

import signal

import pytest

import playground as pg
from playground.engine.many import ManyNetworks
from tests.playground.diagnosis.cures.cases import SMALL

ONE = pg.with_changes(pg.on_dataset(SMALL, "circles"), network__layers=(pg.Dense(1),), seed=71)
"""Too small: before that is said, other draws and rates are tried, which takes most of the time."""
EPOCHS = 40


@pytest.mark.parametrize("call", [1, 3])
def test_ctrl_c_is_answered_after_one_call_and_harms_nothing(monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    session, other = pg.Session(ONE), pg.Session(pg.with_changes(ONE))
    for each in (session, other):
        each.advance(epochs=EPOCHS)
    before, calls = session.digest(), 0
    real = ManyNetworks.train

    def interrupted(*given: object) -> object:
        nonlocal calls
        calls += 1
        if calls == call:
            signal.raise_signal(signal.SIGINT)
        return real(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(ManyNetworks, "train", interrupted)
        with pytest.raises(KeyboardInterrupt):
            pg.findings(session, epochs=EPOCHS)
    assert calls == call
    assert session.digest() == before
    assert pg.findings(session, epochs=EPOCHS) == pg.findings(other, epochs=EPOCHS) != ()
    session.advance(epochs=1)
    other.advance(epochs=1)
    assert session.digest() == other.digest()
