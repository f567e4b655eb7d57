"""The look inside a step, as the window joins it: its command, its page, the veil over what it says nothing about.

Owns this joining, why the mode cannot be entered now, and which pages the strip of plots is given.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from playground.views.inside.exercise import AskName
from playground.views.inside.page import InsidePage
from playground.views.inside.veil import Veil
from playground.views.parameters.page import ParametersPage
from playground.views.plots.panel import PlotsPanel
from playground.views.window.commands import Command
from playground.views.workbench.workbench import Workbench
from playground.words import parameters
from playground.words.inside.page import ENTRY, ENTRY_TIP, NO_SAMPLES
from playground.words.run import why_no_step


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
    pages: dict[str, Callable[[], QWidget]] = {parameters.TAB: partial(ParametersPage, workbench, ask_name)}
    return PlotsPanel(workbench, parent, pages | inside_pages(workbench, data, ask_name))


def inside_pages(workbench: Workbench, data: QWidget, ask_name: AskName) -> dict[str, Callable[[], QWidget]]:
    """The page by the name of its tab; the column of the data lies under a veil while it is looked at.

    ask_name: from a caption and kinds of files to the name that the user chose.
    """
    Veil(workbench, data)
    return {"Inside": partial(InsidePage, workbench, ask_name)}
