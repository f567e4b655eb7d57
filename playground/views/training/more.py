"""The card beside the training card: what is rarely changed, a tab for each group, shown on wish only.

Owns the tabs and which of them hold something unusual; the groups show and change their own settings.
"""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from playground.views.controls import explain
from playground.views.controls.card import paint_card
from playground.views.controls.text_tabs import TextTabs
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.training.page import SettingsPage
from playground.views.workbench.workbench import Workbench
from playground.words.training import PAGES, set_beyond_usual

WIDTH = 392
KEYS = ("optimizer", "loss", "clipping", "schedule", "stopping", "precision")
"""The entries of the glossary for the pages."""


@guarded
class TrainingMore(QWidget):
    """`closed` when Escape was pressed here."""

    closed = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self.setAccessibleName("More training settings")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumWidth(round(theme.scaled(WIDTH)))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.tabs = TextTabs(PAGES, self, small=True)
        self.tabs.setAccessibleName("More training settings")
        self.tabs.keys = KEYS
        explain("more_settings", self)
        self.stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 16, 6)
        column.setSpacing(6)
        column.addWidget(self.tabs)
        column.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        workbench.experiment_changed.connect(self.refresh)
        workbench.run.snapshot_ready.connect(self._on_snapshot_ready)
        self.hide()

    @cached_property
    def groups(self) -> dict[str, SettingsPage]:
        """Each page; they are made when the card is first shown: the first window does not wait for them."""
        from playground.views.training.clipping import ClippingPage
        from playground.views.training.loss import LossPage
        from playground.views.training.optimizer import OptimizerPage
        from playground.views.training.schedule import SchedulePage
        from playground.views.training.start import StartPage
        from playground.views.training.stopping import StoppingPage

        kinds = (OptimizerPage, LossPage, ClippingPage, SchedulePage, StoppingPage, StartPage)
        made: dict[str, SettingsPage] = {name: kind(self._workbench) for name, kind in zip(PAGES, kinds, strict=True)}
        for key, group in zip(KEYS, made.values(), strict=True):
            explain(key, group)
            self.stack.addWidget(group)
        self.stack.setCurrentIndex(self.tabs.currentIndex())
        return made

    @property
    def page(self) -> str:
        """The name of the group that is shown."""
        return PAGES[self.tabs.currentIndex()]

    def show_page(self, name: str) -> None:
        """Show a group."""
        self.tabs.setCurrentIndex(PAGES.index(name))

    def refresh(self) -> None:
        """Show the experiment's settings, while anybody can see them."""
        experiment = self._workbench.experiment
        beyond = set_beyond_usual(experiment.training)
        for place, name in enumerate(PAGES):
            self.tabs.set_marked(place, name in beyond, beyond.get(name, ""))
        if not self.isHidden():
            for group in self.groups.values():
                group.show_training(experiment)

    def _on_snapshot_ready(self) -> None:
        if self.isVisible():
            self.groups[self.page].show_moment()

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self)
