"""What is asked of a run that is looked into, as values that another thread answers: its step, or one sample's pass.

Owns these values and their answers; loads what answers only when something is asked, since a window asks long after it
has come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:  # these load the kernels
    from playground.anatomy.inference import Inference
    from playground.anatomy.step import InsideStep
    from playground.run.session import Session


class Given(msgspec.Struct, frozen=True):
    """Numbers typed by hand in place of the run's: the chosen sample's inputs and target, and parameters by place."""

    inputs: tuple[float, ...] | None = None
    target: float | None = None
    parameters: tuple[tuple[int, float], ...] = ()


NOTHING = Given()


class StepWanted(msgspec.Struct, frozen=True):
    """The coming step, told for a sample of its batch, the last one where there are not so many."""

    sample: int
    given: Given = NOTHING

    def answer(self, session: Session) -> InsideStep:
        """Told on the thread that calls."""
        from playground.anatomy.asking import inside

        state, size = session.state, session.experiment.training.batch_size
        there = len(state.order[state.position : state.position + size])
        given = self.given
        return inside(
            session, min(self.sample, max(there - 1, 0)), inputs=given.inputs, target=given.target,
            parameters=dict(given.parameters) or None,
        )  # fmt: skip


class PassWanted(msgspec.Struct, frozen=True):
    """A forward pass. kind: whether `numbers` are a sample's columns, what the network reads, or the one number of a
    row of the data."""

    kind: Literal["sample", "inputs", "row"]
    numbers: tuple[float, ...]

    def answer(self, session: Session) -> Inference:
        """Told on the thread that calls."""
        from playground.anatomy.inference import inference

        match self.kind:
            case "row":
                return inference(session, row=int(self.numbers[0]))
            case "inputs":
                return inference(session, inputs=self.numbers)
            case _:
                return inference(session, self.numbers)
