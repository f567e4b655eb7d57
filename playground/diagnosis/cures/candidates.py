"""The candidates of a finding: its remedies, made for this experiment, without those that change nothing or may not be.

Owns this choice; knows nothing of trials.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.data import Dataset
from playground.diagnosis.cures.cure import Cure, Variant
from playground.diagnosis.cures.remedies.case import Case, Wish
from playground.diagnosis.cures.table import REMEDIES, Remedy
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.plan import Plan, plan_of
from playground.experiment.changing import Change, changed_if_allowed
from playground.experiment.experiment import Experiment


def candidates(
    finding: Finding, experiment: Experiment, dataset: Dataset, plan: Plan | None = None
) -> tuple[Cure, ...]:  # fmt: skip
    """What may cure it, best first, and last what is known to be worthless; each is allowed, and none is the
    experiment itself or a second one of what stands before it. dataset: the experiment's own."""
    case = Case(experiment, dataset, finding, (plan_of(experiment) if plan is None else plan).epochs)
    found: list[Cure] = []
    met = {experiment}
    for remedy in REMEDIES[finding.rule]:
        cure = _cure(remedy, case)
        if cure is not None and (cure.search or cure.experiment not in met):
            met.add(cure.experiment)
            found.append(cure)
    return tuple(found)


def _cure(remedy: Remedy, case: Case) -> Cure | None:
    variants = list(_variants(remedy, case))
    if not variants:
        return None
    usual = variants[0 if remedy.name == "last_resort" else len(variants) // 2]
    search = tuple(variants) if len(variants) > 1 else ()
    return Cure(remedy.name, usual.changes, usual.experiment, search, remedy.times)


def _variants(remedy: Remedy, case: Case) -> Iterator[Variant]:
    for wish in remedy.make(case):
        changes = _changes(wish, case.experiment)
        made = changed_if_allowed(case.experiment, changes) if changes else None
        if made is not None:
            yield Variant(changes, made)


def _changes(wish: Wish, experiment: Experiment) -> tuple[Change, ...]:
    """What of a wish is not so already."""
    return tuple(Change(path, value) for path, value in wish.items() if _value(experiment, path) != value)


def _value(experiment: Experiment, path: str) -> object:
    value: object = experiment
    for name in path.split("."):
        value = getattr(value, name)
    return value
