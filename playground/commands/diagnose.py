"""`playground diagnose`: what is wrong with a run, by name and with figures."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from playground.commands.opening import add_settings
from playground.commands.output import print_json, put, say
from playground.commands.parser import SOURCES, whole
from playground.numbers import spaced

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from playground.commands.cures import Tried
    from playground.diagnosis.course import Course
    from playground.diagnosis.signals.plan import Plan
    from playground.run.checkpoint import Checkpoint

MOST_EPOCHS = 10_000_000
DESCRIPTION = f"""\
Say what is wrong with a run: each difficulty by name, the cause first, with the figures that show it and what would
change the verdict. What was never trained is trained to the end of its plan (--epochs, else its own stop.epochs, else
300) and looked at on the way. A trained model is judged by its record as it stands, and then looked on from there: what
is still to come is marked as a forecast. --verify trains what may cure each fault beside the same run without it, on
five seeds, and tells what helped; where nothing harms it asks whether a tenth of the parameters does the same.
--check-up looks for faults step by step instead, from the experiment's beginning:
data, start, a few samples by heart, networks from simple to large, a rate range test and more. Nothing is changed or
saved.

{SOURCES}"""
PLANS = {
    "asked": "as asked",
    "stop": "as its own rule says",
    "usual": "as usual; --epochs asks for others",
}
"""By who said how long the run is meant to last."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to look at, and how far."""
    add = parser.add_argument
    add("source", metavar="SOURCE", help="what to look at")
    add("--epochs", metavar="N", type=whole(1, MOST_EPOCHS),
        help="epochs that the run is meant to take from its first step (default: stop.epochs, or 300)")  # fmt: skip
    add("--check-up", action="store_true", help="the guided check-up: ten steps, each with what was expected and found")
    add("--verify", action="store_true", help="try the cures of what harms, on five seeds each")
    add_settings(parser)
    add("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Look, report; the exit code is 0 whatever is found, 130 if the user interrupted."""
    from playground.commands.opening import opened, wish_of
    from playground.commands.training_loop import bends, prepare_kernels, stopping
    from playground.diagnosis.course import course_of

    checkpoint = opened(arguments.source, arguments.settings, wish_of(arguments))
    prepare_kernels(_precision(checkpoint))
    if arguments.check_up and not arguments.json:
        code = _told_step_by_step(checkpoint, arguments.epochs)
        if code or not arguments.verify:
            return code
        put("")
    found: Tried | None = {} if arguments.verify else None
    steps: list[dict[str, Any]] | None = None
    with stopping() as wish:
        course = course_of(checkpoint, arguments.epochs, wish.asked, bends())
        if arguments.verify and course.last is not None:
            found, course = _tried(course, checkpoint, wish.asked)
        if arguments.check_up and arguments.json:
            steps = list(_checked(checkpoint, course.plan, wish.asked))
        interrupted = course.last is None or ((arguments.verify or arguments.check_up) and wish.stop)
    dataset = checkpoint.dataset_for(checkpoint.experiment)
    if arguments.json:
        cut = {"status": "interrupted"} if interrupted else {}
        checked = {} if steps is None else {"check_up": steps}
        print_json(_report(course, checkpoint.experiment, dataset, found or {}) | cut | checked)
    else:
        _print(course, checkpoint.experiment, dataset, found)
        say("Interrupted." if interrupted else _looked(course))
    return 130 if interrupted else 0


def _tried(course: Course, checkpoint: Any, cancel: threading.Event) -> tuple[Tried, Course]:
    """What came of the cures. Where there is nothing to cure it is said, and asked whether a tenth does the same."""
    from playground.commands.cures import tried, tried_tenth

    if any(each.is_alarm for each in course.findings):
        return tried(course, checkpoint, cancel), course
    say("There is nothing to cure.")
    return tried_tenth(course, checkpoint, cancel)


def _told_step_by_step(checkpoint: Checkpoint, epochs: int | None) -> int:
    """Make the steps of the check-up; each line comes as its step is done."""
    from playground.commands.checked_steps import lines_of_step
    from playground.commands.training_loop import bends, stopping
    from playground.diagnosis.check_up.case import Case
    from playground.diagnosis.check_up.checking import steps_of
    from playground.diagnosis.signals.plan import plan_of

    plan, experiment = plan_of(checkpoint.experiment, epochs), checkpoint.experiment
    dataset = checkpoint.dataset_for(experiment)
    with stopping() as wish:
        for step in steps_of(Case(checkpoint, plan, wish.asked, bends())):
            put("\n".join(lines_of_step(step, experiment, dataset)))
    interrupted = wish.asked.is_set()
    say("Interrupted." if interrupted else f"Checked by a plan of {spaced(plan.epochs)} epochs ({PLANS[plan.source]}).")
    return 130 if interrupted else 0


def _checked(checkpoint: Checkpoint, plan: Plan, cancel: threading.Event) -> Iterator[dict[str, Any]]:
    """The steps of the check-up as values."""
    from playground.commands.checked_steps import values_of_step
    from playground.commands.training_loop import bends
    from playground.diagnosis.check_up.case import Case
    from playground.diagnosis.check_up.checking import steps_of

    dataset = checkpoint.dataset_for(checkpoint.experiment)
    for step in steps_of(Case(checkpoint, plan, cancel, bends())):
        yield values_of_step(step, checkpoint.experiment, dataset)


def _precision(checkpoint: Any) -> Any:
    """Of the arithmetic: that of the trained parameters, else the experiment's."""
    state = checkpoint.state
    if state is None:
        return checkpoint.experiment.training.precision
    return "float64" if state.parameters.dtype.itemsize == 8 else "float32"


def _report(course: Course, experiment: Any, dataset: Any, found: Tried) -> dict[str, Any]:
    from playground.commands.findings import values_of

    return {
        "status": _status(course),
        "plan": {"epochs": course.plan.epochs, "source": course.plan.source},
        "trained": course.trained,
        "epochs": None if course.last is None else course.last.epoch,
        "steps": None if course.last is None else course.last.step,
        "findings": [
            values_of(each, experiment, dataset, course.plan, found.get(each.rule, ())) for each in course.findings
        ],
    }


def _status(course: Course) -> str:
    """How the run that was looked at ended, in one word."""
    if course.last is None:
        return "interrupted"
    if course.last.divergence is not None:
        return "diverged"
    return "stopped_early" if course.last.stopped is not None and _is_short(course) else "completed"


def _is_short(course: Course) -> bool:
    return course.last is not None and course.last.epoch < course.plan.epochs


def _print(course: Course, experiment: Any, dataset: Any, found: Tried | None) -> None:
    from playground.commands.findings import lines_of, lines_with_cures

    blocks = []
    for each in course.findings:
        results = None if found is None else found.get(each.rule, ())
        lines = lines_with_cures(each, experiment, dataset, course.plan, results)
        blocks.append("\n".join(lines if each.is_alarm else lines_of(each, experiment, dataset)))
    if not any(each.is_alarm for each in course.findings):
        blocks.insert(0, "All is well." if course.last is not None else "Nothing was found until here.")
    put("\n\n".join(blocks))


def _looked(course: Course) -> str:
    """How far the run was looked at, and by which plan."""
    assert course.last is not None
    reached, planned = spaced(course.last.epoch), spaced(course.plan.epochs)
    beyond = f": the run was beyond its plan of {planned}, and went on for up to as many"
    how = beyond if course.last.epoch > course.plan.epochs else f" of a plan of {planned}"
    return f"Looked at to epoch {reached}{how} ({PLANS[course.plan.source]})."
