"""A run that swings, or leapt once and goes on in ordinary steps, may be one whose network is too small all the same.

Owns which causes are doubted, and what is told once other draws and rates were tried; knows nothing of how they are. A
look alone cannot tell: whether a smaller rate would do it is seen by training with one.
"""

from __future__ import annotations

from msgspec.structs import replace

from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.strides import goes_in_ordinary_steps

SMALL = "too_few_units"


def is_doubtful(look: Look, finding: Finding) -> bool:
    """Whether this cause may be what a network that is too small brings about: a swing, or a leap long ago."""
    if not finding.is_alarm:
        return False
    if finding.rule == "oscillation":
        return look.has_learned
    return finding.rule == "learning_rate_high" and finding.detail == "leap" and goes_in_ordinary_steps(look)


def asked_of(findings: tuple[Finding, ...]) -> Finding | None:
    """The finding of too few units that is to be tried: a cause, or the doubt that stands under one."""
    under = (each for top in findings for each in (top, *top.consequences))
    return next((each for each in under if each.rule == SMALL), None)


def without_doubt(look: Look, finding: Finding, tried: Finding | None) -> Finding:
    """A cause that is no doubt any more: under the network that is too small, where trials have shown that it is.

    tried: what they have shown; None where nothing was tried.
    """
    rest = tuple(each for each in finding.consequences if each.rule != SMALL)
    finding = replace(finding, consequences=rest)
    is_small = tried is not None and tried.rule == SMALL and tried.detail != "partly" and not _is_also_hot(look, tried)
    if tried is None or not is_small or not look.behind or not is_doubtful(look, finding):
        return finding
    return replace(
        tried, step=finding.step, epoch=finding.epoch, consequences=(replace(finding, consequences=()), *rest)
    )


def _is_also_hot(look: Look, tried: Finding) -> bool:
    """Whether a lower rate, though it does not do it, does clearly more than a run that has learned nothing: then the
    network may be too small as well, and the rate comes first."""
    lower = tried.figure("lower")
    return not look.has_learned and lower is not None and lower > look.score + look.margin
