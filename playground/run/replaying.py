"""A run made again from its log.

Owns the walk through a log; knows nothing of files.
"""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from playground.errors import WrongUse
from playground.experiment.experiment import Experiment, well_formed
from playground.run.checkpoint import Checkpoint, Log
from playground.run.log import last_experiment
from playground.run.performing import done_again
from playground.run.session import Session
from playground.scalars import shown

STEPS_AT_ONCE = 10_000
"""Steps of one call, so that Ctrl-C is answered soon; their number never changes the result."""


def replay(source: Experiment | Checkpoint, log: Log) -> Session:
    """A new session with the same parameters, curves and log as the one that wrote `log`.

    source: the experiment that the log begins or ends with, or a checkpoint with it. It takes as long as the steps of
    the log take. Raises WrongUse for the log of another experiment, InvalidExperiment for an edit that is not valid.
    """
    if not isinstance(log, Log):
        raise WrongUse("A log is needed here, such as session.log; got {given}.", given=shown(log))
    given = well_formed(Checkpoint.of(source).experiment)
    if given not in (log.base.experiment, last_experiment(log)):
        raise WrongUse("This log belongs to another experiment: it neither begins nor ends with the one given.")
    base = replace(log.base, log=replace(log, entries=()))
    session = Session(base, np.dtype(log.dtype).type, record=log.recorded)
    session.number_run(log.run)
    for _ in done_again(session, log, STEPS_AT_ONCE):
        pass
    return session
