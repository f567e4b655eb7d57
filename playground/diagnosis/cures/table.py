"""Which remedies each cause has, in order: what was measured to help most first, what is worthless last.

Owns this order; knows nothing of how a remedy is carried out. The worthless ones stay, since to see that they do not
help teaches something. Measured on this engine, five draws each, judged on fresh points.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from playground.diagnosis.cures.cure import Name
from playground.diagnosis.cures.remedies import data, layers, training
from playground.diagnosis.cures.remedies.case import Make
from playground.diagnosis.cures.remedies.last_resort import last_resort
from playground.diagnosis.signals.finding import RuleName


class Remedy(NamedTuple):
    """A remedy by its name; times: how many times the plan its run lasts."""

    name: Name
    make: Make
    times: int = 1


ADAM = Remedy("adam", training.adam)
RATES = Remedy("rate_swept", training.rate_swept)
TENTH = Remedy("rate_tenth", training.rate_tenth)
TEN_TIMES = Remedy("rate_times_ten", training.rate_times_ten)
LONGER = Remedy("more_epochs", training.more_epochs, times=3)
CLIP = Remedy("clipping", training.clipping)
START = Remedy("initialization", training.initialization)
START_SWEPT = Remedy("initialization_swept", training.initialization_swept)
RELU_HE = Remedy("relu_he", layers.relu_he)
LEAKY = Remedy("leaky_relu", layers.leaky_relu)
WIDEN = Remedy("widen", layers.widen)
SMALLER = Remedy("smaller", layers.smaller)
MORE_DATA = Remedy("more_data", data.more_data)
PENALTY = Remedy("weight_penalty", training.weight_penalty)
DROPOUT = Remedy("dropout", layers.dropout)
STOPPING = Remedy("early_stopping", training.early_stopping)
WEIGHTS = Remedy("class_weights", training.class_weights)
CLEAN = Remedy("clean_data", data.clean_data)
BY_POINT = Remedy("by_point", data.by_point)
WITHOUT = Remedy("without_inputs", data.without_inputs)
NO_PENALTY = Remedy("no_penalty", training.no_penalty)
LAST = Remedy("last_resort", last_resort)

REMEDIES: Final[dict[RuleName, tuple[Remedy, ...]]] = {
    # the data
    "unscaled_inputs": (
        Remedy("standardize_swept", data.standardize_swept), Remedy("standardize", data.standardize), LAST,
        ADAM, RATES, TENTH,
    ),
    "missing_feature": (Remedy("add_features", data.add_features), LAST, WIDEN, TEN_TIMES, LONGER),
    "label_noise": (
        MORE_DATA, SMALLER, DROPOUT, Remedy("robust_loss", training.robust_loss), PENALTY,
        Remedy("label_smoothing", training.label_smoothing),
    ),
    "imbalance": (WEIGHTS, Remedy("focal", training.focal), TEN_TIMES, WIDEN),
    "one_class": (WEIGHTS, START_SWEPT, ADAM, TENTH, LAST, LONGER),
    "duplicates": (CLEAN, BY_POINT),
    "leaked_column": (CLEAN, WITHOUT),
    "scaler_leak": (Remedy("fit_on_training", data.fit_on_training),),
    "irrelevant_features": (WITHOUT, CLEAN, MORE_DATA, Remedy("lasso", training.lasso), PENALTY),
    "missing_values": (
        Remedy("fill_indicator", data.filled("indicator")), Remedy("fill_mean", data.filled("mean")),
        Remedy("fill_median", data.filled("median")), Remedy("fill_drop", data.filled("drop")), CLEAN,
    ),
    "outliers": (
        CLEAN, Remedy("robust_loss", training.robust_loss), Remedy("robust_scaling", data.robust_scaling), CLIP,
        MORE_DATA,
    ),
    "shifted_test": (CLEAN, BY_POINT, Remedy("stratified", data.stratified), MORE_DATA),
    "far_prediction": (),
    "best_possible": (),
    # optimization
    "symmetric": (START, START_SWEPT, LAST, TEN_TIMES, ADAM, WIDEN),
    "exploding": (START_SWEPT, Remedy("batch_norm", layers.batch_norm), START, LAST, TENTH),
    "numerics": (Remedy("stable_swept", training.stable_swept), Remedy("stable", training.stable), LAST, TENTH, CLIP),
    "vanishing": (
        Remedy("residual_tanh", layers.residual_tanh), RELU_HE, Remedy("batch_norm", layers.batch_norm), LAST,
        Remedy("two_layers", layers.two_layers), TEN_TIMES, CLIP,
    ),
    "dead_units": (Remedy("bias_zero_wide", layers.bias_zero_wide), START, LAST, ADAM, TEN_TIMES, LEAKY),
    "saturated": (RELU_HE, START, LAST, PENALTY),
    "learning_rate_high": (TENTH, RATES, ADAM, LAST, LEAKY, CLIP),
    "learning_rate_low": (
        Remedy("constant_rate", training.constant_rate), Remedy("no_clipping", training.no_clipping), ADAM, RATES,
        LAST, TEN_TIMES, LONGER, WIDEN,
    ),
    "oscillation": (
        TENTH, Remedy("cosine_rate", training.cosine_rate), ADAM, Remedy("larger_batch", training.larger_batch), CLIP,
    ),
    "batch_large": (Remedy("small_batch", training.small_batch), RATES, LAST, WIDEN),
    "batch_small": (Remedy("larger_batch", training.larger_batch), TENTH, WIDEN),
    "plateau": (ADAM, RATES, Remedy("momentum", training.momentum), LAST, TEN_TIMES, LONGER),
    "over_regularized": (NO_PENALTY, LAST, TEN_TIMES, WIDEN, LONGER),
    # what comes out
    "no_hidden_nonlinearity": (
        Remedy("hidden_layers_swept", layers.hidden_layers_swept), Remedy("bend_swept", layers.bend_swept), LAST,
        TEN_TIMES, LONGER, WIDEN,
    ),
    "too_few_units": (Remedy("widen_swept", layers.widen_swept), LAST, TEN_TIMES, LONGER),
    "bad_draw": (WIDEN, Remedy("another_draw", training.another_draw), TEN_TIMES, LONGER),
    "too_large": (Remedy("tenth", layers.tenth),),
    "too_little_data": (MORE_DATA, PENALTY, STOPPING, SMALLER),
    "overfitting": (MORE_DATA, PENALTY, STOPPING, DROPOUT, SMALLER),
}  # fmt: skip
