"""What is said of numbers that are typed into fields.

Owns these sentences; knows nothing of widgets.
"""

from __future__ import annotations

from collections.abc import Callable

from playground.numbers import Span, exact, plain

PERCENT = "80, 80 % and 0.8 all mean 80 %; less than 1 % is written with its sign, as 0.5 %."
"""What may be typed into a field of percentages."""


def outside(label: str, span: Span, show: Callable[[float], str], empty: str | None = None) -> str:
    """What a field takes, in its own unit: "Training share: 5 to 100 %."; empty: what stands for none."""
    show = exact if show is plain else show
    low, high = show(span.low), show(span.high)
    if low.endswith(" %") and high.endswith(" %"):
        low = low.removesuffix(" %")
    low = f"above {low}" if span.above else f"at least {low}" if span.below else low
    high = f" and below {high}" if span.below else f" and at most {high}" if span.above else f" to {high}"
    return f"{label}: {low}{high}{_or(empty)}."


def no_number(label: str, text: str, empty: str | None = None) -> str:
    """Of a text that is none."""
    return f"{label}: “{text[:20]}” is not a number{_or(empty)}."


def _or(empty: str | None) -> str:
    return f", or “{empty}”" if empty else ""
