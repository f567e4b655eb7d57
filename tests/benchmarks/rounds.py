"""Fair comparison on a machine that does other things too: contenders take turns, and medians are compared.

Owns the order of the rounds and the row that comes out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from .contender import Bench
from .peers import Peer, PeerFailed, reason_against
from .workloads import Workload

Question = Callable[[Bench | Peer], float]


@dataclass
class Row:
    """One line of the table. `ours` is None where the figure cannot be had; `peers` maps to a number or to the reason
    why there is none; `ratios`: how many times better ours is; `aim` in words."""

    name: str
    note: str
    unit: str
    ours: float | None
    aim: str
    peers: dict[str, float | str] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    losses: dict[str, dict[str, float | None]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Party:
    """Our bench and the peers that take part, started for one row."""

    def __init__(self, ours: Bench, peers: tuple[str, ...], workload: Workload | None, stack: ExitStack) -> None:
        self.absent = {name: reason for name in peers if (reason := reason_against(name, workload))}
        present = [name for name in peers if name not in self.absent]
        self.members: dict[str, Bench | Peer] = {"ours": ours}
        self.members |= {name: stack.enter_context(Peer(name)) for name in present}

    def each(self, ask: Callable[[Bench | Peer], Any]) -> dict[str, Any]:
        """Everyone's answer, one after the other; a peer that fails is out from then on."""
        answers = {}
        for name, member in list(self.members.items()):
            try:
                answers[name] = ask(member)
            except PeerFailed as failure:
                self.absent[name] = f"failed: {failure}"
                del self.members[name]
        return answers


def take_turns(party: Party, ask: Question, rounds: int, row: Row, more_is_better: bool) -> None:
    """Fill the row's figures with medians; a ratio is the median of the rounds' own ratios."""
    answers = [party.each(ask) for _ in range(rounds)]
    names = list(party.members)
    row.ours = median(each["ours"] for each in answers)
    for name in names[1:]:
        row.peers[name] = median(each[name] for each in answers)
        ratio = median(each["ours"] / each[name] for each in answers)
        row.ratios[name] = ratio if more_is_better else 1 / ratio
    row.peers |= party.absent


def finite(losses: dict[str, float]) -> dict[str, float | None]:
    """Losses as JSON can say them: what is not known is null."""
    return {key: value if math.isfinite(value) else None for key, value in losses.items()}
