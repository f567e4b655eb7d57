"""One table of everything the window can do: menus, shortcuts and the help sheet are made from it.

Owns what a command is and the QActions made from the table; what each one does is in `command_table`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from playground.views.controls.labels import as_it_stands
from playground.views.marks.curve_icon import curve_icon
from playground.views.theme import icons, theme
from playground.views.workbench.view_state import ViewState
from playground.views.workbench.workbench import Workbench

Key = QKeySequence.StandardKey | str


class Command(msgspec.Struct, frozen=True):
    """One entry. menu: where it stands, "Network/Activation" for a submenu. keys: the first is shown, all work.

    label, explained, enabled, refusal, checked are asked after each change; text is what the help sheet says, and
    explained takes the place of a tip that does not change. curve: the function whose curve stands before the entry.
    refusal: why it cannot be used now, shown as its tool tip; empty if it can.
    """

    id: str
    menu: str
    text: str
    run: Callable[[], object]
    keys: tuple[Key, ...] = ()
    icon: str = ""
    tip: str = ""
    label: Callable[[], str] | None = None
    explained: Callable[[], str] | None = None
    enabled: Callable[[], bool] | None = None
    refusal: Callable[[], str] | None = None
    checked: Callable[[], bool] | None = None
    separator: bool = False
    curve: str = ""

    @property
    def sequences(self) -> list[QKeySequence]:
        """The shortcuts; a standard one may stand for several, or for none on this system."""
        found: list[QKeySequence] = []
        for key in self.keys:
            found += [QKeySequence(key)] if isinstance(key, str) else QKeySequence.keyBindings(key)
        return list(dict.fromkeys(found))


class Commands(QObject):
    """The QActions of the table, kept true to the workbench."""

    def __init__(self, table: Iterable[Command], workbench: Workbench, window: QWidget) -> None:
        super().__init__(window)
        self.table = tuple(table)
        self.actions: dict[str, QAction] = {}
        self._curves_drawn = False
        for command in self.table:
            assert command.id not in self.actions, command.id
            self.actions[command.id] = self._action(command, window)
        # a changed experiment is a changed document too, and is told of as that when all has followed it
        for signal in (
            workbench.run.state_changed, workbench.document_changed, workbench.painting.changed,
            workbench.timeline.turned, workbench.runs.changed,
        ):  # fmt: skip
            signal.connect(self.refresh)
        workbench.inside.turned.connect(self.refresh)
        self._workbench, self._looked = workbench, _choices(workbench.view)
        workbench.view_changed.connect(self._on_view_changed)
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _action(self, command: Command, window: QWidget) -> QAction:
        action = QAction(command.text, self)
        action.setShortcuts(command.sequences)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(command.checked is not None)
        action.setToolTip(command.tip or command.text)
        action.setMenuRole(ROLES.get(command.id, QAction.MenuRole.NoRole))
        action.triggered.connect(lambda _checked=False: self._run(command))
        window.addAction(action)
        return action

    def _run(self, command: Command) -> None:
        try:
            command.run()
        finally:  # what fails is told by the hook; ticks and texts are true all the same
            self.refresh()

    def _on_view_changed(self) -> None:
        """Where the pointer is changes often, and no command."""
        looked = _choices(self._workbench.view)
        if looked != self._looked:
            self._looked = looked
            self.refresh()

    def refresh(self) -> None:
        """Ask every command for its text, whether it can be used, and whether it is on."""
        for command in self.table:
            action = self.actions[command.id]
            if command.label is not None:
                action.setText(command.label())
            if command.explained is not None:
                action.setToolTip(as_it_stands(command.explained()))
            if command.enabled is not None:
                action.setEnabled(command.enabled())
            if command.refusal is not None:
                reason = command.refusal()
                action.setEnabled(not reason)
                action.setToolTip(as_it_stands(reason or command.tip or command.text))
            if command.checked is not None:
                action.setChecked(command.checked())

    def draw_curves(self) -> None:
        """Draw the curves that stand before entries: the first window does not wait for them."""
        if self._curves_drawn:
            return
        self._curves_drawn = True
        for command in self.table:
            if command.curve:
                self.actions[command.id].setIcon(curve_icon(command.curve))

    def _on_theme_changed(self) -> None:
        self._curves_drawn = False
        for command in self.table:
            if command.icon:
                self.actions[command.id].setIcon(icons.icon(command.icon, "muted"))
        self.refresh()


def _choices(view: ViewState) -> ViewState:
    """What is looked at, without what only follows the pointer."""
    return replace(view, probe=None, probe_label=None, probe_sample=None, hovered=None, drawn=None)


ROLES = {
    "about": QAction.MenuRole.AboutRole,
    "quit": QAction.MenuRole.QuitRole,
}
"""Where macOS puts a command of its own menu."""


def shown_keys(command: Command) -> str:
    """The first shortcut as this system writes it; empty if there is none."""
    sequences = command.sequences
    return sequences[0].toString(QKeySequence.SequenceFormat.NativeText) if sequences else ""
