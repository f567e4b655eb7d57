"""Begins to load the kernels before the window's own modules are loaded, then opens the window.

Owns this order, which is worth a third of a second; knows nothing of either.
"""

from __future__ import annotations

import atexit
import gc
from typing import TYPE_CHECKING

from playground.run.checkpoint import Checkpoint
from playground.views.workbench.run.preparation import Preparation

if TYPE_CHECKING:
    from playground.views.window.application import Watch


def launch(
    source: Checkpoint | None, path: str | None = None, watch: Watch | None = None, table: str | None = None
) -> int:  # fmt: skip
    """Open the window and stay until it is closed; returns the exit code. `watch` is told when it is shown.

    table: a file whose columns are shown first, to be chosen from.
    """
    gc.disable()  # what modules make stays: to look for garbage in it takes a tenth of their time; `run` gives it back
    atexit.register(gc.freeze)  # nor is it looked for in all that the program has made when the interpreter ends
    preparation = Preparation()
    preparation.start()
    try:
        from playground.views.window.application import run

        return run(source, preparation, path, watch, table)
    finally:
        preparation.cancel()
