"""Cures of findings, tried for a command and printed by it: as values for machines, as a line each while they come, and
as a table at the end.

Owns these forms and which findings are cured in which order; knows nothing of how cures are made or judged.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from playground.commands.output import GAP, say
from playground.data import Dataset
from playground.diagnosis.course import Course
from playground.diagnosis.cures.candidates import candidates
from playground.diagnosis.cures.cure import Cure
from playground.diagnosis.cures.measures import Measure, measure_of
from playground.diagnosis.cures.oversized import question, sized
from playground.diagnosis.cures.verifying import CureResult, ranked, try_cures
from playground.diagnosis.signals.finding import Finding, RuleName
from playground.diagnosis.signals.plan import Plan, plan_of
from playground.experiment.experiment import Experiment
from playground.population.room import Room
from playground.run.checkpoint import Checkpoint
from playground.words.cures import (
    JUDGED,
    came_of,
    changes_text,
    count_text,
    cure_title,
    effect_text,
    seeds_of,
    tried_on,
    word_of,
)
from playground.words.diagnosis import title_of
from playground.words.doctor import NO_CURE

Tried = dict[RuleName, tuple[CureResult, ...]]
"""What came of the cures of each finding."""


def tried(course: Course, start: Checkpoint, cancel: threading.Event) -> Tried:
    """The cures of each alarm, those of the primary cause first, tried one by one; each result is said as it comes.

    Where that was cancelled, what had come until then.
    """
    start = replace(start, dataset=start.dataset_for(start.experiment))
    found: Tried = {}
    for finding in (each for each in course.findings if each.is_alarm):
        found[finding.rule] = ranked(tuple(_come(finding, start, course.plan, cancel)))
    return found


def tried_tenth(course: Course, start: Checkpoint, cancel: threading.Event) -> tuple[Tried, Course]:
    """Whether a tenth of the parameters does the same, tried; where it does, the course has the note besides."""
    assert course.last is not None
    start = replace(start, dataset=start.dataset_for(start.experiment))
    asked = question(course.last.step, course.last.epoch)
    known = sized(start, asked, course.plan, cancel, Room())
    if known.result is None:
        return {}, course
    say(f"{title_of(asked)}? {came_of(known.result)}")
    if known.finding is None:
        return {}, course
    return {"too_large": (known.result,)}, replace(course, findings=(*course.findings, known.finding))


def _come(finding: Finding, start: Checkpoint, plan: Plan, cancel: threading.Event) -> Iterator[CureResult]:
    cures = candidates(finding, start.experiment, start.dataset_for(start.experiment), plan)
    for number, result in enumerate(try_cures(start, finding, plan, cures, cancel, Room()), 1):
        say(f"{title_of(finding)}, cure {number} of {len(cures)}: {came_of(result)}")
        yield result


# -- for machines ------------------------------------------------------------------------------------------------------


def values_of_fixes(
    finding: Finding, experiment: Experiment, dataset: Dataset, plan: Plan | None = None,
    results: Sequence[CureResult] = (),
) -> list[dict[str, Any]]:  # fmt: skip
    """The results, the best first, then the candidates that were not tried."""
    plan = plan_of(experiment) if plan is None else plan
    measure, rest = measure_of(finding.rule, experiment), _untried(finding, experiment, dataset, plan, results)
    return [*map(_values, results), *(_candidate(each, measure, plan) for each in rest)]


def _untried(
    finding: Finding, experiment: Experiment, dataset: Dataset, plan: Plan, results: Sequence[CureResult]
) -> list[Cure]:  # fmt: skip
    known = {each.cure.name for each in results}
    return [each for each in candidates(finding, experiment, dataset, plan) if each.name not in known]


def _values(result: CureResult) -> dict[str, Any]:
    pairs = [{"seed": each.seed, "without": each.without, "with": each.treated} for each in result.pairs]
    return _what(result.cure) | {
        "metric": result.measure,
        "epochs": result.epochs,
        "effect": result.effect,
        "helped": result.helped,
        "verdict": result.verdict,
        "better": result.better,
        "seeds": len(result.pairs),
        "pairs": pairs,
    }


def _candidate(cure: Cure, measure: Measure, plan: Plan) -> dict[str, Any]:
    """The same of one that was not tried: what a trial would tell is null."""
    unknown = dict.fromkeys(("effect", "helped", "verdict", "better", "seeds"))
    return {**_what(cure), "metric": measure, "epochs": plan.epochs * cure.times, **unknown, "pairs": []}


def _what(cure: Cure) -> dict[str, Any]:
    changes = {each.path: msgspec.to_builtins(each.value) for each in cure.changes}
    return {"name": cure.name, "title": cure_title(cure), "changes": changes}


# -- in words ----------------------------------------------------------------------------------------------------------


def lines_of_fixes(
    finding: Finding, experiment: Experiment, dataset: Dataset, plan: Plan, results: Sequence[CureResult] | None
) -> list[str]:  # fmt: skip
    """What came of each cure, and which were not tried. results: None where nobody asked for trials."""
    rest = "; ".join(map(cure_title, _untried(finding, experiment, dataset, plan, results or ())))
    if results is None:
        return [f"What may help (--verify tries it): {rest}."] if rest else [NO_CURE]
    if not results:
        return [f"Not tried: {rest}."] if rest else [NO_CURE]
    head = f"Cures. {tried_on(seeds_of(results))}, judged by {JUDGED[results[0].measure]}:"
    return [head, *_table(results), *([f"Not tried: {rest}."] if rest else [])]


def _table(results: Sequence[CureResult]) -> list[str]:
    """A row a cure: its name, the effect, the word, how many pairs became better, and what it changes."""
    rows = [(cure_title(each.cure), effect_text(each), word_of(each), count_text(each)) for each in results]
    names, effects, words, counts = (max(map(len, column)) for column in zip(*rows, strict=True))
    return [
        f"{GAP}{name:<{names}}{GAP}{effect:>{effects}}{GAP}{word:<{words}}{GAP}{count:>{counts}} better"
        f"{GAP}{changes_text(each.cure)}"
        for (name, effect, word, count), each in zip(rows, results, strict=True)
    ]
