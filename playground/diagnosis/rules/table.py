"""All rules, in the order in which they are asked.

Owns the order: facts, then optimization (the first one is the cause), then what comes out, then what is said besides.
"""

from __future__ import annotations

from typing import Final

from playground.diagnosis.rules.data import imbalance, label_noise, missing_feature, unscaled_inputs
from playground.diagnosis.rules.fit import (
    no_hidden_nonlinearity,
    over_regularized,
    overfitting,
    too_few_units,
    too_little_data,
)
from playground.diagnosis.rules.steps import (
    batch_large,
    dead_units,
    exploding,
    learning_rate_high,
    learning_rate_low,
    numerics,
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
    label_noise.RULE,
    numerics.RULE,
    exploding.RULE,
    over_regularized.RULE,
    vanishing.RULE,
    dead_units.RULE,
    saturated.RULE,
    learning_rate_high.RULE,
    batch_large.RULE,
    learning_rate_low.RULE,
    imbalance.RULE,
    too_little_data.RULE,
    overfitting.RULE,
    too_few_units.RULE,
)
