"""The row over a map of samples with more than two columns: what lies across and upwards, and where the others stand.

Owns these three lists; what a wish comes to is told by `playground.data.section`.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.data.section import can_be_cut, pair_for, place_of
from playground.errors import Said
from playground.numbers import spaced
from playground.views.controls import Caption, ChoiceField, Option, explain
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.output.plane_menu import PlaneMenu
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.plane import ACROSS, ALL_AT_ONCE, AS_POINT, AT_MEAN, MAIN, OTHERS, ROW_NAME, UPWARDS

MEAN, POINT, DIRECTIONS = "mean", "point", "main"


@guarded
class PlaneRow(QWidget):
    """Shows the workbench's wish; a choice goes to it through the map's menu."""

    def __init__(self, workbench: Workbench, menu: PlaneMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench, self._menu = workbench, menu
        self.setAccessibleName(ROW_NAME)
        self.across, self.upwards, self.others = (ChoiceField(name) for name in (ACROSS, UPWARDS, OTHERS))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(round(theme.scaled(6)))
        for field, room in ((self.across, 5), (None, 0), (self.upwards, 5), (self.others, 6)):
            row.addWidget(Caption("×") if field is None else field, room)
        explain("map_plane", self)
        self.across.chosen.connect(lambda name: self._choose("across", name))
        self.upwards.chosen.connect(lambda name: self._choose("upwards", name))
        self.others.chosen.connect(self._on_others)

    def sizeHint(self) -> QSize:
        return QSize(300, round(theme.scaled(24)))

    def take_focus(self) -> None:
        """The keyboard goes to the first list that can be used."""
        field = self.across if self.across.isEnabled() else self.others
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Show the present columns and what was wished of them."""
        data, wish = self._workbench.dataset, self._workbench.view.plane
        if not can_be_cut(data):
            return
        for field, name in zip((self.across, self.upwards), pair_for(wish, data), strict=True):
            field.set_options([Option(each, each) for each in data.columns])
            field.set_current(name)
            field.setEnabled(not wish.main)
            field.setToolTip(ALL_AT_ONCE if wish.main else as_it_stands(f"{field.accessibleName()}: {name}"))
        there, number = self._point
        said = [str(Said(text, {"number": spaced(number)})) for text in AS_POINT]
        self.others.set_options(
            [
                Option(MEAN, AT_MEAN[0], AT_MEAN[2], short=AT_MEAN[1]),
                Option(POINT, said[0], said[2], short=said[1]),
                Option(DIRECTIONS, MAIN[0], MAIN[2], short=MAIN[1]),
            ]
        )
        self.others.set_current(DIRECTIONS if wish.main else POINT if there else MEAN)

    @property
    def _point(self) -> tuple[bool, int]:
        """Whether the others are held at a point that is there, and which one it is, or would be."""
        data, row = self._workbench.dataset, self._workbench.view.plane.row
        held = row is not None and place_of(row, data) is not None
        return held, row if held and row is not None else data.number_of(0)

    def _choose(self, way: str, name: str) -> None:
        """A column for one axis; the one that had it takes the other axis."""
        across, upwards = pair_for(self._workbench.view.plane, self._workbench.dataset)
        old = {"across": across, "upwards": upwards}
        other = "upwards" if way == "across" else "across"
        self._menu.wish(**{way: name, other: old[way] if old[other] == name else old[other]})

    def _on_others(self, key: str) -> None:
        if key == POINT:
            self._menu.wish(row=self._point[1], main=False)
        else:
            self._menu.wish(main=key == DIRECTIONS, **({"row": None} if key == MEAN else {}))
