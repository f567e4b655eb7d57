"""`findings`: what the doctor says of a run as it stands.

Owns that question for scripts; knows nothing of windows.
"""

from __future__ import annotations

from playground.diagnosis.cures.arbitration import arbitrated
from playground.diagnosis.doctor import settled
from playground.diagnosis.judging import judge
from playground.diagnosis.signals.bends import Bends
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.look import DEMAND, Look
from playground.diagnosis.signals.plan import Plan, plan_of
from playground.errors import WrongUse
from playground.run.session import Session
from playground.scalars import shown, whole


def findings(session: Session, epochs: int | None = None) -> tuple[Finding, ...]:
    """What is to be said of a run at this moment, the cause first; empty where all is well.

    epochs: how many the run is meant to last; without, those at which its own rule ends it, or 300. Raises WrongUse for
    what is no Session.
    """
    if not isinstance(session, Session):
        raise WrongUse("A Session is needed here; got {given}.", given=shown(session))
    asked = None if epochs is None else whole("epochs", epochs)
    return found_in(session, plan_of(session.experiment, asked), Bends())


def found_in(session: Session, plan: Plan, bends: Bends) -> tuple[Finding, ...]:
    """The same by a plan; bends: what is asked how the loss bends."""
    look = Look(session.snapshot(DEMAND), plan, bends)
    return settled(judge(look), look, arbitrated, {})
