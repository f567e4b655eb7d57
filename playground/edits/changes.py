"""Changing one field of an experiment by its path: the command line's `--set` and the panels' sliders.

Owns the reading of paths such as `network.layers[0].units`; knows nothing of what the fields mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from playground.errors import InvalidExperiment, Problem, WrongUse
from playground.experiment import schema
from playground.experiment.experiment import (
    Experiment,
    canonical,
    check_rules,
    checked,
    experiment_given,
)
from playground.experiment.given import decoded, taken_field
from playground.experiment.strict_json import parse_json
from playground.meant import meant
from playground.numbers import parsed
from playground.scalars import shown

STEP = re.compile(r"\.?([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\.(\d+)")
DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")

KIND = "kind"

Steps = list[str | int]
"""A path in steps: names of fields, and places in lists."""


def with_changes(experiment: Experiment, **changes: Any) -> Experiment:
    """Fields replaced by their dotted path, dots written as double underscores; raises InvalidExperiment.

    `with_changes(e, training__learning_rate=0.1)`; parts that do not change stay the same objects. What is new comes
    from outside, so it is checked against its field's type; then the rules between fields, once. Defaults that follow
    from a field are those of `apply_settings`. Raises WrongUse for what is no Experiment.
    """
    if not isinstance(experiment, Experiment):
        raise WrongUse("An Experiment is needed here; got {given}.", given=shown(experiment))
    changed, problems = experiment, list[Problem]()
    for path, value in changes.items():
        changed = _replaced(changed, (), path.split("__"), value, _Asked(tuple(changes), problems))
    if problems:
        raise InvalidExperiment(problems)
    try:
        check_rules(changed)
    except (AttributeError, KeyError, TypeError, ValueError):  # a rule tripped: was the experiment ever checked?
        return checked(changed)
    return changed


class _Asked(NamedTuple):
    """All paths of one change, as they were written, and the problems found so far."""

    paths: tuple[str, ...]
    problems: list[Problem]


def _replaced(value: Any, place: tuple[str, ...], names: list[str], new: Any, asked: _Asked) -> Any:
    """The value at `place` with the field that `names` lead to; as it was where there is a problem."""
    name, *rest = names
    path = ".".join((*place, name))
    if not isinstance(value, msgspec.Struct) or name not in value.__struct_fields__:
        asked.problems.append(Problem(path, _no_field(value, place, names)))
        return value
    if rest:
        return msgspec.structs.replace(
            value, **{name: _replaced(getattr(value, name), (*place, name), rest, new, asked)}
        )
    found = schema.field_problems(type(value), name, new, path)
    if found:
        asked.problems.extend(found)
        return value
    following = {each: UNSET for each in _following(value, name) if "__".join((*place, each)) not in asked.paths}
    return msgspec.structs.replace(value, **following, **{name: taken_field(type(value), name, new)})


def _no_field(value: Any, place: tuple[str, ...], names: list[str]) -> str:
    """Why a path leads nowhere, in the words of Python."""
    here = ".".join(place)
    if value is None:
        return f"there is no such field, because {here} is None; replace {here} itself"
    if isinstance(value, tuple):
        return f"there is no such field, because {here} is a tuple; replace {here} itself"
    return _missing(decoded(value), here, list(names), None)


def _following(holder: Any, field: str) -> Iterator[str]:
    """The fields of a struct that stand at their default, where it follows from `field`."""
    for name, other in getattr(type(holder), "follows", {}).items():
        if other == field:
            usual = type(holder)(**{other: getattr(holder, other)})
            if getattr(usual, name) == getattr(holder, name):
                yield name


def apply_settings(experiment: Experiment, settings: Sequence[str]) -> Experiment:
    """The experiment with every `PATH=JSON` applied, then checked; raises WrongUse or InvalidExperiment.

    The `kind` of a layer, an optimizer or a schedule brings its own defaults with it, and the other settings of that
    object come after it, wherever they stand. A number at a default which follows from another field (a data set's
    usual samples) counts as not set and goes along with that field, unless it is among the settings itself.
    """
    made = experiment_given(experiment)
    raw = _decoded(made)
    if isinstance(settings, str) or not isinstance(settings, Sequence):
        sentence = "Settings are a list of PATH=JSON texts, such as [{example!r}]; got {given}."
        raise WrongUse(sentence, example="training.learning_rate=0.3", given=shown(settings))
    pairs = _kinds_first([_pair(setting, raw) for setting in settings])
    asked = [steps for steps, _ in pairs]
    for steps, value in pairs:
        _put(raw, steps, value)
        _let_follow(raw, made, steps, asked)
        raw = canonical(raw)
        if not schema.problems(raw, Experiment):
            made = msgspec.convert(raw, Experiment)
            raw = _decoded(made)
    try:
        return checked(raw)
    except InvalidExperiment as error:
        raise InvalidExperiment([_as_setting(problem) for problem in error.problems]) from None


def _as_setting(problem: Problem) -> Problem:
    """A problem in the words of a command line, where braces and quotes are a nuisance."""
    if problem.rule != schema.BARE_KIND:
        return problem
    return replace(problem, sentence="the kind has a field of its own: write {path}.kind={kind}; got {given}",
                   values={**problem.values, "path": problem.path})  # fmt: skip


def _kinds_first(pairs: list[tuple[Steps, Any]]) -> list[tuple[Steps, Any]]:
    """The settings in their order, but for the kind of an object, which comes before its other fields."""
    made: list[tuple[Steps, Any]] = []
    for steps, value in pairs:
        others = (at for at, (each, _) in enumerate(made) if each[:-1] == steps[:-1] and each[-1] != KIND)
        made.insert(next(others, len(made)) if steps[-1] == KIND else len(made), (steps, value))
    return made


def _pair(setting: str, raw: Any) -> tuple[Steps, Any]:
    """Path and value of one PATH=JSON."""
    if not isinstance(setting, str):
        raise WrongUse("A setting is text, PATH=JSON; got {given}.", given=shown(setting))
    path, equals, text = setting.partition("=")
    if not equals or not path.strip():
        raise WrongUse("--set takes PATH=JSON, such as training.learning_rate=0.3; got {given!r}", given=setting)
    steps = _steps(path.strip())
    return steps, _json_or_text(text.strip(), _full_path(raw, steps) or path.strip())


def _full_path(raw: Any, steps: Steps) -> str | None:
    """The path that was meant by one whose beginning is left out, where only one field has its first name, or None."""
    paths = list(_paths(raw, []))
    name = meant(str(steps[0]), {path[-1] for path in paths})
    found = [path for path in paths if path[-1] == name]
    return _written([*found[0], *steps[1:]]) if len(found) == 1 else None


def _paths(raw: Any, here: Steps) -> Iterator[Steps]:
    """The way to every field inside decoded JSON."""
    for step, value in raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ():
        yield [*here, step]
        yield from _paths(value, [*here, step])


def _written(steps: Steps) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def _let_follow(raw: Any, before: Experiment, steps: Steps, asked: list[Steps]) -> None:
    """Take out, so that they get their new default, the fields that followed from the one that was set."""
    *place, field = steps
    holder: Any = before
    for step in place:
        holder = getattr(holder, step, None) if isinstance(step, str) else None
        raw = raw[step]
    for name in _following(holder, str(field)):
        if [*place, name] not in asked:
            raw.pop(name, None)


def _decoded(experiment: Experiment) -> Any:
    """The experiment as decoded JSON, every default written out."""
    return json.loads(msgspec.json.encode(experiment))


FREE_TEXTS = ("title", "notes", "formula")
"""Fields whose text no JSON needs to say."""


def _json_or_text(text: str, path: str) -> Any:
    """JSON, or the text itself where it is not JSON: a bare word (`--set training.loss=squared_error`), or whatever
    stands for a field of free text (`--set data.source.formula=sin(3*x)`)."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_ -]*", text) and text not in {"true", "false", "null", "NaN", "Infinity"}:
        return text
    if DECIMAL_COMMA.fullmatch(text):
        sentence = "{given} has a decimal comma, and a decimal point is needed: write {path}={meant}"
        raise WrongUse(sentence, given=text, path=path, meant=json.dumps(parsed(text)))
    try:
        return parse_json(text)
    except InvalidExperiment as error:
        if path.rpartition(".")[2] in FREE_TEXTS and not text.startswith('"'):
            return text
        raise WrongUse(f"{text!r} is not JSON: {error}") from None


