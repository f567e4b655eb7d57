"""A formula in plain letters set as HTML: letters slanted, indices low, powers high.

Owns the rules of setting, which both browsers and Qt's texts understand; knows nothing of what a formula says.
"""

from __future__ import annotations

import html
import re

LOW = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
HIGH = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᶻᵗ", "0123456789−zt")
LETTER = r"[^\W\d_₀-₉⁰¹²³⁴-⁹ᶻᵗ½]"
PIECE = re.compile(
    rf"(?<=\d)e(?P<power>−?\d+)|(?P<low>[₀-₉]+(?:,[₀-₉]+)*)|(?P<high>[⁰¹²³⁴-⁹⁻ᶻᵗ]+)"
    rf"|(?P<word>{LETTER}{{2,}})|(?P<letter>{LETTER})"
)
"""The end of 1.2e−5; runs of indices and of powers; a word, which stands upright; a letter, which is slanted."""


def set_formula(text: str) -> str:
    """As HTML."""
    found, end = [], 0
    for match in PIECE.finditer(text):
        found.append(html.escape(text[end : match.start()]))
        found.append(_piece(match))
        end = match.end()
    return "".join([*found, html.escape(text[end:])])


def _piece(match: re.Match[str]) -> str:
    piece = match[0]
    if match["power"] is not None:
        return f"·10<sup>{match['power']}</sup>"
    if match["low"] is not None:
        return f"<sub>{piece.translate(LOW)}</sub>"
    if match["high"] is not None:
        high = piece.translate(HIGH).replace("z", "<i>z</i>").replace("t", "<i>t</i>")
        return f"<sup>{high}</sup>"
    return html.escape(piece) if match["word"] is not None else f"<i>{html.escape(piece)}</i>"
