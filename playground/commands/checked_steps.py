"""Steps of the check-up as the commands print them: as values for machines, and as a line each with its findings.

Owns both forms; knows nothing of how a step is made.
"""

from __future__ import annotations

from typing import Any

from playground.commands.findings import INDENT, figures_of, finite, values_of
from playground.data import Dataset
from playground.diagnosis.check_up.step import Curve, Step
from playground.experiment.experiment import Experiment
from playground.words.check_up import told_step
from playground.words.diagnosis import told

TITLE, OUTCOME = 23, 14


def values_of_step(step: Step, experiment: Experiment, dataset: Dataset) -> dict[str, Any]:
    """One step; figures that are no finite number are null."""
    said = told_step(step, experiment, dataset)
    return {
        "name": step.name,
        "title": said.title,
        "passed": step.passed,
        "detail": step.detail,
        "expected": said.expected,
        "found": said.found,
        "why": said.why,
        "figures": figures_of(step.figures),
        "findings": [values_of(each, experiment, dataset) for each in step.findings],
        "curve": None if step.curve is None else _curve(step.curve),
    }


def _curve(curve: Curve) -> dict[str, Any]:
    return {"x": [finite(each) for each in curve.x.tolist()], "y": [finite(each) for each in curve.y.tolist()]}


def lines_of_step(step: Step, experiment: Experiment, dataset: Dataset) -> list[str]:
    """The step, its outcome and what was found; where it was not passed what was expected; then its findings."""
    said = told_step(step, experiment, dataset)
    head = f"{said.number:>2}  {said.title:<{TITLE}}{INDENT}{said.outcome:<{OUTCOME}}{INDENT}{said.found}"
    expected = [f"{INDENT * 2}Expected: {said.expected}"] if step.passed is False else []
    findings = [told(each, experiment, dataset) for each in step.findings]
    told_so = [f"{INDENT * 2}{each.title} ({each.severity.lower()}): {each.sentence}" for each in findings]
    return [head, *expected, *told_so]
