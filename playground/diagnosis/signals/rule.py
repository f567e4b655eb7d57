"""What a rule is: a name, a kind, and a question that is asked of a look.

Owns that shape; knows none of the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from playground.diagnosis.signals.finding import NOWHERE, Figure, Place, RuleName, Severity
from playground.diagnosis.signals.look import Look

Kind = Literal["fact", "optimization", "fit", "note"]
"""fact: holds whatever the run does, and stands beside all others. optimization: the first one is the cause, later ones
follow from it. fit: asked only where optimization is sound. note: said besides, neither cause nor alarm."""


class Found(msgspec.Struct, frozen=True):
    """What a rule has found: see `Finding`."""

    figures: tuple[Figure, ...]
    severity: Severity = "warning"
    place: Place = NOWHERE
    detail: str = ""


class Rule(msgspec.Struct, frozen=True):
    """find: what the rule has to say of a moment, or None. is_over: whether the contrary of what it once found was
    measured; without, that is a run which does what the data allow."""

    name: RuleName
    kind: Kind
    find: Callable[[Look], Found | None]
    is_over: Callable[[Look], bool] | None = None
