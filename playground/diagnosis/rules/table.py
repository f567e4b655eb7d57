"""All rules, in the order in which they are asked.

Owns the order: facts, then optimization (the first one is the cause), then what comes out, then what is said besides.
"""

from __future__ import annotations

from typing import Final

from playground.diagnosis.rules.data import (
    duplicates,
    imbalance,
    irrelevant_features,
    label_noise,
    leaked_column,
    missing_feature,
    missing_values,
    outliers,
    scaler_leak,
    shifted_test,
    unscaled_inputs,
)
from playground.diagnosis.rules.fit import (
    best_possible,
    far_prediction,
    no_hidden_nonlinearity,
    one_class,
    over_regularized,
    overfitting,
    too_few_units,
    too_little_data,
)
from playground.diagnosis.rules.steps import (
    batch_large,
    batch_small,
    dead_units,
    exploding,
    learning_rate_high,
    learning_rate_low,
    numerics,
    oscillation,
    plateau,
    saturated,
    symmetric,
    vanishing,
)
from playground.diagnosis.signals.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    symmetric.RULE,
    unscaled_inputs.RULE,
    missing_feature.RULE,
    no_hidden_nonlinearity.RULE,
    leaked_column.RULE,
    duplicates.RULE,
    scaler_leak.RULE,
    shifted_test.RULE,
    label_noise.RULE,
    missing_values.RULE,
    outliers.RULE,
    irrelevant_features.RULE,
    numerics.RULE,
    exploding.RULE,
    over_regularized.RULE,
    vanishing.RULE,
    dead_units.RULE,
    saturated.RULE,
    learning_rate_high.RULE,
    batch_large.RULE,
    learning_rate_low.RULE,
    oscillation.RULE,
    imbalance.RULE,
    overfitting.RULE,
    too_little_data.RULE,
    one_class.RULE,
    too_few_units.RULE,
    plateau.RULE,
    batch_small.RULE,
    far_prediction.RULE,
    best_possible.RULE,
)
