"""The one place that tells kinds of sources apart: whoever wants to know something of a source asks `kind_of`.

Owns the table of kinds; a new kind is a file of its own, its value in `playground.data.source`, and one entry here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from playground.data.generated import GeneratedData, generated_kind
from playground.data.own_points import OwnPoints, PointsData, belonging, own_kind
from playground.data.source import Source
from playground.data.source_kind import SourceKind
from playground.errors import PointsRefused

KINDS: dict[type, Callable[[Any], SourceKind]] = {
    GeneratedData: generated_kind,
    PointsData: own_kind,
}


def check_points(source: Source, own: OwnPoints | None) -> None:
    """Refuse points that are missing, not the source's, or given to one that makes its own; raises PointsRefused."""
    if isinstance(source, PointsData):
        belonging(source, own)
    elif own is not None:
        raise PointsRefused(f"This experiment makes its points itself ({kind_of(source).label}), so it takes none.")


@lru_cache(maxsize=64)
def kind_of(source: Source) -> SourceKind:
    """What is known of a source, whatever its kind."""
    return KINDS[type(source)](source)
