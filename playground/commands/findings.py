"""Findings of the doctor as the commands print them: as values for machines, and as a calm text.

Owns both forms; knows nothing of how a finding is made.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from playground.commands.cures import lines_of_fixes, values_of_fixes
from playground.data import Dataset
from playground.diagnosis.cures.verifying import CureResult
from playground.diagnosis.signals.finding import Figure, Finding
from playground.diagnosis.signals.plan import Plan
from playground.experiment.experiment import Experiment
from playground.words.diagnosis import Told, told

INDENT = "  "


def values_of(
    finding: Finding, experiment: Experiment, dataset: Dataset, plan: Plan | None = None,
    results: Sequence[CureResult] = (),
) -> dict[str, Any]:  # fmt: skip
    """One finding; figures that are no finite number are null. results: what came of its cures, so far as tried."""
    said = told(finding, experiment, dataset)
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "title": said.title,
        "message": said.sentence,
        "detail": finding.detail,
        "evidence": figures_of(finding.figures),
        "place": {
            "layers": list(place.layers),
            "units": [list(each) for each in place.units],
            "inputs": list(place.inputs),
            "points": list(place.points),
        },
        "step": finding.step,
        "epoch": finding.epoch,
        "forecast": finding.forecast,
        "consequences": [values_of(each, experiment, dataset, plan) for each in finding.consequences],
        "fixes": values_of_fixes(finding, experiment, dataset, plan, results),
    }


def figures_of(figures: tuple[Figure, ...]) -> list[dict[str, Any]]:
    """Figures with their thresholds."""
    return [
        {
            "name": each.name, "value": finite(each.value), "threshold": finite(each.threshold), "above": each.above,
            "decides": each.decides,
        }
        for each in figures
    ]  # fmt: skip


def finite(value: float | None) -> float | None:
    """A number as JSON knows it."""
    return value if value is not None and math.isfinite(value) else None


def lines_of(finding: Finding, experiment: Experiment, dataset: Dataset) -> list[str]:
    """One finding, a block of lines: what it is and since when, what was seen, the evidence, what follows from it."""
    said = told(finding, experiment, dataset)
    notes = [f"{INDENT}{text}" for text in (said.sentence, said.where and f"Where: {said.where}.") if text]
    follows = [f"{INDENT}From it follows: {', '.join(said.consequences)}."] if said.consequences else []
    verdict = f"{INDENT}What would change this: {said.verdict}"
    return [f"{said.title} ({said.severity.lower()}, {said.since})", *notes, *_evidence(said), *follows, verdict]


def lines_with_cures(
    finding: Finding, experiment: Experiment, dataset: Dataset, plan: Plan, results: Sequence[CureResult] | None
) -> list[str]:  # fmt: skip
    """The same with what may cure it, or what came of that. results: None where nobody asked for trials."""
    cures = lines_of_fixes(finding, experiment, dataset, plan, results)
    return [*lines_of(finding, experiment, dataset), *(f"{INDENT}{each}" for each in cures)]


def _evidence(said: Told) -> Sequence[str]:
    """The figures, aligned, each with the limit that it has passed."""
    labels = max((len(each.label) for each in said.evidence), default=0)
    values = max((len(each.value) for each in said.evidence), default=0)
    return [
        f"{INDENT * 2}{each.label:<{labels}}{INDENT}{each.value:>{values}}{INDENT}{each.threshold}".rstrip()
        for each in said.evidence
    ]
