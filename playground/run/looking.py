"""The snapshot of a run: one moment as read-only arrays.

Owns what goes into it; knows nothing of who looks, and changes nothing.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from playground.data.source_kind import PLANE
from playground.engine.state import BEST_EPOCH
from playground.errors import WrongUse
from playground.run import measuring
from playground.run.run import Run
from playground.run.snapshot import Demand, Mark, Snapshot, frozen, layer_probes
from playground.scalars import number, shown


def snapshot_of(run: Run, demand: Demand, sample: int | None, version: int, marks: tuple[Mark, ...] = ()) -> Snapshot:
    """The run as it stands, with the parts that `demand` names.

    sample: the place in the coming batch that a single-sample step shows. version: grows with every edit.
    marks: the edits so far. Raises WrongUse for what is no Demand, or one of no point or sample.
    """
    check_demand(demand)
    state = run.state
    metrics, train_outputs, test_outputs = run.measure()
    looking = (run.engine, run.examples, state.parameters)
    section = None if demand.cut is None else run.examples.section(demand.cut)
    record = run.recording.so_far() if demand.layers else None
    now = run.layers_now(demand.going_on) if demand.layers else None
    return Snapshot(
        experiment=run.experiment,
        dataset=run.dataset,
        layout=run.engine.layout,
        epoch=state.epoch,
        step=state.step,
        position=state.position,
        parameters=frozen(state.parameters.copy()),
        metrics=metrics,
        history=frozen(run.recording.rows_so_far()),
        layer_history=None if record is None else record.probes,
        layer_sizes=None if record is None else record.sizes,
        layers_now=None if now is None else frozen(now),
        divergence=run.divergence,
        maps=measuring.unit_maps(*looking, section) if demand.maps else None,
        extent=run.dataset.extent,
        section=section,
        train_outputs=train_outputs if demand.predictions else None,
        test_outputs=test_outputs if demand.predictions else None,
        gradient=measuring.mean_gradient(*looking) if demand.gradients else None,
        update=run.recording.last_update if demand.updates else None,
        memory=frozen(state.slots.copy()) if demand.memory else None,
        probe=measuring.forward_pass(*looking, demand, section),
        sample=None if sample is None else int(state.order[state.position + sample]),
        looked=None if sample is None else (sample + 1, run.batch_left),
        version=version,
        resets=run.beginning,
        learning_rate=run.learning_rate,
        probes=layer_probes(state.probes),
        clipped_steps=state.clipped_steps,
        stopped=run.stopped,
        best_epoch=int(state.watch[BEST_EPOCH]) if run.experiment.training.early_stopping else None,
        marks=marks,
        test_look=run.test_look,
        samples=run.recording.samples if demand.samples else None,
        points=run.points,
    )


def check_demand(demand: Any) -> None:
    """Refuse what is no Demand, and a point or a sample that is none; raises WrongUse."""
    if not isinstance(demand, Demand):
        raise WrongUse("A Demand is needed here; got {given}.", given=shown(demand))
    probe, sample = demand.probe, demand.probe_sample
    if probe is not None:
        if not isinstance(probe, (tuple, list, np.ndarray)) or len(probe) != len(PLANE):
            raise WrongUse("A probe is a point (x, y) of the plane; got {given}.", given=shown(probe))
        for each in probe:
            number("A coordinate", each)
    if sample is not None:
        number("probe_sample", sample)
    if demand.probe_pixels is not None:
        if not isinstance(demand.probe_pixels, tuple):
            raise WrongUse("probe_pixels are a tuple of numbers; got {given}.", given=shown(demand.probe_pixels))
        for each in demand.probe_pixels:
            if not math.isfinite(number("A pixel", each)):
                raise WrongUse("Pixels are finite numbers; got {given}.", given=shown(each))
