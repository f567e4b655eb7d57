"""What is drawn over the network while a step is looked into, as plain values.

Owns these values; which they are is told by `playground.views.canvas.inside_marks`.
"""

from __future__ import annotations

import msgspec

Tile = tuple[int, int]
"""A layer, −1 the inputs, and its tile."""


class LitLink(msgspec.Struct, frozen=True):
    """A link into `layer`'s tile from a source, counted as links are. text: its name and number, or nothing.

    backward: it carries blame to the left. around: it skips layers, from the tile `start`. names: of the formula,
    whose factor it is.
    """

    layer: int
    tile: int
    source: int
    value: float
    text: str = ""
    backward: bool = False
    start: Tile | None = None
    names: frozenset[str] = frozenset()


class TileText(msgspec.Struct, frozen=True):
    """What stands over a tile and below it; the strong one is what is being computed."""

    above: str = ""
    below: str = ""
    strong: str = ""


class Window(msgspec.Struct, frozen=True):
    """A part of an image's tile: the pixels that a kernel or a pool looks at, as shares of the tile."""

    tile: Tile
    left: float
    top: float
    width: float
    height: float


class Marks(msgspec.Struct, frozen=True):
    """Everything that is drawn over the paled network. active: the tile that is computed; lit: tiles at full colour.

    travels: a value goes along the links, from left to right. names: what the formula calls a tile's numbers and those
    of its bias.
    """

    active: Tile | None = None
    lit: frozenset[Tile] = frozenset()
    links: tuple[LitLink, ...] = ()
    texts: tuple[tuple[Tile, TileText], ...] = ()
    windows: tuple[Window, ...] = ()
    travels: bool = False
    said: str = ""
    names: tuple[tuple[Tile, frozenset[str]], ...] = ()


NO_MARKS = Marks()
