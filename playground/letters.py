"""What stands for letters that a terminal lacks: others that mean the same, or question marks, instead of an error.

Owns the table of letters and the codecs' error handler; prints nothing.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from playground.numbers import GROUP, MINUS, MISSING

INSTEAD = {
    GROUP: " ", MINUS: "-", MISSING: "-", "–": "-", "—": "-", "×": "x", "÷": "/", "·": "*", "±": "+-", "°": " degrees",
    "→": "->", "←": "<-", "⇒": "=>", "…": "...", "≤": "<=", "≥": ">=", "≈": "~", "∞": "inf", "½": "1/2", "¼": "1/4",
    "′": "'", "″": "''", "‖": "||", "⌊": "floor(", "⌋": ")", "∂": "d", "ℓ": "l", "\u0302": "hat", "ŝ": "shat",
    "“": '"', "”": '"', "’": "'", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o",
}  # fmt: skip
WORDS = {
    "Σ": "sum", "Δ": "Delta", "Φ": "Phi", "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps", "η": "eta",
    "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "ϱ": "rho", "σ": "sigma",
    "φ": "phi", "ψ": "psi",
}  # fmt: skip
"""Letters for which a word stands, so that a letter behind them needs a space."""
ROOT = re.compile("√(\\w\u0302?)+")
HANDLER = "instead"


def register() -> None:
    """Let streams and `str.encode` have `errors="instead"`."""
    codecs.register_error(HANDLER, _instead)


def as_shown(text: str, encoding: str | None) -> str:
    """What a text will be in a terminal of that encoding."""
    encoding = encoding or "utf-8"
    return text.encode(encoding, HANDLER).decode(encoding)


def _instead(error: UnicodeError) -> tuple[str, int]:
    """A codec's error handler: what is written for the letters that it cannot encode, and where it goes on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    place, found = error.start, ""
    while place < error.end:
        letters, place = _written(error.object, place)
        found += letters
    return found, place


def _written(text: str, place: int) -> tuple[str, int]:
    """What is written for the letter at a place of a text, and the place behind what that stands for."""
    letter, following = text[place], text[place + 1 : place + 2]
    root = ROOT.match(text, place)
    if root is not None:
        return f"sqrt({as_shown(root[0][1:], 'ascii')})", root.end()
    if letter == "√":
        return "sqrt", place + 1
    if letter in WORDS:
        parted = following.isascii() and (following.isalpha() or following == "|")
        return WORDS[letter] + (" " if parted or following in WORDS else ""), place + 1
    before = text[place - 1 : place]
    return letter if letter.isascii() else INSTEAD.get(letter) or _small(letter, before) or _bare(letter), place + 1


def _small(letter: str, before: str) -> str | None:
    """A raised or lowered letter at full size, behind a sign unless another such stands before it; None for others."""
    kind = _kind(letter)
    if not kind:
        return None
    large = unicodedata.normalize("NFKC", letter).replace(MINUS, "-")
    sign = "^" if kind == "<super>" else "" if large.isdecimal() else "_"
    return large if _kind(before) == kind else sign + large


def _kind(letter: str) -> str:
    found = unicodedata.decomposition(letter).partition(" ")[0] if letter else ""
    return found if found in ("<super>", "<sub>") else ""


def _bare(letter: str) -> str:
    """A letter of a name without its accent; a question mark for all others."""
    first = unicodedata.normalize("NFD", letter)[0]
    return first if first.isascii() else "?"
