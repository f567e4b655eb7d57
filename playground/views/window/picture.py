"""Draws the window, or one panel of it, into a PNG without showing it; and a page of text into a PDF.

Owns the order of doing so; what is drawn is the very window that users see.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QWidget

from playground.errors import FileRefused, WrongUse
from playground.run.checkpoint import Checkpoint
from playground.views.inside.exercise import printed
from playground.views.theme import theme
from playground.views.theme.motion import stillness
from playground.views.window.application import application, shut_down
from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench
from playground.words import parameters

PAGES = {"parameters": parameters.TAB}
"""Pages of the strip of plots that can be asked for by name."""
PANELS = (
    "window", "transport", "data", "network", "output", "timeline", "plots", "inside", "training", "doctor", "race",
    *PAGES,
)  # fmt: skip


def render(
    source: Checkpoint,
    out: Path,
    epochs: int = 0,
    size: tuple[int, int] = (1440, 900),
    theme_name: str = "light",
    panel: str = "window",
    at_epoch: int | None = None,
) -> None:
    """Train for `epochs`, look back at `at_epoch`, if that is told, then write the picture.

    Raises FileRefused if it cannot be written, WrongUse for a size that the window cannot have.
    """
    if panel not in PANELS:
        raise WrongUse(f"there is no panel called {panel!r}; the panels are: {', '.join(PANELS)}")
    application()
    theme.current().set_theme(theme_name)
    with stillness():
        _render(source, out, epochs, size, panel, at_epoch)


def _render(
    source: Checkpoint, out: Path, epochs: int, size: tuple[int, int], panel: str, at_epoch: int | None
) -> None:
    workbench = Workbench(source)
    window = MainWindow(workbench, remember=False)
    try:
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.resize(QSize(*size))
        window.show()
        QCoreApplication.processEvents()
        if window.size() != QSize(*size):
            least = window.minimumSize().expandedTo(window.minimumSizeHint())
            asked, smallest = "x".join(map(str, size)), f"{least.width()}x{least.height()}"
            raise WrongUse(f"The window cannot be {asked}: with these fonts it is at least {smallest}.")
        workbench.prepare_now()
        if epochs:
            workbench.doctor.foresee(epochs)
        workbench.run.advance_now(epochs=epochs)
        workbench.doctor.wait()
        if at_epoch is not None:
            workbench.timeline.look_now(at_epoch)
        workbench.diagnosing.wait()
        workbench.referring.wait()
        if panel == "inside":
            workbench.inside.enter()
            workbench.inside.wait()
            workbench.inside.seek_phase("backward")
        target = _shown(window, workbench, panel)
        for _ in range(3):
            QCoreApplication.processEvents()
        if window.messages.kind == "info":
            window.messages.dismiss()
        if not target.grab().save(str(out), "PNG"):
            raise FileRefused(f"The picture could not be written to {out}.")
    finally:
        workbench.close()
        shut_down(window)


def pdf_of(page: str) -> bytes:
    """A page of HTML as a PDF, where no window is open."""
    application()
    return printed(page)


def _shown(window: MainWindow, workbench: Workbench, panel: str) -> QWidget:
    """The panel in the window, with its page open; a race is trained to its end."""
    if panel == "race":
        sheet = window.races.open(start=True)
        sheet.racing.wait()
        QCoreApplication.processEvents()
        return sheet.panel
    if panel in PAGES:
        window.plots.show_tab(PAGES[panel])
        window.plots.page(PAGES[panel])
        QCoreApplication.processEvents()
        workbench.run.settle()
        return window.plots
    return window if panel == "window" else window.panel(panel)
