"""NumPy's files as columns: `.npy` and `.npz`, without anything that could run.

Owns the sentences for arrays that are no table; knows nothing of what a column is taken for.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.errors import FileRefused, Said
from playground.tables.packed import check_directory
from playground.tables.table import MAX_BYTES, MAX_READ_COLUMNS, MAX_ROWS, TOO_WIDE, chosen_rows

Named = list[tuple[str, NDArray[Any]]]
MOST_CELLS = 2**26
"""Numbers of the rows that are kept: half a gigabyte."""
NO_PICKLE = (
    "{name} holds Python objects, which may run any program when they are opened, so they are never opened here."
)


class Arrays(msgspec.Struct, frozen=True, eq=False):
    """columns: names and values, of the rows that are kept. rows: how many there are in the file. remarks: which other
    arrays it has."""

    columns: Named
    rows: int
    remarks: tuple[Said, ...] = ()


def read_array(data: bytes, name: str) -> Arrays:
    """The columns of a `.npy` file: fields of records, or columns of an array (n, columns) or (n,)."""
    array = _loaded(data, name)
    return Arrays(_columns("", array, name), len(array) if array.ndim else 0)


def read_archive(data: bytes, name: str) -> Arrays:
    """The columns of all arrays of a `.npz` file that have as many rows as the longest, and which others there are."""
    check_directory(data, name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MAX_BYTES:
                raise FileRefused("{name} is too large: unpacked it has more than {high} bytes.", name=name,
                                  high=MAX_BYTES)  # fmt: skip
            arrays = [
                (member.filename.removesuffix(".npy"), _loaded(archive.read(member), name))
                for member in members
                if member.filename.endswith(".npy")
            ]
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError,
            zlib_error()) as error:  # fmt: skip
        raise FileRefused("{name} is a damaged archive of arrays: {why}.", name=name, why=_reason(error)) from None
    rows = max((array.shape[0] for _, array in arrays if array.ndim in (1, 2)), default=0)
    kept = [(title, array) for title, array in arrays if array.ndim in (1, 2) and array.shape[0] == rows]
    found = [column for title, array in kept for column in _columns(title, array, name)]
    if not found:
        raise FileRefused("{name} holds no array with rows and columns.", name=name)
    lost = [f"{title} {_shape(array)}" for title, array in arrays if not any(array is each for _, each in kept)]
    sentence = "Read were arrays of {rows} rows; left out were {lost}."
    _check_width(len(found), name)
    return Arrays(found, rows, (Said(sentence, {"rows": rows, "lost": tuple(lost[:5])}),) if lost else ())


def _shape(array: NDArray[Any]) -> str:
    return "(" + " × ".join(map(str, array.shape)) + ")"


def zlib_error() -> type[Exception]:
    """What a damaged member raises."""
    import zlib

    return zlib.error


def _reason(error: Exception) -> str:
    """What NumPy says, without the bytes that it quotes."""
    return str(error).partition(":")[0].partition("\n")[0].strip()[:100] or type(error).__name__


def _loaded(data: bytes, name: str) -> NDArray[Any]:
    """The array of a `.npy` file's bytes; its header may not ask for more than the bytes hold."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of headers that Python 2 wrote: they are read as well
            array = np.lib.format.read_array(io.BytesIO(_within(data)), allow_pickle=False)
    except ValueError as error:
        if "pickle" in str(error).lower() or "object" in str(error).lower():
            raise FileRefused(NO_PICKLE, name=name) from None
        raise FileRefused("{name} is a damaged NumPy array: {why}.", name=name, why=_reason(error)) from None
    except Exception as error:  # NumPy reads the header as a Python literal: whatever that provokes
        raise FileRefused("{name} is a damaged NumPy array: {why}.", name=name, why=_reason(error)) from None
    return np.asarray(array)


def _within(data: bytes) -> bytes:
    """The bytes, if the shape in their header fits them; raises ValueError."""
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(stream)
    count = 1
    for size in shape:
        count *= int(size)
    if not dtype.hasobject and count * max(dtype.itemsize, 1) > len(data) - stream.tell():
        raise ValueError(f"its header asks for {count} values, and there are fewer")
    return data


def _columns(title: str, array: NDArray[Any], name: str) -> Named:
    """The columns of an array; of more rows than are kept, those are taken before anything is made of them."""
    width = len(array.dtype.names or ()) or (array.shape[1] if array.ndim == 2 else 1)
    _check_width(width, name)
    if array.ndim and width * min(len(array), MAX_ROWS) > MOST_CELLS:
        sentence = "{name} has {rows} rows of {columns} columns, which are more numbers than are held at once."
        raise FileRefused(sentence, name=name, rows=len(array), columns=width)
    if array.ndim in (1, 2) and len(array) > MAX_ROWS:
        array = array[chosen_rows(len(array)) - 1]
    if array.dtype.names:
        return [(field, _plain(array[field], name)) for field in array.dtype.names if array[field].ndim == 1]
    if array.ndim == 1:
        return [(title or "x", _plain(array, name))]
    if array.ndim != 2 or array.shape[1] == 0:
        sentence = "{name} holds an array of the shape {shape}; a table has rows and columns."
        raise FileRefused(sentence, name=name, shape=str(array.shape))
    titles: Sequence[str] = [f"{title or 'x'}{place}" for place in range(1, array.shape[1] + 1)]
    if array.shape[1] == 1 and title:
        titles = [title]
    return [(each, _plain(column, name)) for each, column in zip(titles, array.T, strict=True)]


def _check_width(width: int, name: str) -> None:
    if width > MAX_READ_COLUMNS:
        raise FileRefused(TOO_WIDE, name=name, given=width, high=MAX_READ_COLUMNS)


def _plain(column: NDArray[Any], name: str) -> NDArray[Any]:
    """A column as double numbers, or as texts."""
    match column.dtype.kind:
        case "f" | "i" | "u":
            return np.ascontiguousarray(column, dtype=np.float64)
        case "b" | "U" | "M" | "m":
            return column.astype(str).astype(object)
        case "S":
            return np.char.decode(column, "latin-1").astype(object)
        case kind:
            sentence = "{name} holds values of the kind {kind}; a table has numbers or texts."
            raise FileRefused(sentence, name=name, kind=str(column.dtype) or kind)
