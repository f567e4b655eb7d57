"""A finding: which rule, how grave, with which figures, since when, and where.

Owns the shape of that value; knows nothing of how it is found or of words.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["critical", "warning", "note", "good"]
RuleName = Literal[
    "symmetric", "unscaled_inputs", "missing_feature", "no_hidden_nonlinearity", "label_noise", "exploding", "numerics",
    "vanishing", "dead_units", "saturated", "learning_rate_high", "learning_rate_low", "oscillation", "batch_large",
    "batch_small", "over_regularized", "imbalance", "one_class", "too_little_data", "overfitting", "too_few_units",
    "bad_draw", "plateau", "too_large", "duplicates", "leaked_column", "scaler_leak", "irrelevant_features",
    "missing_values", "outliers", "shifted_test", "far_prediction", "best_possible",
]  # fmt: skip


class Figure(msgspec.Struct, frozen=True):
    """A measured value and the threshold that it has passed.

    name: its key for words. threshold: None of a figure that only tells more. above: whether larger values are the
    symptom; smaller ones where it is False. decides: whether the rule goes by it; where not, the threshold is a limit
    that is shown beside the figure, on whichever side of it that lies.
    """

    name: str
    value: float
    threshold: float | None = None
    above: bool = True
    decides: bool = True

    def __post_init__(self) -> None:
        """Rules measure in NumPy; what is told goes into JSON, which knows no number of NumPy's."""
        msgspec.structs.force_setattr(self, "value", float(self.value))
        msgspec.structs.force_setattr(self, "decides", bool(self.decides))


class Place(msgspec.Struct, frozen=True):
    """Where it is seen; empty where it is nowhere in particular.

    layers: counted from 0, the head last. units: (layer, unit) each. inputs: of the network, counted from 0. points: of
    the training samples, counted on into the held-out ones.
    """

    layers: tuple[int, ...] = ()
    units: tuple[tuple[int, int], ...] = ()
    inputs: tuple[int, ...] = ()
    points: tuple[int, ...] = ()


NOWHERE = Place()


class Finding(msgspec.Struct, frozen=True):
    """What the doctor says.

    figures: the evidence, the one that counts first. step, epoch: of the moment that was looked at. detail: which of
    several forms of the rule holds, a key for words. consequences: findings that follow from this one and would go
    with it. forecast: whether it is said of a run that was looked ahead at, at that step, and not of the visible one.
    """

    rule: RuleName
    severity: Severity
    figures: tuple[Figure, ...]
    step: int
    epoch: int
    place: Place = NOWHERE
    detail: str = ""
    consequences: tuple[Finding, ...] = ()
    forecast: bool = False
    begun: tuple[int, int] | None = None
    edited: tuple[int, int] | None = None

    @property
    def is_alarm(self) -> bool:
        """Whether it is a cause: notes and good findings are neither cause nor alarm."""
        return self.severity in ("critical", "warning")

    def figure(self, name: str) -> float | None:
        """The value of a figure, or None where this finding has none of that name."""
        return next((each.value for each in self.figures if each.name == name), None)


def primary(findings: tuple[Finding, ...]) -> Finding | None:
    """The cause: the first one that is an alarm."""
    return next((each for each in findings if each.is_alarm), None)
