"""Several looks at one window, one after the other: to open one for each costs more than most of them do."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from playground.settings.settings import FIRST_SPEED
from playground.views.window.main_window import MainWindow
from playground.views.workbench.view_state import ViewState

SIZE = (1440, 900)


def one_after_another(
    window: MainWindow, *checks: Callable[..., None], prepare: Callable[[], dict[str, Any]] = dict, **given: Any
) -> None:
    """Each check of the window as it was opened, with those of the given fixtures that it names.

    Each has a folder of its own. prepare: brings the window to where each check begins, and tells more fixtures.
    """
    for place, check in enumerate(checks):
        with pytest.MonkeyPatch.context() as patch:
            fixtures = {"window": window, "monkeypatch": patch, **given, **prepare()}
            if "tmp_path" in given:
                fixtures["tmp_path"] = given["tmp_path"] / f"{place}"
                fixtures["tmp_path"].mkdir()
            check(**{name: fixtures[name] for name in inspect.signature(check).parameters})
        begin_anew(window)


def begin_anew(window: MainWindow) -> None:
    """A new document, and all that is seen of it as in a window that was just opened."""
    workbench, usual = window._workbench, ViewState()
    workbench.new()
    workbench.set_view(**{name: getattr(usual, name) for name in usual.__struct_fields__})
    workbench.run.set_speed(FIRST_SPEED)
    workbench.run.settle()
    window.messages.dismiss()
    window.training.show_more(False)
    window.plots.show_tab("Curves")
    window.resize(*SIZE)
    window.centralWidget().setFocus()
    window.setUpdatesEnabled(False)  # it is painted when somebody looks
    QApplication.processEvents()
    window.setUpdatesEnabled(True)
