"""What is known of data may be asked for by several threads."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest

from playground.diagnosis.signals import facts
from playground.experiment.experiment import Experiment
from playground.run.session import Session

MOMENT = 0.2
"""Seconds that a thread is given to come between; one that has to wait comes later."""


class Ways(dict[Any, Any]):
    """Before the first one is forgotten another thread asks, too."""

    def __init__(self, other: Thread) -> None:
        super().__init__()
        self._other: Thread | None = other

    def pop(self, *key: Any) -> Any:
        """Forget one."""
        if self._other is not None:
            other, self._other = self._other, None
            other.start()
            other.join(MOMENT)
        return super().pop(*key)


def test_two_threads_may_ask_for_one_way_more_than_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = Session(Experiment()).dataset
    monkeypatch.setattr(facts, "Facts", lambda experiment, dataset: experiment.seed)
    other = Thread(target=facts.facts_of, args=(Experiment(seed=1000), dataset))
    facts._known[dataset] = ways = Ways(other)
    for seed in range(facts.KEPT + 1):
        assert facts.facts_of(Experiment(seed=seed), dataset) == seed  # type: ignore[comparison-overlap]
    other.join()
    assert len(ways) == facts.KEPT
    assert (Experiment().data, 1000) in ways
