"""The sheet on which an opened table is chosen from: its rows, what needs a look, target and features.

Owns the choice while the sheet is open and when it can be opened; what is possible is told by `playground.tables`.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from playground.data.own_points import SIDES
from playground.errors import PlaygroundError
from playground.tables.choosing import Choice, Plan, planned
from playground.tables.looks import looks
from playground.tables.pictures import looks_like, pixels
from playground.tables.table import SEPARATOR_NAMES, Options, Table
from playground.views.controls import Caption, ElidedLabel, LinkButton
from playground.views.controls.labels import as_it_stands
from playground.views.controls.overlay import HoldingSheet
from playground.views.guards.handlers import guarded
from playground.views.tables.grid import TableGrid
from playground.views.tables.looking import SHOWN, LookList
from playground.views.tables.side import ChoicePanel
from playground.views.theme import theme
from playground.words.errors import told, told_changes
from playground.words.tables import CHANGE, CHANGE_SIDE, NO_TARGET, TITLE, foot

SIZE = QSize(1048, 648)
ROOMY = 600
"""Height from which on there is room for the picture."""
ENCODINGS = (("utf-8", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252"), ("latin-1", "Latin-1"))


@guarded
class TableSheet(HoldingSheet):
    """`taken(plan, pair)` when it is opened, with the features that the map shows; `other_wanted(options)` when it is
    to be read in another way."""

    taken = Signal(object, tuple)
    other_wanted = Signal(object)
    full_size = SIZE

    def __init__(self, table: Table, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(TITLE)
        self.table, self.choice, self.plan = table, Choice(), None  # type: Table, Choice, Plan | None
        self.options = Options()
        self.name, self.facts = ElidedLabel("", theme.title_font()), Caption()
        self.change = LinkButton("Change", CHANGE)
        self.grid, self.looks, self.side = TableGrid(), LookList(), ChoicePanel()
        self.remarks, self.line = Caption(), ElidedLabel("", theme.ui_font(), "muted")
        self.cancel, self.open_button = QPushButton("&Cancel"), QPushButton("&Open")
        self._lay_out()
        self.change.clicked.connect(self._ask_for_others)
        self.grid.target_wanted.connect(lambda name: self.alter(target=name))
        self.grid.feature_toggled.connect(self._toggle_feature)
        self.grid.kind_toggled.connect(self._toggle_kind)
        self.side.changed.connect(lambda fields: self.alter(**fields))
        self.looks.clicked.connect(self.grid.show_row)
        self.looks.remedied.connect(self._remedy)
        self.cancel.clicked.connect(self.reject)
        self.open_button.clicked.connect(self._take)
        self.parts = self.change, self.grid, self.looks, self.side, self.cancel, self.open_button
        self.default = self.open_button
        self.show_table(table)

    def first_stop(self) -> QWidget:
        """The heads of the columns."""
        return self.grid

    def fit(self) -> None:
        """Where there is no room the picture goes."""
        super().fit()
        self.side.set_roomy(self.panel.height() >= theme.scaled(ROOMY))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # a slip of the hand beside it does not take away what was chosen

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(0, 18, 0, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setContentsMargins(24, 0, 24, 0)
        head.setSpacing(14)
        for each in (self.name, self.facts, self.change):
            head.addWidget(each)
        head.addWidget(self.remarks, 1)
        head.addWidget(self.close_button)
        self.remarks.alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        column.addLayout(head)
        middle = QHBoxLayout()
        middle.setContentsMargins(24, 0, 24, 0)
        middle.setSpacing(18)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self.grid, 1)
        left.addWidget(self.looks)
        middle.addLayout(left, 1)
        middle.addWidget(_line(QFrame.Shape.VLine))
        middle.addWidget(self.side)
        column.addLayout(middle, 1)
        column.addWidget(_line(QFrame.Shape.HLine))
        below = QHBoxLayout()
        below.setContentsMargins(24, 0, 24, 0)
        below.setSpacing(10)
        below.addWidget(self.line, 1)
        below.addWidget(self.cancel)
        below.addWidget(self.open_button)
        for button in (self.cancel, self.open_button):
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.open_button.setDefault(True)
        column.addLayout(below)

    # -- the table and the choice --------------------------------------------------------------------------------------

    def show_table(self, table: Table) -> None:
        """Show a table, with nothing chosen but what can be guessed: a target, where one column alone is of classes."""
        self.table = table
        self.name.set_text(table.name)
        self.facts.set_text(table.described)
        said = told_changes(table.remarks)
        self.remarks.set_text(said)
        self.change.setVisible(bool(table.found.separator or table.found.side) or len(table.found.sheets) > 1)
        self.change.setToolTip(CHANGE_SIDE if table.found.side else CHANGE)
        self.grid.show_table(table)
        self.choice = Choice(_likely_target(table))
        self._show()

    def alter(self, **fields: Any) -> None:
        """The choice with other fields; a new target takes its feature away, and the old one is none by itself."""
        features = self.choice.features
        if "target" in fields and features is not None:
            fields = {"features": tuple(name for name in features if name != fields["target"]), **fields}
        if "features" in fields:  # single columns are chosen, so rows are no pictures any more
            fields = {"image_side": None, **fields}
        if "target" in fields:
            fields = {"as_number": None, **fields}
        self.choice = replace(self.choice, **fields)
        self._show()

    def _features(self) -> tuple[str, ...]:
        """Those that are ticked now."""
        if self.choice.features is not None:
            return self.choice.features
        return () if self.plan is None else tuple(column.name for column in self.plan.columns)

    def _toggle_feature(self, name: str) -> None:
        ticked = self._features()
        if name in ticked:
            self.alter(features=tuple(each for each in ticked if each != name and self._can_be_feature(each)))
        elif self._can_be_feature(name):
            order = [each.name for each in self.table.columns]
            self.alter(features=tuple(sorted((*ticked, name), key=order.index)))

    def _can_be_feature(self, name: str) -> bool:
        column = self.table.column(name)
        return column is not None and not column.no_feature

    def _toggle_kind(self, name: str) -> None:
        if name == self.choice.target:
            self.alter(as_number=None if self.choice.as_number else True)
        else:
            self.alter(as_classes=self.choice.as_classes ^ {name})

    def _remedy(self, row: int, remedy: str) -> None:
        filled, out = self.choice.filled, self.choice.left_out
        match remedy:
            case "fill":
                self.alter(filled=filled | {row})
            case "leave_out":
                self.alter(filled=filled - {row}, left_out=out if row in filled else out | {row})
            case "take":
                self.alter(left_out=out - {row})

    def _show(self) -> None:
        reason = ""
        try:
            self.plan = planned(self.table, self.choice)
        except PlaygroundError as error:
            self.plan, reason = None, told(error)
        plan, ticked = self.plan, self._features()
        self.grid.show_choice(self.choice.target, frozenset(ticked), self._kinds(plan))
        self.side.show_choice(self.table, self.choice, plan)
        self.looks.show_looks(*(([], 0) if plan is None else looks(plan, SHOWN)))
        self.open_button.setEnabled(plan is not None)
        self.open_button.setToolTip(as_it_stands(reason))
        if plan is None:
            self.line.set_text(reason if self.choice.target else NO_TARGET, "warning")
        else:
            used = int(plan.rows.size)
            train = max(1, int(used * self.choice.train_share))
            self.line.set_text(foot(used, self.table.rows, train), "muted")

    def _kinds(self, plan: Plan | None) -> dict[str, str]:
        """Columns of numbers that are taken as classes."""
        found = dict.fromkeys(self.choice.as_classes, "class")
        if plan is not None and plan.classes:
            found[plan.target.name] = "class"
        elif plan is not None:
            found[plan.target.name] = "number"
        return found

    def _take(self) -> None:
        if self.plan is not None:
            self.taken.emit(self.plan, self.side.pair)
            self.accept()

    # -- how it is read ------------------------------------------------------------------------------------------------

    def _ask_for_others(self) -> None:
        menu = self.other_ways()
        menu.popup(self.change.mapToGlobal(self.change.rect().bottomLeft()))

    def other_ways(self) -> QMenu:
        """What can be changed of how the table is read."""
        menu, found = QMenu(self), self.table.found
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if found.side:
            self._choices(menu, "side", [(side, f"{side} × {side} pixels") for side in SIDES], found.side)
            return menu
        if len(found.sheets) > 1:
            self._choices(menu.addMenu("Sheet"), "sheet", [(each, each) for each in found.sheets], found.sheet)
        if found.separator:
            names = [(sign, name) for sign, name in SEPARATOR_NAMES.items()]
            self._choices(menu.addMenu("Separator"), "separator", names, found.separator)
            self._choices(menu.addMenu("Encoding"), "encoding", list(ENCODINGS), self.options.encoding or "")
        self._choices(menu.addMenu("Decimal mark"), "decimal", [(".", "point"), (",", "comma")], found.decimal)
        self._choices(menu.addMenu("First row"), "header", [(True, "names"), (False, "values")], found.header)
        return menu

    def _choices(self, menu: QMenu, field: str, entries: list[tuple[Any, str]], now: Any) -> None:
        for value, text in entries:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(value == now)
            action.triggered.connect(lambda _checked=False, value=value: self._read_otherwise(field, value))

    def _read_otherwise(self, field: str, value: Any) -> None:
        self.options = replace(self.options, **{field: value})
        self.other_wanted.emit(self.options)


def _likely_target(table: Table) -> str:
    """The only column of words that are classes, or a column that is called so, or the only one that is no pixel of a
    picture; none where it cannot be told."""
    able = [column for column in table.columns if not column.no_target]
    if looks_like(table, None):
        found = pixels(table, None)
        able = [column for column in able if not any(column is each for each in found)]
    named = [column for column in able if column.name.casefold() in ("target", "label", "class", "y", "species")]
    words = [column for column in able if column.kind == "class"]
    for found in (named, words, [column for column in able if column.may_be_classes]):
        if len(found) == 1:
            return found[0].name
    return ""


def _line(shape: QFrame.Shape) -> QFrame:
    line = QFrame()
    line.setFrameShape(shape)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setForegroundRole(line.palette().ColorRole.Mid)
    return line
