"""The keys of a dialog's buttons: Alt and an underlined letter, another one for each.

Owns the choice of the letters; knows nothing of what a button does.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QDialog


def give_alt_keys(dialog: QDialog) -> None:
    """Give each button of a dialog that has none an Alt key, and all of them the hand of what can be clicked.

    The letter is the first of a word where that is free, else the first free one; later buttons with the same text as
    an earlier one, as in a list, have none.
    """
    buttons = dialog.findChildren(QAbstractButton)
    for button in buttons:
        button.setCursor(Qt.CursorShape.PointingHandCursor)
    texts = [button.text() for button in buttons if button.text()]
    for button, text in zip((each for each in buttons if each.text()), with_alt_keys(texts), strict=True):
        button.setText(text)


def with_alt_keys(texts: Iterable[str]) -> list[str]:
    """The texts of buttons with `&` before the letter that presses each; what has a letter of its own keeps it."""
    plain, taken, found = set[str](), set[str](), []
    for text in texts:
        bare = text.replace("&", "")
        letter = alt_key(text) or ("" if bare in plain else _free_letter(bare, taken))
        place = bare.lower().find(letter) if letter and letter not in taken else -1
        initials = [at for at in _initials(bare) if bare[at].lower() == letter]
        place = initials[0] if initials and place >= 0 else place
        plain.add(bare)
        taken |= {letter} if place >= 0 else set()
        found.append(bare if place < 0 else f"{bare[:place]}&{bare[place:]}")
    return found


def alt_key(text: str) -> str:
    """The letter after `&` in a text, small; empty without one."""
    at = text.find("&")
    return text[at + 1 : at + 2].lower() if at >= 0 else ""


def _initials(text: str) -> list[int]:
    return [at for at, letter in enumerate(text) if letter.isalnum() and (at == 0 or text[at - 1] == " ")]


def _free_letter(text: str, taken: set[str]) -> str:
    """The first initial that no other button has, else the first such letter; empty where all are taken."""
    letters = [text[at].lower() for at in _initials(text)] + [each.lower() for each in text if each.isalnum()]
    return next((letter for letter in letters if letter not in taken), "")
