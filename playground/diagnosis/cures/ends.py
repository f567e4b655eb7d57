"""The networks of a pair as they were at the end, for maps and matrices.

Owns making one anew from its parameters; knows nothing of what is drawn of it.
"""

from __future__ import annotations

from playground.diagnosis.cures.trials import Run
from playground.diagnosis.cures.verifying import Pair
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.run.snapshot import Demand, Snapshot


def ends_of(pair: Pair, start: Checkpoint, demand: Demand) -> tuple[Snapshot, Snapshot]:
    """Without and with the cure, each over the samples that its own experiment shows."""
    return _end(pair.run_without, start, demand), _end(pair.run_treated, start, demand)


def _end(run: Run, start: Checkpoint, demand: Demand) -> Snapshot:
    dataset = start.dataset_for(run.experiment, start.points)
    session = Session(Checkpoint(run.experiment, dataset=dataset, points=start.points), record=False)
    session.state.parameters[:] = run.parameters
    return session.snapshot(demand)