def _put(raw: Any, steps: Steps, value: Any) -> None:
    """Set the value at a path of decoded JSON; a path that does not exist is refused with what is there."""
    here, whole = "", raw
    for position, step in enumerate(steps):
        last = position == len(steps) - 1
        if isinstance(step, int):
            if not isinstance(raw, list) or step >= len(raw):
                size = f"it has {len(raw)} entries" if isinstance(raw, list) else "it is not a list"
                raise InvalidExperiment([Problem(f"{here}[{step}]", f"there is no such entry: {size}")])
        elif not isinstance(raw, dict) or (step not in raw):
            raise InvalidExperiment(
                [Problem(f"{here}.{step}".lstrip("."), _missing(raw, here, steps[position:], whole))]
            )
        here = f"{here}[{step}]" if isinstance(step, int) else f"{here}.{step}".lstrip(".")
        if last and step == KIND:
            raw.clear()
        if last:
            raw[step] = value
        else:
            raw = raw[step]


def _missing(raw: Any, here: str, rest: Steps, whole: Any) -> str:
    """Why a field is not there, and what is or was meant."""
    if raw is None:
        return f"there is no such field, because {here} is null; write {here}={{}} first"
    if not isinstance(raw, dict):
        return "there is no such field: this is a plain value or a list"
    kind = f" in kind {raw['kind']}" if "kind" in raw else ""
    close = meant(str(rest[0]), raw)
    elsewhere = None if here or close else _full_path(whole, rest)
    if close or elsewhere:
        kind += f"; did you mean {elsewhere or '.'.join(filter(None, (here, close)))}?"
    return f"there is no such field{kind} (here are: {', '.join(raw)})"


def _steps(path: str) -> Steps:
    steps: Steps = []
    position = 0
    while position < len(path):
        match = STEP.match(path, position)
        if match is None:
            raise WrongUse(f"{path!r} is not a path; write it like network.layers[0].units")
        name, bracket, dotted = match.groups()
        steps.append(name if name is not None else int(bracket or dotted))
        position = match.end()
    return steps


def summary(value: Any) -> str:
    """A value as short JSON for messages."""
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
