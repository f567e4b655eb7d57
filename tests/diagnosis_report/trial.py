"""One configuration trained to its end, looked at on the way.

Owns what is kept of it: what was shown at which share of the plan, how it ended, and whether that is harm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.diagnosis.cures.arbitration import arbitrated
from playground.diagnosis.doctor import Doctor
from playground.diagnosis.signals.look import DEMAND, Look
from playground.diagnosis.signals.plan import Plan
from playground.errors import InvalidExperiment
from playground.run.session import Session
from tests.diagnosis_report.healthy import Configuration

SHARES = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, *(0.04 * place for place in range(3, 26)))
HARM, WORSE = 0.05, 0.05
"""Below the reference, of the training score and of the held-out one."""
SOUND, GAP, RISE = 0.03, 0.08, 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was shown at each share of the plan: alarms, the cause first. The rest is of the end.

    flickers: rules shown, as a cause or as what follows from one, withdrawn and shown again. loss_rise: how far the
    held-out loss has risen from its lowest, in losses of guessing.
    """

    configuration: Configuration
    shown: tuple[tuple[float, tuple[str, ...]], ...]
    score: float
    held_out: float | None
    reference: float | None
    reference_held_out: float | None
    behind: bool
    flickers: int
    has_learned: bool
    loss_rise: float
    lowest_recall: float | None
    consequences: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """All that is named at the end, what follows from something else too."""
        return (*self.last, *self.consequences)

    @property
    def last(self) -> tuple[str, ...]:
        """What is shown at the end."""
        return self.shown[-1][1]

    def at(self, share: float) -> tuple[str, ...]:
        """What is shown at the last look up to this share."""
        return [names for when, names in self.shown if when <= share + 1e-9][-1]

    @property
    def ever(self) -> set[str]:
        """All rules that were ever shown."""
        return {name for _, names in self.shown for name in names}

    @property
    def is_sound(self) -> bool:
        """Whether the run has done what the data allow, as no rule was asked: it reaches the reference on training and
        held-out samples, and knows no more of the first than of the second."""
        if self.reference is None or self.held_out is None or self.reference_held_out is None:
            return False
        if self.loss_rise > RISE:
            return False
        fits = self.score >= self.reference - SOUND and self.held_out >= self.reference_held_out - SOUND
        return fits and self.score - self.held_out <= GAP

    @property
    def is_worse(self) -> bool:
        """Whether held-out samples are told worse than the reference tells them."""
        known = self.held_out is not None and self.reference_held_out is not None
        return known and self.held_out < self.reference_held_out - WORSE  # type: ignore[operator]


def tried(configuration: Configuration) -> Outcome | None:
    """Train it; None where the experiment is none."""
    try:
        session = Session(configuration.experiment)
    except InvalidExperiment:
        return None
    doctor, plan = Doctor(arbitrated), Plan(configuration.epochs, "asked")
    shown: list[tuple[float, tuple[str, ...]]] = []
    gone, before = set[str](), set[str]()
    flickers = 0
    for share in SHARES:
        epoch = round(share * configuration.epochs)
        if epoch > session.state.epoch and session.goes_on:
            session.advance(epochs=epoch - session.state.epoch)
        look = Look(session.snapshot(DEMAND), plan)
        told = [each for each in doctor.look(look) if each.is_alarm]
        everywhere = {each.rule for top in told for each in (top, *top.consequences)}
        flickers += len(gone & everywhere)
        gone, before = (gone | before) - everywhere, everywhere
        shown.append((share, tuple(each.rule for each in told)))
    facts = look.facts
    best = None if facts.references is None else facts.held_out_score(facts.references.best)
    return Outcome(
        configuration, tuple(shown), score=look.score, held_out=look.held_out_score, reference=facts.reference,
        reference_held_out=best, behind=_is_behind(look), flickers=flickers, has_learned=look.has_learned,
        loss_rise=_rise(look), lowest_recall=_lowest_recall(look),
        consequences=tuple(each.rule for top in doctor.shown for each in top.consequences),
    )  # fmt: skip


def _is_behind(look: Look) -> bool:
    """Whether the training score at the end is below what the data allow."""
    return look.target is not None and (look.diverged or look.score < look.target)


def _rise(look: Look) -> float:
    """How far the held-out loss, the mean of a tenth of the run, has risen from its lowest."""
    losses = look.rows("test_loss")
    width = max(1, len(losses) // 10)
    smooth = np.convolve(losses, np.ones(width) / width, "valid")
    return float(smooth[-1] - smooth.min()) / look.trivial_loss


def _lowest_recall(look: Look) -> float | None:
    """Of the class that is found least, among the training samples; None of a regression."""
    return float(np.nanmin(look.recalls)) if look.facts.classes else None
