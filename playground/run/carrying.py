"""What an edit of the experiment does to a run that goes on: what stays, what is carried over, what begins anew.

Owns these rules; knows nothing of kernels, curves or undo.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from playground.data import OwnPoints, PointsData, check_points
from playground.engine.parameters import carried_over
from playground.engine.state import PROBES, RunState
from playground.engine.transfer import moves_parameters
from playground.experiment.experiment import Experiment
from playground.experiment.training import LOSSES, Training

OF_STEPS = (
    "learning_rate", "optimizer", "schedule", "clip_norm", "clip_value", "max_norm", "early_stopping", "stop",
    "initializer", "initializer_scale", "initial_bias",
)  # fmt: skip
"""Fields of the training that decide where parameters go or begin, and no figure of what they are."""


def number_type(experiment: Experiment) -> type[np.floating]:
    """The number type that an experiment asks for."""
    return np.float64 if experiment.training.precision == "float64" else np.float32


def examples_of(experiment: Experiment) -> tuple[object, ...]:
    """All that decides what the network is shown; equal values mean equal examples."""
    training = experiment.training
    return (
        experiment.data, experiment.seed, experiment.head, training.label_smoothing, training.class_weights,
        training.precision,
    )  # fmt: skip


def points_after(
    experiment: Experiment, given: OwnPoints | None, known: Sequence[OwnPoints | None]
) -> OwnPoints | None:  # fmt: skip
    """The own points of an edited experiment; None where it makes its own. Raises PointsRefused.

    given: new ones that come with the edit; without them, those among the known ones whose digest the experiment names.
    """
    source = experiment.data.source
    if not isinstance(source, PointsData):
        return None
    found = [each for each in ((given,) if given is not None else known) if each is not None]
    fitting = next((each for each in found if each.digest == source.digest), found[0] if found else None)
    check_points(source, fitting)
    return fitting


def measured_by(experiment: Experiment) -> tuple[object, ...]:
    """All that decides the figures of given parameters on given examples; equal values mean equal figures, bit for bit.

    Only what says how steps are made is left out, so a field that is new counts until it is named here.
    """
    return experiment.network, _training_without(experiment, OF_STEPS)


def judged_by(experiment: Experiment) -> tuple[object, ...]:
    """The same for all figures but the penalty, which is told by the parameters alone: samples do not matter to it."""
    return experiment.network, _training_without(experiment, (*OF_STEPS, "l1", "l2"))


def _training_without(experiment: Experiment, names: Sequence[str]) -> Training:
    plain = Training()
    return msgspec.structs.replace(experiment.training, **{name: getattr(plain, name) for name in names})


def runs_alike(one: Experiment, other: Experiment) -> bool:
    """Whether two experiments differ in nothing but their title and notes."""
    return msgspec.structs.replace(one, title=other.title, notes=other.notes) == other


def meaning_of(experiment: Experiment, sets_known: tuple[bool, bool]) -> tuple[object, ...]:
    """What the recorded figures mean; figures of another meaning do not belong in the same curve.

    sets_known: whether the test set and the validation set are measured.
    """
    training, loss = experiment.training, experiment.head.loss
    own = LOSSES[loss].number
    number = getattr(training, own) if own else None
    return experiment.task, loss, number, training.label_smoothing, training.class_weights, sets_known


def edit_state(old: Experiment, new: Experiment, state: RunState, spare: RunState | None, same_meaning: bool) -> None:
    """Change a run's state, in place, so that it goes on as a run of `new`.

    spare: a state of `new` that an earlier edit put aside; it gives what `state` does not have.
    same_meaning: whether losses can be compared with those before the edit.
    """
    if old.training.precision != new.training.precision:
        state.converted(number_type(new))
    moved = moves_parameters(old, new)
    if moved:
        if spare is not None:
            spare = spare.copy()
            spare.converted(state.parameters.dtype.type)
            if (state.powers > spare.powers).any():  # begun anew since: older moments would be corrected as young ones
                spare.slots[:] = 0.0
        state.parameters, state.slots = carried_over(old, new, state, spare)
        state.probes = np.zeros((len(new.network.layers) + 1, PROBES))
    state.restart_maxima()
    if type(new.training.optimizer) is not type(old.training.optimizer):
        state.slots[:] = 0.0
        state.powers[:] = 1.0
    if moved or not same_meaning or old.data != new.data:
        state.restart_watch(new.training)
    else:
        state.follow_rules(old.training, new.training)
