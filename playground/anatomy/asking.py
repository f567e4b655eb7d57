"""Asking a session what its coming step does, also with inputs, a target or parameters typed by hand.

Owns what may be asked and how it is refused; the session stays as it is. Knows nothing of the formulas.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike, NDArray

from playground.anatomy.step import Batch, InsideStep, Moment, coming_batch, step_from
from playground.errors import WrongUse
from playground.run.examples import Examples
from playground.run.session import Session
from playground.scalars import number, shown, whole

Numbers = NDArray[np.float64]


def inside(
    session: Session,
    sample: int = 0,
    *,
    inputs: ArrayLike | None = None,
    target: float | None = None,
    parameters: ArrayLike | Mapping[int, float] | None = None,
) -> InsideStep:
    """The session's coming step, operation by operation; the session does not move.

    sample: which sample of the coming batch it is told for, by its place from 0. inputs: what the network reads in
    place of this sample's inputs, one number each. target: its class (from 0), or its number where a number is asked
    for. parameters: all of them, or some by their place in the layout. All numbers may be fractions. Raises WrongUse.
    """
    moment = moment_of(session)
    sample = whole("sample", sample, moment.batch.size - 1)
    if inputs is not None or target is not None:
        examples = Examples(session.experiment, session.dataset, session.dtype)
        moment = _with_sample(moment, sample, examples, inputs, target)
    if parameters is not None:
        moment = _with_parameters(moment, parameters)
    return step_from(moment, sample)


def moment_of(session: Session) -> Moment:
    """Where the session stands; raises WrongUse for what is no session."""
    if not isinstance(session, Session):
        raise WrongUse("A Session is needed here; got {given}.", given=shown(session))
    experiment, state = session.experiment, session.state.copy()
    examples = Examples(experiment, session.dataset, session.dtype)
    size = min(experiment.training.batch_size, max(examples.count, 1))
    batch = coming_batch(state, examples.train, session.dataset.train_labels, size)
    return Moment(experiment, session.layout, state, examples.train, batch)


def step_given(given: Any) -> InsideStep:
    """The step that a caller hands in; raises WrongUse for what is none."""
    if isinstance(given, InsideStep):
        return given
    raise WrongUse("A step is needed here, as playground.inside(session) returns; got {given}.", given=shown(given))


def _with_sample(moment: Moment, sample: int, examples: Examples, inputs: Any, target: Any) -> Moment:
    """The chosen sample shows something else, to these operations and to the engine."""
    batch, train = moment.batch, tuple(each.copy() for each in moment.train)
    place, labels = int(batch.samples[sample]), batch.labels.copy()
    if inputs is not None:
        train[0][:, place] = row_of("inputs", inputs, len(batch.inputs))
    if target is not None:
        labels[sample] = _label(moment, target)
        train[1][:, place] = examples.targets(labels[sample : sample + 1])[:, 0]
    shown_now, wanted = (np.asarray(each[:, batch.samples], np.float64) for each in train)
    changed = Batch(batch.samples, labels, shown_now, wanted[:-1], wanted[-1])
    return replace(moment, train=(train[0], train[1]), batch=changed)


def _label(moment: Moment, target: Any) -> float:
    task = moment.experiment.task
    if task.is_classification:
        return float(whole("target", target, task.classes - 1))
    return _finite("target", target)


def _with_parameters(moment: Moment, given: Any) -> Moment:
    state = moment.state.copy()
    if isinstance(given, Mapping):
        for index, value in given.items():
            state.parameters[whole("index", index, moment.layout.size - 1)] = _finite("A parameter", value)
    else:
        state.parameters[:] = row_of("parameters", given, moment.layout.size)
    return replace(moment, state=state)


def row_of(name: str, given: Any, count: int) -> Numbers:
    """So many finite numbers; raises WrongUse."""
    is_row = given.ndim == 1 if isinstance(given, np.ndarray) else isinstance(given, Sequence)
    if not is_row or isinstance(given, str) or len(given) != count:
        raise WrongUse("{name} are {count} numbers; got {given}.", name=name, count=count, given=shown(given))
    return np.array([_finite(name, each) for each in given])


def _finite(name: str, value: Any) -> float:
    found = number(name, value)
    if not math.isfinite(found):
        raise WrongUse("{name}: only finite numbers fit here; got {given}.", name=name, given=found)
    return found
