"""Fair comparison on a machine that does other things too: contenders take turns, and each one's best round counts.

Owns the order of the rounds and the row that comes out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from typing import Any

from .contender import Bench, Taken
from .peers import Peer, PeerFailed, reason_against
from .workloads import Workload

Question = Callable[[Bench | Peer], Taken]


@dataclass
class Row:
    """One line of the table. `ours` is None where the figure cannot be had; `peers` maps to a number or to the reason
    why there is none; `ratios`: how many times better ours is; `aim` in words. `cpu` and `cpu_ratios`: the same figures
    by processor time, our own as "ours". `operations`: floating-point operations per sample; `gflops`: 10⁹ of them a
    second. `more`: figures for the JSON only."""

    name: str
    note: str
    unit: str
    ours: float | None
    aim: str
    peers: dict[str, float | str] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    cpu_ratios: dict[str, float] = field(default_factory=dict)
    operations: float | None = None
    gflops: dict[str, float] = field(default_factory=dict)
    losses: dict[str, dict[str, float | None]] = field(default_factory=dict)
    more: dict[str, float] = field(default_factory=dict)

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
    """Fill the row's figures with each contender's best round; a ratio compares the best rounds."""
    answers = [party.each(ask) for _ in range(rounds)]
    best = max if more_is_better else min
    found = {
        name: Taken(*(best(each[name][clock] for each in answers) for clock in range(2))) for name in party.members
    }
    ours = found["ours"]
    row.ours, row.cpu = ours.wall, {name: each.cpu for name, each in found.items()}
    for name, each in found.items():
        if name != "ours":
            row.peers[name] = each.wall
            row.ratios[name] = ours.wall / each.wall if more_is_better else each.wall / ours.wall
            row.cpu_ratios[name] = ours.cpu / each.cpu if more_is_better else each.cpu / ours.cpu
    row.peers |= party.absent


def finite(losses: dict[str, float]) -> dict[str, float | None]:
    """Losses as JSON can say them: what is not known is null."""
    return {key: value if math.isfinite(value) else None for key, value in losses.items()}
