"""The strip of plots with the pages that other parts of the window bring to it.

Owns which pages these are, and their order; knows nothing of what they show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QWidget

from playground.views.parameters.page import ParametersPage
from playground.views.plots.panel import PlotsPanel
from playground.views.window.inside_step import inside_pages
from playground.views.workbench.workbench import Workbench
from playground.words import parameters

AskName = Callable[[str, Mapping[str, str]], Path | None]


def strip_of(workbench: Workbench, data: QWidget, ask_name: AskName) -> PlotsPanel:
    """The panel with all its pages.

    data: the column that lies under a veil while a step is looked into. ask_name: from a caption and kinds of files to
    the name that the user chose.
    """
    pages: dict[str, Callable[[], QWidget]] = {parameters.TAB: lambda: ParametersPage(workbench, ask_name)}
    return PlotsPanel(workbench, pages=pages | inside_pages(workbench, data))
