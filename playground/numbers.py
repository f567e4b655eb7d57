"""Numbers as short texts. Owns their wording; every result is finite text, never nan or inf."""

from __future__ import annotations

import math

MISSING = "–"


def spaced(value: float | None) -> str:
    """A whole number in groups of three: 21 400; millions are shortened so that the text stays short."""
    if value is None or not math.isfinite(value):
        return MISSING
    if abs(value) >= 1e12:
        return f"{value:.1e}"
    if abs(value) >= 1e9:
        return f"{value / 1e9:.2f} G"
    if abs(value) >= 1e7:
        return f"{value / 1e6:.1f} M"
    return f"{value:,.0f}".replace(",", " ")


def rate(value: float | None) -> str:
    """A frequency: one decimal below ten, whole above."""
    if value is None or not math.isfinite(value) or value <= 0:
        return MISSING
    return f"{value:.1f}" if value < 10 else spaced(value)


def loss(value: float | None) -> str:
    """A loss in at most seven characters: 0.071, 12.34, 4.1e-05, 1.8e308."""
    if value is None or not math.isfinite(value):
        return MISSING
    size = abs(value)
    if size >= 1e5 or 0 < size < 5e-4:
        return f"{value:.1e}" if size < 1e100 else f"{value:.1e}".replace("e+", "e")
    return f"{value:.3f}" if size < 10 else f"{value:.2f}" if size < 1000 else f"{value:.0f}"


def percent(value: float | None) -> str:
    """A share as a whole percentage."""
    return MISSING if value is None or not math.isfinite(value) else f"{100 * value:.0f} %"


def plain(value: float | None) -> str:
    """A setting's number as it would be typed: 0.03, 1e-08, 250."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{value:.6g}"
    if 0 < abs(value) < 1e-3:
        text = f"{value:.5e}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        text = f"{mantissa}e{int(exponent)}"
    return text


def parsed(text: str) -> float | None:
    """The number in a typed text, or None; `%` divides by 100; a decimal comma and spaces are understood."""
    cleaned = text.strip().replace(" ", "").replace("\u202f", "").replace("−", "-")
    share = cleaned.endswith("%")
    cleaned = cleaned.rstrip("%")
    if "," in cleaned and "." not in cleaned and cleaned.count(",") == 1:
        cleaned = cleaned.replace(",", ".")
    try:
        value = float(cleaned.replace(",", ""))
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return value / 100 if share else value
