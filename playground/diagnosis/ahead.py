"""The planned run, made silently beforehand: what will happen is told before it does.

Owns that run, its looks and its limits; knows nothing of threads or windows. It is a copy of the visible run and makes
the same bytes, so only an action can make its forecast wrong. What a clock would end is no part of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

import msgspec
from msgspec.structs import replace

from playground.diagnosis.cures.arbitration import arbitrated
from playground.diagnosis.doctor import Doctor
from playground.diagnosis.signals.bends import Bends
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.look import DEMAND, LOOKS, Look
from playground.diagnosis.signals.plan import Plan, plan_of
from playground.reference.patience import GivenUp, unless
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.run.snapshot import Snapshot

SECONDS = 0.3
"""Of computing, at most, in this thread's own processor time: what else the machine does takes nothing from it. What is
not reached is said."""
EARLY = (0.002, 0.005, 0.01, 0.02)
"""Shares of the plan that are looked at before the first of its equal parts: a bad rate shows at once."""
PIECE = 0.02
"""Seconds of computing between two looks at the clock."""


class Forecast(msgspec.Struct, frozen=True, eq=False):
    """findings: what is shown at its end, each with the step at which it will first be found. reached: the epoch that
    was looked ahead to, of `plan`. last: the moment reached; its history is the curve to come. complete: whether the
    plan's end was reached, or the run's own."""

    plan: Plan
    reached: int
    findings: tuple[Finding, ...]
    last: Snapshot
    complete: bool


def look_ahead(
    start: Checkpoint, plan: Plan | None = None, cancel: threading.Event | None = None, seconds: float | None = SECONDS,
    shown: Callable[[tuple[Finding, ...]], None] | None = None, bends: Bends | None = None,
) -> Forecast | None:  # fmt: skip
    """Run the plan from a checkpoint, looking 25 times; None where that was cancelled.

    seconds: of computing at most, None without limit. shown: is told what is shown after each look. bends: what the
    last look asks how the loss bends; without, one that measures whenever it is asked.
    """
    try:
        with unless(cancel):
            return _looked(start, plan, cancel, seconds, shown, Bends() if bends is None else bends)
    except GivenUp:
        return None


def _looked(
    start: Checkpoint, plan: Plan | None, cancel: threading.Event | None, seconds: float | None,
    shown: Callable[[tuple[Finding, ...]], None] | None, bends: Bends,
) -> Forecast | None:  # fmt: skip
    """`look_ahead`; raises GivenUp where that was cancelled in the middle of a look."""
    session = Session(_alone(start))
    plan = plan_of(session.experiment) if plan is None else plan
    doctor = Doctor(partial(arbitrated, cancel=cancel))
    snapshot = session.snapshot(DEMAND)
    findings = doctor.look(Look(snapshot, plan))
    begun, complete = time.thread_time(), True  # what is known of the data is made once, and not of this time
    epochs = _looks(session.state.epoch, plan)
    for epoch in epochs:
        complete = _advance(session, epoch, cancel, begun, seconds)
        if cancel is not None and cancel.is_set():
            return None
        snapshot, ends = session.snapshot(DEMAND), not complete or not session.goes_on or epoch == epochs[-1]
        findings = doctor.look(Look(snapshot, plan, bends if ends else None))
        if shown is not None:
            shown(findings)
        if ends:
            break
    made = tuple(foreseen(each, _step_of(start)) for each in findings)
    return Forecast(plan, session.state.epoch, made, snapshot, complete)


def foreseen(finding: Finding, step: float) -> Finding:
    """A finding, and each that follows from it, as a forecast where it is of a later step than this one."""
    follows = tuple(foreseen(each, step) for each in finding.consequences)
    return replace(finding, forecast=finding.step > step, consequences=follows)


def _alone(start: Checkpoint) -> Checkpoint:
    """The same start without a log: the run ahead keeps none, and of seconds it knows nothing."""
    return replace(start, log=None)


def _step_of(start: Checkpoint) -> int:
    return 0 if start.state is None else start.state.step


def _looks(now: int, plan: Plan) -> list[int]:
    """The epochs that are looked at, all after now; of a run that is beyond its plan, as many more as that has."""
    end = plan.epochs if plan.epochs > now else now + plan.epochs
    shares = [*EARLY, *((place + 1) / LOOKS for place in range(LOOKS))]
    return sorted({now + max(1, round(share * (end - now))) for share in shares})


def _advance(session: Session, epoch: int, cancel: threading.Event | None, begun: float, seconds: float | None) -> bool:
    """Train to the end of an epoch in short pieces; False where the time was over before."""
    left, steps, rate = session.steps_for(epoch - session.state.epoch), 16, 0.0
    while left > 0 and session.goes_on and not (cancel is not None and cancel.is_set()):
        before = time.thread_time()
        if seconds is not None and before - begun >= seconds:
            return False
        made = min(left, steps)
        session.advance(steps=made)
        left, rate = left - made, made / max(time.thread_time() - before, 1e-6)
        steps = max(1, min(4 * steps, int(rate * PIECE)))
    return True
