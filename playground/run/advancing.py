"""One call of the kernels, and what to do when it ends in numbers that are not finite.

Owns the search for the step that broke; knows nothing of edits or of what a run is shown as.
"""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine.engine import NOT_FINITE, STATUS_OK, Engine
from playground.engine.state import RunState
from playground.run.examples import Examples
from playground.run.recording import Recording


@dataclass(frozen=True, slots=True)
class Broken:
    """The first step that gave a number that is not finite: its layer, and its sample where one is known."""

    step: int
    layer: int
    sample: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a call has led: the state, how the kernels say it ended, and what broke, if anything did."""

    state: RunState
    status: int
    broken: Broken | None = None


class Advancing:
    """Engine, examples and recording of a run, bound together for its calls."""

    def __init__(self, engine: Engine, examples: Examples, recording: Recording) -> None:
        self._engine, self._examples, self._recording = engine, examples, recording

    def advance(self, state: RunState, steps: int) -> Outcome:
        """Up to `steps` steps (fewer where the recording is full or a rule ends the run).

        `state` is advanced in place; where that breaks it, another one is returned: the last finite state.
        """
        before = state.copy()
        status = self._train(state, steps)
        if self._is_fine(status, before.rows):
            self._recording.thin_if_full()
            state.rows = self._recording.rows
            return Outcome(state, status)
        return self._last_finite(before, state.step - before.step)

    def _train(self, state: RunState, steps: int, closely: bool = False) -> int:
        state.rows = self._recording.rows
        recording, shown = self._recording, (self._examples.train, self._examples.test)
        recording.use_layers(len(state.probes))
        tables = (recording.table, recording.probes)
        status = self._engine.train(state, steps, *shown, *tables, recording.stride, True, closely)
        self._recording.rows = state.rows
        return status

    def _is_fine(self, status: int, rows_before: int) -> bool:
        return status != NOT_FINITE and self._recording.first_bad_row(rows_before) is None

    def _last_finite(self, kept: RunState, steps: int) -> Outcome:
        """Halve the failed call until the step is found that leads from a finite state to one that is not.

        A number that is not finite stays, so a call fails if and only if the bad step is in it.
        """
        while steps > 0:
            half = max(1, steps // 2)
            trial = kept.copy()
            self._recording.rows = kept.rows
            status = self._train(trial, half, closely=half == 1)
            if self._is_fine(status, kept.rows):
                kept, steps = trial, steps - half
                continue
            self._recording.rows = kept.rows
            if half == 1:
                in_layer = status == NOT_FINITE
                layer = trial.bad_layer if in_layer else len(self._engine.layout.slots) - 1
                return Outcome(kept, STATUS_OK, Broken(trial.step, layer, trial.bad_sample if in_layer else None))
            steps = half
        return Outcome(kept, STATUS_OK)
