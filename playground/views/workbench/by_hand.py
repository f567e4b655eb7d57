"""Parameters that are set by hand: whether they can be set now.

Owns that look beforehand, so that a wrong number is told at once and changes nothing; the run looks again.
"""

from __future__ import annotations

from collections.abc import Sequence

from playground.engine.layout import Layout
from playground.engine.parameters import check_parameter
from playground.errors import PlaygroundError
from playground.experiment.experiment import Experiment
from playground.run.snapshot import Snapshot
from playground.words.errors import told

BUSY = "The network is being changed; set the value again in a moment."


def why_not_set(
    values: Sequence[tuple[int, float]], shot: Snapshot | None, experiment: Experiment
) -> tuple[str, str] | None:
    """A message and its kind where one of these (flat index, value) cannot be set in the experiment's network."""
    if shot is None or shot.layout != Layout.of(experiment):
        return BUSY, "info"
    try:
        for index, value in values:
            check_parameter(index, value, shot.parameters, shot.layout)
    except PlaygroundError as error:
        return told(error), "error"
    return None
