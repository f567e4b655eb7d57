"""What the card of all training settings asks of each of its pages.

Owns these two questions; knows no single setting.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from playground.experiment.experiment import Experiment


class SettingsPage(QWidget):
    """A page that shows the experiment's training settings, and what the newest snapshot tells of them."""

    def show_training(self, experiment: Experiment) -> None:
        """Show the experiment's settings."""
        raise NotImplementedError

    def show_moment(self) -> None:
        """Show what the newest snapshot tells; nothing by default."""
