"""A folder of pictures as a table: one folder within it for each class, every picture a row of grey pixels.

Owns which files are read, their limits, and the table that follows; how a picture is decoded and made small is told by
whoever reads (`Decode`), as formats of pictures are no business of the domain.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data.own_points import SIDES
from playground.errors import FileRefused, Said
from playground.exchange.reading import read, shown
from playground.numbers import exact
from playground.tables.table import FEW, SHOWN_ROWS, Array, Column, Found, Table

Decode = Callable[[bytes, int], NDArray[np.uint8] | None]
"""From the bytes of a picture to (side, side) grey values, 0 black to 255 white; None where they are no picture."""
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
MOST_PICTURES = 20_000
MOST_BYTES = 16 * 2**20
"""Of one picture."""
SIDE = SIDES[-1]
TARGET = "class"
TOO_MANY = "{name} holds {given} pictures; {most} at most are read."
UNREADABLE = "{name} cannot be read: {why}."


class Pictures(msgspec.Struct, frozen=True, eq=False):
    """names: where each lies in its folder; pixels (n, side²): 0 black to 255 white. remarks: what was left out."""

    names: tuple[str, ...]
    pixels: Array
    remarks: tuple[Said, ...]


def read_folder(
    path: str | os.PathLike[str], decode: Decode, side: int = SIDE, cancelled: Callable[[], bool] = lambda: False
) -> Table:
    """The pictures of a folder, sorted by their names, with the names of the folders they lie in as classes.

    Files that are no pictures are left out, and it is said. cancelled: asked between two pictures whether anybody still
    waits for the answer. Raises FileRefused.
    """
    place = Path(path)
    name = place.name or str(place)
    classes = _classes(place)
    files = [(label, each) for label, folder in enumerate(classes) for each in _pictures(folder)]
    if len(files) > MOST_PICTURES:
        raise FileRefused(TOO_MANY, name=shown(path), given=len(files), most=MOST_PICTURES)
    rows, labels, bad = [], [], []
    for label, file in files:
        if cancelled():
            raise FileRefused("{name} was not read to its end.", name=shown(path))
        found = _decoded(file, decode, side)
        if found is None:
            bad.append(f"{file.parent.name}/{file.name}")
        else:
            rows.append(found.ravel())
            labels.append(label)
    used = [place for place in range(len(classes)) if place in labels]
    if len(used) < 2:
        sentence = "{name} has pictures that can be read in {given} folder only, and two classes are needed."
        raise FileRefused(sentence, name=shown(path), given=exact(len(used)))
    codes = np.searchsorted(used, labels).astype(np.int64)
    return _table(name, np.stack(rows).astype(np.float64), codes, [classes[place].name for place in used], bad)


def pictures_in(path: str | os.PathLike[str], decode: Decode, side: int) -> Pictures:
    """The pictures of a folder and of the folders within it, sorted by their names; nothing is asked of classes.

    Raises FileRefused where none of them can be read.
    """
    place = Path(path)
    try:
        folders = sorted((each for each in place.iterdir() if each.is_dir() and not _is_hidden(each)), key=_key)
        files = [file for folder in (place, *folders) for file in _pictures(folder)]
    except OSError as error:
        raise FileRefused(UNREADABLE, name=shown(path), why=error.strerror or str(error)) from None
    if len(files) > MOST_PICTURES:
        raise FileRefused(TOO_MANY, name=shown(path), given=len(files), most=MOST_PICTURES)
    found = [(str(file.relative_to(place)), _decoded(file, decode, side)) for file in files]
    read = [(name, pixels.ravel()) for name, pixels in found if pixels is not None]
    if not read:
        sentence = "{name} has no pictures that can be read ({endings})."
        raise FileRefused(sentence, name=shown(path), endings=_endings())
    bad = [name for name, pixels in found if pixels is None]
    pixels = np.stack([each for _, each in read]).astype(np.float64)
    return Pictures(tuple(name for name, _ in read), pixels, _left_out(bad))


def _classes(place: Path) -> list[Path]:
    """The folders that hold pictures, in the order of their names."""
    try:
        folders = sorted((each for each in place.iterdir() if each.is_dir() and not _is_hidden(each)), key=_key)
        found = [each for each in folders if any(_pictures(each))]
    except OSError as error:
        raise FileRefused(UNREADABLE, name=shown(place), why=error.strerror or str(error)) from None
    if not 2 <= len(found) <= FEW:
        sentence = (
            "{name} must hold a folder of pictures ({endings}) for each class, 2 to {most} of them; there are {given}."
        )
        raise FileRefused(sentence, name=shown(place), endings=_endings(), most=FEW, given=len(found))
    return found


def _endings() -> str:
    return ", ".join(each[1:].upper() for each in ENDINGS)


def _is_hidden(place: Path) -> bool:
    return place.name.startswith(".")


def _pictures(folder: Path) -> list[Path]:
    return sorted((each for each in folder.iterdir() if each.suffix.lower() in ENDINGS and each.is_file()), key=_key)


def _key(path: Path) -> tuple[str, str]:
    return path.name.casefold(), path.name


def _decoded(file: Path, decode: Decode, side: int) -> NDArray[np.uint8] | None:
    try:
        return decode(read(str(file), MOST_BYTES), side)
    except FileRefused:  # too large or not readable: it is named among those that were left out
        return None


def _table(name: str, pixels: Array, codes: NDArray[np.int64], classes: list[str], bad: list[str]) -> Table:
    side = int(np.sqrt(pixels.shape[1]))
    columns = [
        Column(
            f"pixel_{index // side}_{index % side}", "number" if np.ptp(values) > 0 else "constant", values.copy(),
        )
        for index, values in enumerate(pixels.T)
    ]  # fmt: skip
    target = Column(TARGET, "class", None, codes, tuple(each[:100] for each in classes))
    first = tuple(
        (*(exact(int(value)) for value in row), classes[code][:100])
        for row, code in zip(pixels[:SHOWN_ROWS], codes[:SHOWN_ROWS].tolist(), strict=True)
    )
    rows = codes.size
    found = Found("a folder of pictures", side=side)
    return Table(name, (*columns, target), rows, np.arange(1, rows + 1), first, found, remarks=_left_out(bad))


def _left_out(bad: list[str]) -> tuple[Said, ...]:
    """What is said of files that are no pictures."""
    sentence = "Left out, because they cannot be read as pictures: {count} ({names})."
    return (Said(sentence, {"count": len(bad), "names": [each[:60] for each in bad[:3]]}),) if bad else ()
