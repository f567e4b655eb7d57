"""`check_up`: the ten steps, one after the other, each handed out as soon as it is made.

Owns what may be handed in, and the end where nobody wants the rest; knows nothing of a single step.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

from playground.diagnosis.check_up.case import Cancelled, Case
from playground.diagnosis.check_up.step import Step
from playground.diagnosis.check_up.table import CHECKS
from playground.diagnosis.signals.plan import plan_of
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.scalars import shown, whole


def check_up(
    source: Session | Checkpoint | Experiment, epochs: int | None = None, cancel: threading.Event | None = None
) -> Iterator[Step]:
    """The steps of the check-up, each made when it is asked for: `name`, `passed` (True, False, or None where there is
    nothing to say), `detail`, `figures`, `findings` and `curve`. The run is looked at from its beginning, with the
    experiment as it stands now, on copies: it is not changed.

    epochs: how many it is meant to last; without, those at which its own rule ends it, or 300. cancel, set by any
    thread, ends the iteration within a tenth of a second. Raises WrongUse for what is none of the three, for epochs
    that are no count and for a `cancel` that cannot be set; InvalidExperiment.
    """
    asked = None if epochs is None else whole("epochs", epochs)
    if cancel is not None and not callable(getattr(cancel, "is_set", None)):
        raise WrongUse("`cancel` is a threading.Event; got {given}.", given=shown(cancel))
    start = source.checkpoint() if isinstance(source, Session) else Checkpoint.of(source)
    return steps_of(Case(start, plan_of(start.experiment, asked), cancel))


def steps_of(case: Case) -> Iterator[Step]:
    """The steps of a case, each made when it is asked for; they end where nobody wants the rest."""
    try:
        for check in CHECKS:
            case.check()
            yield check(case)
    except Cancelled:
        return
