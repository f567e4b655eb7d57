"""Tables whose rows are pictures: which columns are the pixels, how large a picture is, which values are paper and ink.

Owns these rules; knows nothing of targets, of rows that are left out, or of experiments.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.own_points import SIDES
from playground.errors import Said, WrongUse
from playground.scalars import shown
from playground.tables.table import Column, Table

NAMED = re.compile(r"(pixel|px)[\s_.\-]*\d+([\s_.x\-]+\d+)?|\d+x\d+", re.IGNORECASE)
"""What pixels are called: pixel1, pixel_0_7, px 12, 3x5."""
USUAL_INKS = (1.0, 16.0, 255.0)
"""What full ink is in usual files; of other pixels it is the largest value."""
NO_PICTURES = ("none", "no", "off")
TEXT = re.compile(r"(\d{1,4})\s*[x×]\s*(\d{1,4})")


def side_asked(asked: Any) -> int | None:
    """The side of pictures that was asked for: None where nothing was, 0 for none; raises WrongUse.

    asked: `8x8`, `none`, or a number.
    """
    if asked is None:
        return None
    text = str(asked).strip().lower()
    found = TEXT.fullmatch(text)
    if text in NO_PICTURES or (not isinstance(asked, bool) and asked == 0):
        return 0
    if found is not None and found[1] == found[2] and int(found[1]) in SIDES:
        return int(found[1])
    if isinstance(asked, int) and not isinstance(asked, bool) and asked in SIDES:
        return asked
    sentence = "Pictures are squares from {low} to {high}, or none; got {given}."
    low, high = (f"{side}x{side}" for side in (SIDES[0], SIDES[-1]))
    raise WrongUse(sentence, low=low, high=high, given=shown(asked))


def looks_like(table: Table, target: Column | None) -> int:
    """The side of the pictures that a table's rows look like: as many columns as a square has pixels are called so,
    and lie in one range from 0 on; 0 where they do not."""
    named = [each for each in table.columns if each is not target and NAMED.fullmatch(each.name.strip())]
    side = _side_of(len(named))
    if not side or any(each.numbers is None for each in named):
        return 0
    return side if all(float(np.nanmin(each.numbers)) >= 0.0 for each in named if each.numbers is not None) else 0


def possible(table: Table, target: Column | None, chosen: Sequence[Column] | None = None) -> int:
    """The side of the pictures that rows can be taken for; 0 where their columns make no square."""
    return _side_of(len(pixels(table, target, chosen)))


def pixels(table: Table, target: Column | None, chosen: Sequence[Column] | None = None) -> list[Column]:
    """The columns that are the pixels, in order: the chosen ones; else those called so, if they make a square; else
    all others that are numbers, also where every row has the same."""
    if chosen is not None:
        return list(chosen)
    others = [each for each in table.columns if each is not target and each.numbers is not None]
    named = [each for each in others if NAMED.fullmatch(each.name.strip())]
    return named if _side_of(len(named)) else [each for each in others if not each.is_count]


def of_side(table: Table, target: Column, side: int, chosen: Sequence[Column] | None) -> list[Column]:
    """The pixels of pictures with that side; raises WrongUse."""
    found = pixels(table, target, chosen)
    words = [each.name for each in found if each.numbers is None or each is target]
    if words:
        sentence = "{name} can be no pixel of a picture: it is the target, or has no numbers."
        raise WrongUse(sentence, name=words[0])
    if len(found) != side * side:
        sentence = (
            "Pictures of {side} × {side} have {wanted} pixels, a column each, and there are {given} columns of numbers "
            "besides the target; name those that are pixels as the features."
        )
        raise WrongUse(sentence, side=side, wanted=side * side, given=len(found))
    return found


def paper_and_ink(values: NDArray[np.float64], side: int) -> tuple[float, float, Said]:
    """Which values are paper and ink in pictures (n, pixels), and what is said of it.

    Paper is what most of the frame's pixels are nearer to: pictures with a dark ground are as they are, and of those
    with a light one 0 is ink. Their mean is taken of whole columns in one order, and only compared.
    """
    low, high = float(values.min()), float(values.max())
    if low >= 0.0:
        low, high = 0.0, next((each for each in USUAL_INKS if high <= each), high)
    high = high if high > low else low + 1.0
    frame = np.ones((side, side), bool)
    frame[1:-1, 1:-1] = False
    nearer_high = (values[:, frame.ravel()] > (low + high) / 2.0).sum() * 2 > values.shape[0] * int(frame.sum())
    paper, ink = (high, low) if nearer_high else (low, high)
    sentence = "Rows are pictures of {side} × {side} pixels: {paper} is paper, {ink} is ink."
    return paper, ink, Said(sentence, {"side": side, "paper": paper, "ink": ink})


def _side_of(count: int) -> int:
    return next((side for side in SIDES if side * side == count), 0)
