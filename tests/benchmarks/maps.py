"""All unit maps of one frame: every unit's output on a 100×100 grid, ours beside JAX's jitted forward pass."""

from __future__ import annotations

from contextlib import ExitStack

from .contender import Bench
from .ours import OurTrainer, our_maps
from .peers import TITLES
from .rounds import Party, Row, take_turns
from .workloads import GRID, WORKLOADS


def measure(peers: tuple[str, ...] = tuple(TITLES), *, rounds: int = 7, seconds: float = 0.2) -> Row:
    """Milliseconds for all maps of W2's network."""
    workload = WORKLOADS["W2"]
    row = Row("maps", f"all units of W2's network, {GRID}×{GRID}", "ms", None, "≤ 0.5 ms")
    with ExitStack() as stack:
        party = Party(Bench(OurTrainer, our_maps), peers, None, stack)
        take_turns(party, lambda member: member.maps_ms(workload, seconds), rounds, row, more_is_better=False)
    return row
