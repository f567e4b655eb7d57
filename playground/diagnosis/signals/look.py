"""One moment of a run as rules see it: the snapshot, the facts of its data, the plan, and what follows from these.

Owns the signals that several rules share, each computed when it is first asked for; knows nothing of rules. Rows and
probes are those since the last edit of the run: what was before tells of another experiment. The start is that of the
run, as long as nothing but the steps was edited.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.signals.bends import Bend, Bends
from playground.diagnosis.signals.facts import Facts, facts_of
from playground.diagnosis.signals.plan import Plan, plan_of
from playground.experiment.experiment import Experiment
from playground.experiment.layers import BatchNorm, Conv2d, Dense, LayerNorm, MaxPool2d, Residual
from playground.run.snapshot import HISTORY_COLUMNS, PROBE_COLUMNS, Demand, Mark, Snapshot, predicted_classes

Array = NDArray[np.float64]

DEMAND = Demand(layers=True, predictions=True)
"""What a look needs of a snapshot."""
BEHIND_ACCURACY, BEHIND_R2 = 0.05, 0.10
"""How far below the reference a training score is behind it."""
CLOSE = 0.03
"""Training and held-out score; where they are nearer there is no gap."""
LASTING = 3
"""Looks over which something has to last."""
LOOKS = 25
"""Parts of the plan at whose ends a run is looked at."""


OF_STEPS = (
    "learning_rate", "schedule", "optimizer", "batch_size", "clip_norm", "clip_value", "l1", "l2", "max_norm", "stop",
    "early_stopping",
)  # fmt: skip
"""Fields of the training that change the steps to come, and nothing of what was before the first one."""


def _is_of_steps(path: str) -> bool:
    section, _, rest = path.partition(".")
    return section == "training" and rest.partition(".")[0] in OF_STEPS


class Look:
    """What rules read. See `DEMAND` for the snapshot; plan: the experiment's own where none is given. bends: what is
    asked how the loss bends; without, nobody knows."""

    def __init__(self, snapshot: Snapshot, plan: Plan | None = None, bends: Bends | None = None) -> None:
        self.snapshot, self._bends = snapshot, bends
        self.experiment: Experiment = snapshot.experiment
        self.training = snapshot.experiment.training
        self.facts: Facts = facts_of(snapshot.experiment, snapshot.dataset)
        self.plan = plan_of(snapshot.experiment) if plan is None else plan
        self.layers = snapshot.experiment.network.layers
        self.slots = snapshot.layout.slots

    # -- the moment -------------------------------------------------------------------------------------------------

    @property
    def epoch(self) -> int:
        """Epochs made."""
        return self.snapshot.epoch

    @property
    def has_trained(self) -> bool:
        """Whether a step was made."""
        return self.snapshot.step > 0

    @property
    def diverged(self) -> bool:
        """Whether the run broke."""
        return self.snapshot.divergence is not None

    @property
    def end(self) -> int:
        """The epoch at which the run is meant to end; not before now."""
        return max(self.plan.epochs, self.epoch, 1)

    @property
    def apart(self) -> int:
        """Epochs between two looks at a run that is looked at as often as its plan asks for."""
        return max(1, self.end // LOOKS)

    @property
    def share(self) -> float:
        """How much of the plan is done."""
        return self.epoch / self.end

    @property
    def batch_size(self) -> int:
        """Samples in a step."""
        return min(self.training.batch_size, self.facts.count)

    @property
    def planned_steps(self) -> int:
        """Steps of the whole plan."""
        return self.end * math.ceil(self.facts.count / self.batch_size)

    @cached_property
    def bend(self) -> Bend | None:
        """How the loss bends; None where nobody knows. Dear: only for what a rule has found already."""
        return None if self._bends is None else self._bends.of(self.snapshot)

    # -- the record -------------------------------------------------------------------------------------------------

    @cached_property
    def _since(self) -> int:
        """The first row since the last edit."""
        return self._row_after(self.snapshot.marks)

    @cached_property
    def _begun(self) -> int:
        """The first row since the last edit that left another start behind; edits of the steps to come leave it."""
        return self._row_after(self._of_starts)

    @property
    def _of_starts(self) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.snapshot.marks if not all(map(_is_of_steps, mark.fields)))

    @property
    def begun(self) -> tuple[int, int] | None:
        """Step and epoch of the row behind an edit that the start is counted from; None where it is the run's own."""
        return self._moment_of(self._of_starts)

    @property
    def edited(self) -> tuple[int, int] | None:
        """Step and epoch of the row behind the last edit, which rows are counted from; None where there was none."""
        return self._moment_of(self.snapshot.marks)

    def _moment_of(self, marks: tuple[Mark, ...]) -> tuple[int, int] | None:
        """Step and epoch of the first row after the last of these; what was edited before any step is the beginning."""
        rows = self.snapshot.history
        if not marks or not marks[-1].step or not len(rows):
            return None
        step, epoch = (int(rows[self._row_after(marks), HISTORY_COLUMNS.index(name)]) for name in ("step", "epoch"))
        return step, epoch

    def _row_after(self, marks: tuple[Mark, ...]) -> int:
        """The first row since the last of these."""
        steps = self.snapshot.history[:, HISTORY_COLUMNS.index("step")]
        if not marks or not steps.size:
            return 0
        return min(int(np.searchsorted(steps, marks[-1].step)), steps.size - 1)

    def rows(self, name: str) -> Array:
        """A column of the record, oldest first."""
        found: Array = self.snapshot.history[self._since :, HISTORY_COLUMNS.index(name)]
        return found

    def lately(self, rows: Array) -> Array:
        """Those of the last looks, of a value for each row of the record."""
        return rows[self.rows("epoch") >= self.epoch - LASTING * self.apart]

    def probes(self, name: str) -> Array:
        """(rows, layers) a column of the layers' probes, NaN where nobody knows."""
        history = self.snapshot.layer_history
        if history is None:
            return np.zeros((0, len(self.slots)))
        return history[self._since :, :, PROBE_COLUMNS.index(name)]

    def start(self, name: str) -> Array:
        """(layers,) a probe of the start; NaN where there is none."""
        history = self.snapshot.layer_history
        if history is None or not len(history):
            return np.full(len(self.slots), np.nan)
        return history[self._begun, :, PROBE_COLUMNS.index(name)]

    @cached_property
    def first_loss(self) -> float | None:
        """The training loss of the start; None where there is no record."""
        losses = self.snapshot.history[:, HISTORY_COLUMNS.index("train_loss")]
        return float(losses[self._begun]) if losses.size else None

    def now(self, name: str) -> Array:
        """(layers,) a probe of this moment; NaN where nobody knows."""
        table = self.snapshot.layers_now
        return np.full(len(self.slots), np.nan) if table is None else table[:, PROBE_COLUMNS.index(name)]

    # -- how good it is ---------------------------------------------------------------------------------------------

    @cached_property
    def trivial_loss(self) -> float:
        """The loss of the best answer that is the same for every sample."""
        return self.facts.trivial_loss(self.experiment)

    def in_guesses(self, loss: float) -> float:
        """A loss, or a difference of two, as a multiple of the trivial loss; finite whatever they are."""
        return float(np.clip(loss, -1e100, 1e100)) / self.trivial_loss

    @cached_property
    def scores(self) -> Array:
        """The training score of each row: accuracy, or of a regression what comes near to R²."""
        return self.rows("train_accuracy") if self.facts.classes else self.explained(self.rows("train_loss"))

    def explained(self, loss: Any) -> Any:
        """R² of a loss, where that is squared; of an absolute error, which grows with the deviation, its like."""
        left = np.minimum(np.asarray(loss), 1e100) / self.trivial_loss
        return 1.0 - (left**2 if self.experiment.head.loss == "absolute" else left)

    @cached_property
    def score(self) -> float:
        """The training score now: accuracy or R²."""
        metrics = self.snapshot.metrics
        if self.facts.classes:
            assert metrics.train_accuracy is not None
            return metrics.train_accuracy
        return float(self.explained(metrics.train_loss))

    @cached_property
    def held_out_score(self) -> float | None:
        """The same of the held-out set; None where there is none or it is sealed."""
        loss, accuracy = self.snapshot.metrics.held_out
        if loss is None or self.facts.held_out_labels.size == 0:
            return None
        return accuracy if self.facts.classes else float(self.explained(loss))

    @cached_property
    def held_out_scores(self) -> Array:
        """The held-out score of each row; empty where there is none."""
        if self.held_out_score is None:
            return np.zeros(0)
        name = "validation" if self.facts.dataset.validation_labels.size else "test"
        return self.rows(f"{name}_accuracy") if self.facts.classes else self.explained(self.rows(f"{name}_loss"))

    @cached_property
    def held_out_gain(self) -> float:
        """What the held-out score has won over the last quarter of the run, the mean of a tenth at each end."""
        scores = self.held_out_scores
        if len(scores) < 8:
            return 0.0
        width, back = max(1, len(scores) // 10), len(scores) // 4
        return float(scores[-width:].mean() - scores[-back - width : -back].mean())

    @cached_property
    def lasting_gap(self) -> float:
        """The difference of training and held-out score that three of four epochs of the last looks have, or more, so
        that no moment decides."""
        gaps = self.lately(self.scores - self.held_out_scores) if self.held_out_scores.size else np.zeros(0)
        return float(np.quantile(gaps, 0.25)) if gaps.size else 0.0

    def is_beyond_chance(self, gap: float) -> bool:
        """Whether a difference of training and held-out accuracy is one still where the held-out samples are hard ones
        by chance, two standard errors; of a regression nothing is known of that."""
        right = self.held_out_score if self.facts.classes else None
        error = 0.0 if right is None else (right * (1.0 - right) / self.facts.held_out_labels.size) ** 0.5
        return gap - 2.0 * error > CLOSE

    @cached_property
    def is_worse(self) -> bool:
        """Whether held-out samples are told worse than the best reference tells them; the median of the last looks."""
        references, score = self.facts.references, self.held_out_score
        best = None if references is None else self.facts.held_out_score(references.best)
        if score is None or best is None:
            return False
        scores = self.lately(self.held_out_scores)
        return (float(np.median(scores)) if scores.size else score) < best - self.margin

    @property
    def margin(self) -> float:
        """How far below the reference is behind."""
        return BEHIND_ACCURACY if self.facts.classes else BEHIND_R2

    @cached_property
    def target(self) -> float | None:
        """The score that the run should reach: the reference less the margin; None where there is no reference. A
        network that cannot bend is asked for what a line reaches."""
        reference = self.facts.reference if self.bends else self.facts.linear
        return None if reference is None else reference - self.margin

    @cached_property
    def behind(self) -> bool:
        """Whether the run is worse than the data allow: now, and in most epochs of the last looks, so that no swing of
        a run that stands at the border decides. One that is twice as far below has left it."""
        if self.target is None or self.diverged:
            return self.target is not None
        lately = self.lately(self.scores)
        far = self.score < self.target - self.margin or not lately.size
        return self.score < self.target and (far or float(np.median(lately)) < self.target)

    def behind_for(self, looks: int) -> bool:
        """Whether it was so at the last so many looks, and there were as many since the start."""
        if self.diverged:
            return self.behind
        epochs, scores, target = self.rows("epoch"), self.scores, self.target
        if target is None or not self.behind:
            return False
        for back in range(1, looks):
            before = self.epoch - back * self.apart
            if not epochs.size or before < epochs[0]:
                return False
            if scores[int(np.searchsorted(epochs, before, "right")) - 1] >= target:
                return False
        return True

    def guessing_is_better(self, times: float) -> bool:
        """Whether the training loss was that many losses of guessing, or more, in most epochs of the last looks."""
        losses = self.lately(self.rows("train_loss"))
        return self.epoch > LASTING * self.apart and bool(np.mean(losses > times * self.trivial_loss) > 0.5)

    @property
    def was_there(self) -> bool:
        """Whether the last quarter of the run has reached the target, so that the network can."""
        scores, target = self.scores, self.target
        return target is not None and bool((scores[-1 - len(scores) // 4 :] >= target).any())

    @cached_property
    def score_at_end(self) -> float:
        """The score at the planned end, if it goes on as in the second half so far."""
        epochs, scores = self.rows("epoch"), self.scores
        if len(epochs) < 2:
            return self.score
        middle = int(np.searchsorted(epochs, (epochs[0] + self.epoch) / 2.0))
        gone = self.epoch - epochs[middle]
        pace = (self.score - scores[middle]) / gone if gone > 0 else 0.0
        return self.score + max(0.0, pace) * (self.end - self.epoch)

    @property
    def short(self) -> bool:
        """Whether it is behind and will be at the planned end, as it goes."""
        return self.behind and self.target is not None and self.score_at_end < self.target

    @cached_property
    def has_learned(self) -> bool:
        """Whether it answers better than always the same."""
        majority = self.facts.majority if self.facts.classes else 0.0
        return not self.diverged and self.score > (majority or 0.0) + self.margin

    @property
    def severity(self) -> Literal["critical", "warning"]:
        """How grave a fault of optimization is: where nothing is learned, the run cannot succeed."""
        return "warning" if self.has_learned else "critical"

    @cached_property
    def answers(self) -> NDArray[np.int64]:
        """The class that each training sample gets."""
        outputs = self.snapshot.train_outputs
        assert outputs is not None
        return predicted_classes(outputs, self.slots[-1].activation)

    @cached_property
    def recalls(self) -> Array:
        """(classes,) the share of each class's training samples that is told right; NaN of an empty class."""
        labels, right = self.facts.labels.astype(np.int64), self.answers == self.facts.labels
        counts = self.facts.class_counts
        with np.errstate(invalid="ignore"):
            found: Array = np.bincount(labels[right], minlength=self.facts.classes) / counts
        return found

    # -- the network ------------------------------------------------------------------------------------------------

    @cached_property
    def nonlinear(self) -> tuple[int, ...]:
        """Hidden layers with an activation that bends."""
        return tuple(
            place for place, layer in enumerate(self.layers)
            if isinstance(layer, Dense | Conv2d) and layer.activation != "linear"
        )  # fmt: skip

    @cached_property
    def bends(self) -> bool:
        """Whether anything between inputs and head is not linear."""
        kinds = (MaxPool2d, LayerNorm)
        return bool(self.nonlinear) or any(isinstance(layer, kinds) for layer in self.layers)

    @cached_property
    def has_shortcuts(self) -> bool:
        """Whether gradients have a way around, or are brought back to size: residual connections, normalization."""
        return any(isinstance(layer, Residual | BatchNorm | LayerNorm) for layer in self.layers)

    @cached_property
    def weighted(self) -> tuple[int, ...]:
        """Layers with weights that training moves, the head too; normalization is none of them."""
        trained = [isinstance(layer, Dense | Conv2d) and not layer.frozen for layer in self.layers]
        return tuple(place for place, moved in enumerate([*trained, True]) if moved)

    @cached_property
    def hidden(self) -> tuple[int, ...]:
        """Layers of units before the head."""
        return tuple(place for place, layer in enumerate(self.layers) if isinstance(layer, Dense | Conv2d))

    def largest_ratio(self) -> float:
        """The mean over layers of the largest update ratio so far."""
        found = self.now("largest_update_ratio")[list(self.weighted)]
        found = found[np.isfinite(found)]
        return float(found.mean()) if found.size else 0.0

    def units(self, layer: int) -> int:
        """Units of a layer."""
        return self.slots[layer].outputs
