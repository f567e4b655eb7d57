"""What the gallery of data sets says, and what a search in it looks through.

Owns these words; knows nothing of pictures.
"""

from __future__ import annotations

from collections.abc import Iterable

from playground.data import DatasetKind

MATCHES = "{} of {} sets"
NOTHING_FITS = "No data set fits “{text}”."
SEARCH_TIP = (
    "Every word is looked for in names, descriptions, groups and in where a set is from. Return takes the first."
)
PINNED = "{label} is a favourite now."
UNPINNED = "{label} is no favourite any more; “All data …” still has it."
ALL_TIP = "Every data set, in groups, with a search."
TABLE_TIP = "Use the rows of a file: CSV, a sheet, Parquet …"


def haystack(kind: DatasetKind, other_names: Iterable[str]) -> str:
    """Everything that may be said of a data set, in small letters."""
    task = "regression over x" if kind.over_x else "regression" if kind.classes == 0 else "classification classes"
    parts = [kind.name, kind.label, kind.note, kind.source, kind.group, task, *other_names]
    parts += [each.label for each in kind.parameters]
    return " ".join(parts).lower()
