"""The door through which commands read folders of pictures: Qt decodes them, and no window is needed.

Owns nothing but that way.
"""

from __future__ import annotations

from playground.tables.folders import SIDE, Pictures, pictures_in, read_folder
from playground.tables.table import Table
from playground.views.workbench.decoding import grey_square


def read_pictures(path: str, side: int = SIDE) -> Table:
    """The pictures of a folder as rows of side × side grey pixels; raises FileRefused."""
    return read_folder(path, grey_square, side)


def pictures_to_answer(path: str, side: int) -> Pictures:
    """The pictures of a folder, whatever they show; raises FileRefused."""
    return pictures_in(path, grey_square, side)
