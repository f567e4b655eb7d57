"""The words of the training settings: what each number is called, and what is set beyond the usual.

Owns these words; knows nothing of widgets or of a run.
"""

from __future__ import annotations

from playground import numbers as formats
from playground.experiment.optimizers import OPTIMIZERS, Optimizer, optimizer_choice
from playground.experiment.schedules import SCHEDULES, schedule_choice
from playground.experiment.training import Training

NUMBERS = {
    "momentum": ("Momentum", "The part of the last step that is kept."),
    "decay": ("Decay", "How slowly the running mean of g² forgets."),
    "beta1": ("Beta 1", "How slowly the running mean of the gradient forgets."),
    "beta2": ("Beta 2", "How slowly the running mean of g² forgets; of Lion's gradient."),
    "epsilon": ("Epsilon", "Keeps the division from exploding where gradients are tiny."),
    "weight_decay": ("Weight decay", "The share of each weight that a step takes off, times the learning rate."),
    "momentum_decay": ("Momentum decay", "How fast Nadam's momentum grows towards beta 1."),
    "every": ("Every", "Epochs from one drop to the next."),
    "factor": ("Factor", "What the learning rate is multiplied by at each drop."),
    "epochs": ("Epochs", "Epochs that the schedule takes from its start to its end."),
    "smallest": ("Smallest", "The share of the learning rate that is left at the end."),
    "patience": ("Patience", "After this many epochs in a row without improvement it acts."),
    "min_delta": ("Least gain", "How much smaller a loss must be to count as better."),
    "huber_delta": ("Delta", "Where Huber turns from squared to straight."),
    "focal_gamma": ("Gamma", "How much what is already right is looked away from; 0 is cross-entropy."),
}
"""Name and explanation of each number of an optimizer, a schedule or a loss."""
PAGES = ("Optimizer", "Loss", "Clipping", "Schedule", "Stopping", "Start")
"""The groups behind "More", in the order of their tabs."""
MORE_TIP = "Numbers of the optimizer, class weights, clipping, schedule, stopping, precision  (Ctrl+,)"


STABLE_BELOW = {"sgd": "2 / η", "momentum": "2 (1 + β) / η", "nesterov": "2 (1 + β) / ((1 + 2β) η)"}
"""The sharpness below which full-batch descent is stable (playground.run.curvature.stable_limit), as a formula."""


def stable_below(optimizer: Optimizer) -> str | None:
    """The formula of the bound; None for optimizers that scale each step, where none is known."""
    return STABLE_BELOW.get(optimizer_choice(optimizer))


def set_beyond_usual(training: Training) -> dict[str, str]:
    """Per page of "More", in few words, what differs from the usual there; pages as usual are left out."""
    found = {
        "Optimizer": _optimizer(training),
        "Loss": _loss(training),
        "Clipping": _clipping(training),
        "Schedule": _schedule(training),
        "Stopping": _stopping(training),
        "Start": _start(training),
    }
    return {page: ", ".join(words) for page, words in found.items() if words}


def _optimizer(training: Training) -> list[str]:
    """Its numbers, where they are not those of the list."""
    usual = OPTIMIZERS[optimizer_choice(training.optimizer)].optimizer
    return [
        f"{NUMBERS[name][0].lower()} {formats.plain(getattr(training.optimizer, name))}"
        for name in training.optimizer.__struct_fields__
        if name in NUMBERS and getattr(training.optimizer, name) != getattr(usual, name)
    ]


def _loss(training: Training) -> list[str]:
    found = []
    if training.label_smoothing:
        found.append(f"smoothing {formats.plain(training.label_smoothing)}")
    if training.class_weights is not None:
        found.append("balanced classes" if training.class_weights == "balanced" else "weighted classes")
    if training.numerics == "naive":
        found.append("textbook soft-max")
    return found


def _clipping(training: Training) -> list[str]:
    found = []
    if training.clip_norm is not None:
        found.append(f"clip norm {formats.plain(training.clip_norm)}")
    if training.clip_value is not None:
        found.append(f"clip value {formats.plain(training.clip_value)}")
    if training.max_norm is not None:
        found.append(f"max-norm {formats.plain(training.max_norm)}")
    return found


def _schedule(training: Training) -> list[str]:
    name = schedule_choice(training.schedule)
    return [] if name == "constant" else [SCHEDULES[name].label]


def _stopping(training: Training) -> list[str]:
    found = []
    if training.early_stopping is not None:
        found.append("early stopping")
    stop = training.stop
    if stop.epochs is not None:
        found.append(f"stop at {formats.spaced(stop.epochs)} epochs")
    if stop.loss is not None:
        found.append(f"stop at loss {formats.plain(stop.loss)}")
    if stop.accuracy is not None:
        found.append(f"stop at {formats.percent(stop.accuracy)}")
    if stop.seconds is not None:
        found.append(f"stop after {formats.plain(stop.seconds)} s")
    return found


def _start(training: Training) -> list[str]:
    found = []
    if training.initial_bias:
        found.append(f"bias {formats.plain(training.initial_bias)}")
    if training.precision == "float64":
        found.append("float64")
    return found
