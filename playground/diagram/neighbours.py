"""Which part of a diagram lies beside another: the way of the arrow keys.

Owns where a step left, right, up or down leads to, also to what is scrolled out of sight, and what stands in for a part
that an edit has taken away; knows nothing of keys.
"""

from __future__ import annotations

from msgspec.structs import replace

from playground.diagram.diagram import FEATURES as FEATURE_COLUMN
from playground.diagram.diagram import Diagram, Part
from playground.diagram.outline import CHOICES


def first_part(diagram: Diagram) -> Part:
    """Where a way through the diagram starts: the first layer's card, or the output's."""
    return Part("card", 0) if diagram.head else Part("card", diagram.head)


def valid(diagram: Diagram, part: Part | None) -> Part | None:
    """The part itself, or the nearest one that is there after an edit."""
    if part is None:
        return None
    part = replace(part, layer=min(part.layer, diagram.head))
    if part.layer == FEATURE_COLUMN and part.kind in ("feature", "unit"):
        part = replace(part, kind="unit" if diagram.outline.is_image else "feature")
    if part.kind in ("unit", "link"):
        part = replace(part, unit=min(part.unit, diagram.column(part.layer).units - 1))
    if part.kind == "link":
        return part if part.source in inputs_of(diagram, part) else Part("card", part.layer)
    is_tile = part.kind in ("feature", "unit") and part.unit >= 0
    return part if is_tile or diagram.rect_of(part) is not None else Part("card", part.layer)


def tile(diagram: Diagram, layer: int, row: int) -> Part:
    """A tile of a column: a feature, or a unit (the input image too)."""
    return Part("feature" if diagram.outline.plan(layer).kind in CHOICES else "unit", layer, row)


def moved(diagram: Diagram, part: Part, x: int, y: int) -> Part:
    """One step left, right, up or down; at an edge the part itself."""
    if part.kind == "link":
        return _moved_link(diagram, part, x, y)
    if y:
        return _moved_in_column(diagram, part, y)
    layer = min(max(part.layer + x, FEATURE_COLUMN), diagram.head)
    return part if layer == part.layer else _same_height(diagram, part, layer)


def _moved_in_column(diagram: Diagram, part: Part, y: int) -> Part:
    last = diagram.column(part.layer).units - 1
    row = (-1 if part.kind == "card" else part.unit) + y
    if part.layer == FEATURE_COLUMN:
        return tile(diagram, FEATURE_COLUMN, min(max(row, 0), last))
    return Part("card", part.layer) if row < 0 else Part("unit", part.layer, min(row, last))


def _same_height(diagram: Diagram, part: Part, layer: int) -> Part:
    """The part of another column that lies beside this one."""
    if part.kind == "card" and layer != FEATURE_COLUMN:
        return Part("card", layer)
    rect, column = diagram.rect_of(part), diagram.column(layer)
    height = rect.center[1] if rect is not None else 0.0
    row = min(range(len(column.tiles)), key=lambda place: abs(column.tiles[place].center[1] - height))
    return tile(diagram, layer, column.first + row)


def turned(diagram: Diagram, part: Part, pages: int) -> Part:
    """So many pages of units up or down from a part, in its column."""
    column = diagram.column(part.layer)
    row = (part.unit if part.kind in ("feature", "unit", "link") else column.first) + pages * len(column.tiles)
    return tile(diagram, part.layer, min(max(row, 0), column.units - 1))


def _moved_link(diagram: Diagram, part: Part, x: int, y: int) -> Part:
    """Up and down: the unit's other inputs. Left: where the link comes from. Right: its unit."""
    if x > 0:
        return Part("unit", part.layer, part.unit)
    if x < 0:
        row = diagram.outline.active[part.source] if part.layer == 0 else part.source
        return tile(diagram, part.layer - 1, row)
    sources = inputs_of(diagram, part)
    place = sources.index(part.source) + y if part.source in sources else 0
    return replace(part, source=sources[min(max(place, 0), len(sources) - 1)])


def inputs_of(diagram: Diagram, part: Part) -> list[int]:
    """The inputs of a unit, from top to bottom, whether they are on screen or not."""
    if diagram.outline.plan(part.layer).reads_own:
        return [part.unit]
    if part.layer == 0:
        active = diagram.outline.active
        return sorted(range(len(active)), key=active.__getitem__)
    return list(range(diagram.column(part.layer - 1).units))


def first_link(diagram: Diagram, part: Part) -> Part | None:
    """The uppermost link into a unit."""
    sources = inputs_of(diagram, part) if part.kind == "unit" and part.layer >= 0 else []
    return Part("link", part.layer, part.unit, sources[0]) if sources else None
