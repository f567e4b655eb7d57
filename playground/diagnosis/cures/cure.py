"""A cure: a named edit of an experiment, which can be shown, tried and applied as one undo step.

Owns the shape of this value and its application; knows nothing of findings or of whether it helps.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
from msgspec.structs import replace

from playground.experiment.changing import Change, changed
from playground.experiment.experiment import Experiment

Name = Literal[
    "adam", "rate_swept", "rate_tenth", "rate_times_ten", "more_epochs", "constant_rate", "cosine_rate", "momentum",
    "no_clipping", "clipping", "small_batch", "larger_batch",
    "initialization", "initialization_swept", "relu_he", "residual_tanh", "batch_norm", "leaky_relu", "bias_zero_wide",
    "widen", "widen_swept", "smaller", "tenth", "two_layers", "hidden_layers_swept", "bend_swept",
    "more_data", "add_features", "standardize", "standardize_swept", "robust_scaling", "stable", "stable_swept",
    "weight_penalty", "lasso", "no_penalty", "dropout", "early_stopping", "label_smoothing", "class_weights", "focal",
    "robust_loss", "another_draw", "by_point", "stratified", "fit_on_training", "without_inputs", "clean_data",
    "fill_indicator", "fill_mean", "fill_median", "fill_drop", "last_resort",
]  # fmt: skip
NAMES: tuple[Name, ...] = get_args(Name)
"""Keys for words."""


class Variant(msgspec.Struct, frozen=True):
    """Changes by path, and the experiment that they lead to."""

    changes: tuple[Change, ...]
    experiment: Experiment


class Cure(msgspec.Struct, frozen=True):
    """What may help.

    name: its key for words; what it sets (Adam, rate 0.01) is told by `changes`. experiment: the one that it leads to.
    search: variants of which a trial chooses one, which then is the cure; empty where there is nothing to choose. Until
    then `changes` are those of the variant that is most often the best. times: how many times the plan it runs.
    """

    name: Name
    changes: tuple[Change, ...]
    experiment: Experiment
    search: tuple[Variant, ...] = ()
    times: int = 1

    @property
    def is_sweep(self) -> bool:
        """Whether the variants are one number, from low to high."""
        return self.name.endswith("_swept")

    def chosen(self, variant: Variant) -> Cure:
        """The cure with one of its variants."""
        return replace(self, changes=variant.changes, experiment=variant.experiment, search=())


def with_cure(experiment: Experiment, cure: Cure) -> Experiment:
    """The experiment with a cure applied: as the cure has it, or, where the experiment was edited since, with the same
    changes made to it. Raises InvalidExperiment where these do not fit any more."""
    made = changed(experiment, cure.changes)
    return cure.experiment if made == cure.experiment else made
