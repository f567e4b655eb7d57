"""The forward pass of one sample, operation by operation: as the network answers, and as it computes while it trains.

Owns what may be asked and what is told of both; the session stays as it is. Knows nothing of how it is shown.
"""

from __future__ import annotations

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike

from playground.anatomy import passes, telling
from playground.anatomy.asking import moment_of, row_of
from playground.anatomy.layers.flow import Flow, outputs_of
from playground.anatomy.operations.operation import Numbers
from playground.anatomy.operations.sequence import Operations
from playground.anatomy.passes import EVALUATION, Mode
from playground.anatomy.step import Moment
from playground.anatomy.telling import Numbered
from playground.engine.layout import Layout
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.run.examples import Examples
from playground.run.session import Session
from playground.scalars import whole

DRAWS = 100
"""Passes with dropout and noise at work, whose spread is a picture of how unsure the network is."""
CHANCE, BATCH = ("dropout", "gaussian_noise"), "batch_norm"


class Inference(msgspec.Struct, frozen=True, eq=False):
    """One sample through the network.

    inputs (features,): what the network reads. operations: the forward pass in evaluation mode, whose head gives
    outputs (units,), and `answer` (units,), the same in the targets' own unit.
    differs: the layers that compute otherwise while training: dropout, noise and batch normalization; where there are
    none, what follows is None. training: the forward pass in training mode, as if it were the first of the coming
    batch, with the coming step's draws; training_outputs (units,); training_units: of all units, layer by layer.
    drawn (100, units): outputs under a hundred draws of dropout and noise, norms as in evaluation (Gal & Ghahramani
    2016, "Dropout as a Bayesian approximation"); None where nothing is drawn.
    row: which sample of the data it is, counted over the training and then the held-out ones, and label: its class or
    target; None of what is no sample of theirs.
    """

    experiment: Experiment
    layout: Layout
    inputs: Numbers
    operations: Operations
    outputs: Numbers
    answer: Numbers
    differs: tuple[int, ...]
    training: Operations | None
    training_outputs: Numbers | None
    drawn: Numbers | None
    row: int | None = None
    label: float | None = None
    training_units: Numbers | None = None

    @property
    def spread(self) -> tuple[Numbers, Numbers] | None:
        """(units,) mean and standard deviation of the drawn outputs."""
        return None if self.drawn is None else (self.drawn.mean(axis=0), self.drawn.std(axis=0))


def inference(
    session: Session, sample: ArrayLike | None = None, *, inputs: ArrayLike | None = None, row: int | None = None
) -> Inference:  # fmt: skip
    """One sample's forward pass, in evaluation mode and, where they differ, in training mode.

    sample: x and y, pixels, or columns, as `Session.predict` takes them; or inputs: what the network reads, one number
    each; or row: a sample of the data, counted over the training and then the held-out ones. Raises WrongUse.
    """
    moment = moment_of(session)
    if sum(each is not None for each in (sample, inputs, row)) != 1:
        raise WrongUse("Either a sample, inputs or a row are needed here, and only one of them.")
    examples = Examples(session.experiment, session.dataset, session.dtype)
    if row is not None:
        return _of_row(moment, examples, row)
    if inputs is None:
        columns = len(session.dataset.train_points)
        inputs = examples.inputs(row_of("A sample's columns", sample, columns)[:, None])[:, 0]
    given = row_of("inputs", inputs, len(moment.batch.inputs)).astype(session.dtype).astype(np.float64)
    return _inferred(moment, examples, given)


def _of_row(moment: Moment, examples: Examples, row: int) -> Inference:
    """What the network reads of a sample of the data, to the last bit; a sealed test set has none to show."""
    data, held_out = examples.dataset, examples.held_out[0]
    row = whole("row", row, examples.count + held_out.shape[1] - 1)
    place = row - examples.count
    given, label = (
        (examples.train[0][:, row], data.train_labels[row]) if place < 0 else
        (held_out[:, place], data.held_out_labels[place])
    )  # fmt: skip
    return replace(_inferred(moment, examples, np.asarray(given, np.float64)), row=row, label=float(label))


def _inferred(moment: Moment, examples: Examples, given: Numbers) -> Inference:
    wiring, parameters = moment.wiring, moment.state.parameters.astype(np.float64)
    kinds = [slot.kind for slot in moment.layout.slots]
    draws = any(kind in CHANCE for kind in kinds)
    differs = tuple(number for number, kind in enumerate(kinds) if kind in CHANCE or kind == BATCH)

    def run(inputs: Numbers, mode: Mode) -> tuple[Operations, tuple[Flow, ...]]:
        with np.errstate(all="ignore"):
            flows = tuple(passes.forward(wiring, parameters, inputs, mode))
        none = np.zeros(0)
        told = Numbered(wiring, flows, none[None], none, none, parameters, None, parameters, 0)
        return Operations(list(telling.forward_blocks(told))), flows

    operations, flows = run(given[:, None], EVALUATION)
    outputs = flows[-1].values
    training, training_outputs, training_units, drawn = None, None, None, None
    if differs:
        company = moment.batch.inputs.copy()
        company[:, 0] = given
        training, flows = run(company, Mode(training=True, chance=moment.chance))
        training_outputs, training_units = flows[-1].values[:, 0], outputs_of(flows, 0)
    if draws:
        drawn = run(np.repeat(given[:, None], DRAWS, axis=1), Mode(chance=moment.chance))[1][-1].values.T
    answer = np.asarray(examples.answers(outputs), np.float64)[:, 0]
    return Inference(
        moment.experiment, moment.layout, given, operations, outputs[:, 0], answer, differs, training,
        training_outputs, drawn, training_units=training_units,
    )  # fmt: skip
