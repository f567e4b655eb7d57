"""The look inside a step, as the window joins it: its command, its page, the veil over what it says nothing about.

Owns this joining, why the mode cannot be entered now, and which pages the strip of plots is given; what those need is
loaded when they are first wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from playground.views.inside.veil import Veil
from playground.views.plots.panel import PlotsPanel
from playground.views.window.commands import Command
from playground.views.workbench.workbench import Workbench
from playground.words import parameters
from playground.words.inside.page import ENTRY, ENTRY_TIP, NO_SAMPLES
from playground.words.run import why_no_step

if TYPE_CHECKING:
    from playground.views.inside.exercise import AskName


def inside_command(workbench: Workbench) -> Command:
    """Enter the mode, or leave it."""

    def refusal() -> str:
        reason = why_no_step(workbench.run.state) or workbench.painting.why_no_play
        return reason or ("" if workbench.dataset.train_labels.size else NO_SAMPLES)

    return Command(
        "inside", "Run", ENTRY, workbench.inside.toggle, ("I",), "search", tip=ENTRY_TIP,
        checked=lambda: workbench.inside.on, refusal=refusal,
    )  # fmt: skip


def strip_of(workbench: Workbench, data: QWidget, ask_name: AskName, parent: QWidget) -> PlotsPanel:
    """The strip of plots with the pages of other parts.

    data: the column that lies under a veil while a step is looked into. ask_name: from a caption and kinds of files to
    the name that the user chose.
    """

    def parameters_page() -> QWidget:
        from playground.views.parameters.page import ParametersPage

        return ParametersPage(workbench, ask_name)

    pages: dict[str, Callable[[], QWidget]] = {parameters.TAB: parameters_page}
    return PlotsPanel(workbench, parent, pages | inside_pages(workbench, data, ask_name))


def inside_pages(workbench: Workbench, data: QWidget, ask_name: AskName) -> dict[str, Callable[[], QWidget]]:
    """The page by the name of its tab; the column of the data lies under a veil while it is looked at.

    ask_name: from a caption and kinds of files to the name that the user chose.
    """
    Veil(workbench, data)

    def inside_page() -> QWidget:
        from playground.views.inside.page import InsidePage

        return InsidePage(workbench, ask_name)

    return {"Inside": inside_page}
