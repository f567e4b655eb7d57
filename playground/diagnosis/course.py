"""A whole run, diagnosed: what is found of it as it stands, and on its way to the end of its plan.

Owns what of these is told; knows nothing of who asks. No clock ends it, so that the same start gives the same findings.
"""

from __future__ import annotations

import math
import threading

import msgspec

from playground.diagnosis.ahead import foreseen, look_ahead
from playground.diagnosis.asking import found_in
from playground.diagnosis.signals.bends import Bends
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.plan import Plan, plan_of
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.run.snapshot import Snapshot


class Course(msgspec.Struct, frozen=True, eq=False):
    """findings: what is to be said, alarms first. last: the moment that was reached; None where that was interrupted,
    and then the findings are those until there. trained: whether the run had begun, so that all beyond is a forecast.
    """

    plan: Plan
    findings: tuple[Finding, ...]
    last: Snapshot | None
    trained: bool


def course_of(
    start: Checkpoint, epochs: int | None = None, cancel: threading.Event | None = None, bends: Bends | None = None
) -> Course:  # fmt: skip
    """Judge a run as it stands and make it to the end of its plan.

    One that was never trained is made from its first step, and what is found then has been seen. One that was trained
    is judged by its record; what is found beyond is a forecast. epochs: the plan's, counted from the first step;
    without, the run's own end, or 300. bends: see `look_ahead`.
    """
    shown: list[tuple[Finding, ...]] = []
    session, bends = Session(start), Bends() if bends is None else bends
    plan, trained = plan_of(session.experiment, epochs), session.state.step > 0
    now = found_in(session, plan, bends) if trained else ()
    forecast = look_ahead(start, plan, cancel, None, shown.append, bends)
    ahead = forecast.findings if forecast is not None else shown[-1] if shown else ()
    if trained:
        known = {each.rule for each in now}
        step = session.state.step
        beyond = (foreseen(each, step) for each in ahead if each.step > step)
        ahead = tuple(each for each in beyond if each.rule not in known)
    else:
        ahead = tuple(foreseen(each, math.inf) for each in ahead)
    told = sorted((*now, *ahead), key=lambda each: not each.is_alarm)
    return Course(plan, tuple(told), None if forecast is None else forecast.last, trained)
