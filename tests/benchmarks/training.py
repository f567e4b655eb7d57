"""Training speed of the four workloads, ours beside the peers."""

from __future__ import annotations

from contextlib import ExitStack

from . import operations
from .contender import Bench
from .ours import OurTrainer, our_maps
from .peers import TITLES
from .rounds import Party, Row, finite, take_turns
from .workloads import WORKLOADS


def measure(name: str, peers: tuple[str, ...] = tuple(TITLES), *, rounds: int = 7, seconds: float = 0.4) -> Row:
    """Samples per second; the losses after some epochs stand in the row so that the comparison can be judged."""
    workload = WORKLOADS[name]
    aim = ", ".join(f"≥ {times:g}× {TITLES[peer]}" for peer, times in workload.aims)
    row = Row(name, workload.note, "samples/s", None, aim)
    with ExitStack() as stack:
        party = Party(Bench(OurTrainer, our_maps), peers, workload, stack)
        losses = party.each(lambda member: member.losses(workload))
        row.losses = {who: finite(found) for who, found in losses.items()}
        take_turns(party, lambda member: member.speed(workload, seconds), rounds, row, more_is_better=True)
    row.operations = operations.per_sample(workload)
    figures = {"ours": row.ours, **row.peers}
    row.gflops = {who: each * row.operations / 1e9 for who, each in figures.items() if isinstance(each, float)}
    return row
