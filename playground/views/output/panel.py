"""The right column: the decision map, or the images, with toggles, a key to the colours, and how good the network is.

Owns where these lie and what they ask of the run; each of them draws itself.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from playground.data.section import can_be_cut
from playground.views.controls import LinkButton, SectionLabel, explain
from playground.views.guards.handlers import guarded
from playground.views.output.accuracy_bars import AccuracyBars
from playground.views.output.colour_scale import ColourScale
from playground.views.output.decision_map import DecisionMap
from playground.views.output.drawing_pad import MARGIN, DrawingPad
from playground.views.output.image_grid import ImageGrid
from playground.views.output.map_axes import LEAST_EDGE
from playground.views.output.paint_header import PaintHeader
from playground.views.output.paint_palette import PaintPalette
from playground.views.output.plane_row import PlaneRow
from playground.views.output.view_switches import DRAW_KEY, POINTS, Switch, switches_for, why_not
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.drawing import TIP

HEADER, GAP = 24, 8
LEAST_MAP, LEAST_PALETTE, LEAST_PAPER = 72.0, 112.0, 56.0
"""Sides of a map beside its axes, of one that is painted on, and of the pad's paper, at the usual size of text."""
FLAT, UPRIGHT = 26, 40
"""The height of a scale that lies below the map, the width of one that stands beside it."""


class Places(msgspec.Struct, frozen=True):
    """Where the parts of the panel lie."""

    map: QRect
    scale: QRect
    bars: QRect


def arranged(width: int, height: int, bars: int, upright: int = UPRIGHT, above: int = 0) -> Places:
    """The map as large as it gets: the scale lies below it, or stands beside it where height is short.

    upright: the least width of what stands there; more than a scale needs, and what lies below takes the whole width.
    above: what stands between header and map.
    """
    top = HEADER + GAP + above
    room = height - top - bars
    below = min(width, room - FLAT - 12 - 14)
    beside = min(width - upright, room - 14)
    if below >= min(width, beside):
        side = max(below, 40)
        map_place = QRect(0, top, side, side)
        scale = QRect(0, top + side + 12, side if upright == UPRIGHT else width, FLAT)
        foot = scale.bottom() + 1 + 14
    else:
        side = max(beside, 40)
        map_place = QRect(0, top, side, side)
        scale = QRect(side + 8, top, max(width - side - 8, 8), side)
        foot = top + side + 14
    return Places(map_place, scale, QRect(0, foot, width, bars))


@guarded
class OutputPanel(QWidget):
    """See the module. `least_changed`: what is shown needs another height at least."""

    least_changed = Signal(int)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self.setAccessibleName("Output")
        self._title = SectionLabel("Output")
        self._title.setParent(self)
        self.toggles = {switch.name: self._toggle(switch) for switch in POINTS}
        self.map = DecisionMap(workbench, self)
        self.grid = ImageGrid(workbench, self)
        self.grid.hide()
        self.pad = DrawingPad(workbench, self)
        self.pad.hide()
        self.draw = LinkButton("draw", f"{TIP}  ({DRAW_KEY})", checkable=True, parent=self)
        self.draw.toggled.connect(lambda on: workbench.set_view(draws=on))
        self.plane = PlaneRow(workbench, self.map.menu, self)
        self.scale = ColourScale(self)
        self.paint_header = PaintHeader(workbench, self)
        self.palette_of_paint = PaintPalette(workbench.painting, self)
        self._paints, self._least = False, 0
        self.bars = AccuracyBars(workbench, self)
        self.bars.rows_changed.connect(self._arrange)
        for key, widget in (
            ("output", self), ("decision_map", self.map), ("image_grid", self.grid), ("colour_scale", self.scale),
            ("drawing_pad", self.pad), ("drawing_pad", self.draw), ("accuracy", self.bars), *self.toggles.items(),
        ):  # fmt: skip
            explain(key, widget)
        workbench.run.snapshot_ready.connect(self._on_changed)
        workbench.experiment_changed.connect(self._on_changed)
        workbench.view_changed.connect(self._on_view_changed)
        workbench.painting.changed.connect(self._on_painting_changed)
        self._show_painting()
        self._on_view_changed()

    def _toggle(self, switch: Switch) -> LinkButton:
        button = LinkButton(switch.text, switch.tip, checkable=True, parent=self)
        button.toggled.connect(lambda on: self._workbench.set_view(**{switch.name: on}))
        return button

    def thumbnail(self) -> bytes | None:
        """A small PNG of the decision map of the newest moment; None where another one is shown, or a unit's."""
        is_other = self._workbench.timeline.is_past or self._workbench.view.hovered is not None
        return None if is_other else self.map.thumbnail()

    def sizeHint(self) -> QSize:
        return QSize(366, 552)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 300)

    def showEvent(self, event: QShowEvent) -> None:
        self._demand()
        self._on_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        self._workbench.run.demands.set("output")

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    @property
    def least_height(self) -> int:
        """The height in which a map with axes can be read, and be painted and drawn; 0 where any is enough."""
        if not self.pad.isHidden():
            box = round(theme.scaled(LEAST_PAPER) + 2 * MARGIN + self.pad.foot)
        elif not self.plane.isHidden():
            box = round(theme.scaled(LEAST_MAP + LEAST_EDGE))
        elif self._paints:
            box = round(theme.scaled(LEAST_PALETTE))
        else:
            return 0
        return HEADER + GAP + self._above + box + 14 + self.bars.sizeHint().height()

    @property
    def _above(self) -> int:
        """What stands between header and map."""
        return 0 if self.plane.isHidden() else self.plane.sizeHint().height() + GAP // 2

    def _tell_least(self) -> None:
        if self._least != self.least_height:
            self._least = self.least_height
            self.least_changed.emit(self._least)

    def _arrange(self) -> None:
        upright = self.palette_of_paint.upright_width if self._paints else UPRIGHT
        row = QRect(0, HEADER + GAP // 2, self.width(), self.plane.sizeHint().height())
        self.plane.setGeometry(row)
        places = arranged(self.width(), self.height(), self.bars.sizeHint().height(), upright, self._above)
        self.map.setGeometry(places.map)
        self.grid.setGeometry(places.map)
        self.pad.setGeometry(places.map)
        self.scale.setGeometry(places.scale)
        self.palette_of_paint.setGeometry(places.scale)
        high = self.paint_header.sizeHint().height()
        self.paint_header.setGeometry(0, (HEADER - high) // 2, self.width(), high)
        self.bars.setGeometry(places.bars)
        self._arrange_header()
        self._tell_least()

    def _arrange_header(self) -> None:
        right = self.width()
        for button in reversed((*self.toggles.values(), self.draw)):
            if button.isHidden():
                continue
            size = button.sizeHint() - QSize(6, 0)
            button.setGeometry(right - size.width(), (HEADER - size.height()) // 2, size.width(), size.height())
            right -= size.width() + round(theme.scaled(10))
        self._title.setGeometry(0, 0, max(right, 0), HEADER)

    @property
    def shows_images(self) -> bool:
        """Whether the data are images, and no empty plane is in their place."""
        return self._workbench.dataset.image is not None and not self._workbench.painting.blank

    def _on_changed(self) -> None:
        data = self._workbench.dataset
        self._fit_to_data()
        self.bars.setVisible(not self._workbench.painting.blank)
        named = range(data.task.classes) if data.class_names or self.shows_images else ()
        names = tuple((data.class_sign(each), data.class_name(each)) for each in named)
        if self.shows_images:
            self.scale.set_classes(names)
        elif self.isVisible():
            shown = self.map.shown
            names = () if self._workbench.view.hovered is not None and len(names) == 2 else names
            self.scale.set_field(None if shown is None or self._workbench.painting.blank else shown.field, names)
        self._show_plane_row()
        for switch in switches_for(data):
            reason = why_not(switch.name, data)
            self.toggles[switch.name].setEnabled(not reason)
            self.toggles[switch.name].setToolTip(reason or f"{switch.tip}  ({switch.key})")

    def _show_plane_row(self) -> None:
        """The lists of the map's columns, where there are more than two."""
        wanted = can_be_cut(self._workbench.dataset) and not (self._paints or self._workbench.painting.blank)
        self.plane.refresh()
        if wanted == self.plane.isHidden():
            self.plane.setVisible(wanted)
            self._arrange()

    def _on_painting_changed(self) -> None:
        """Header and palette make way for those of painting, and the keyboard goes to the map."""
        if self._workbench.painting.on != self._paints:
            self._paints = self._workbench.painting.on
            self._show_painting()
            if self._paints:
                self._fit_to_data()
                self.map.setFocus(Qt.FocusReason.OtherFocusReason)
            self._show_plane_row()
            self._arrange()

    def _show_painting(self) -> None:
        of_paint: tuple[QWidget, ...] = (self.paint_header, self.palette_of_paint)
        others: tuple[QWidget, ...] = (self._title, self.scale, *self.toggles.values())
        for widget in (*of_paint, *others):
            widget.setVisible(self._paints == (widget in of_paint))
        self.draw.setVisible(self.shows_images and not self._paints)
        if self.shows_images:  # they have no boundary to show, and the room is needed
            self.toggles["show_best"].hide()

    def _fit_to_data(self) -> None:
        """Images have no plane: the grid takes the map's place, and the toggles speak of images."""
        draws = self.shows_images and self._workbench.view.draws
        wanted = (not self.shows_images, self.shows_images and not draws, draws)
        speaks = self.toggles["show_test"].text() == switches_for(self._workbench.dataset)[0].text
        if speaks and wanted == tuple(not widget.isHidden() for widget in (self.map, self.grid, self.pad)):
            return
        self.map.setVisible(wanted[0])
        self.grid.setVisible(wanted[1])
        self._show_pad(draws)
        self._show_painting()
        for switch in switches_for(self._workbench.dataset):
            self.toggles[switch.name].setText(switch.text)
            self.toggles[switch.name].setAccessibleName(switch.text)
        self._arrange_header()
        self._tell_least()
        self._demand()

    def _show_pad(self, draws: bool) -> None:
        """The pad takes the grid's place and the keyboard; afterwards the grid has both back."""
        had_focus = self.pad.hasFocus()
        self.pad.setVisible(draws)
        if draws:
            self.pad.setFocus(Qt.FocusReason.OtherFocusReason)
        elif had_focus:
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_view_changed(self) -> None:
        self.draw.setChecked(self._workbench.view.draws)
        for name, button in self.toggles.items():
            button.setChecked(getattr(self._workbench.view, name))
        self._demand()
        self._on_changed()

    def _demand(self) -> None:
        """While visible: maps, and the answers to all points only for marking errors; for images the answers alone."""
        if self.isVisible():
            images, marks = self.shows_images, self._workbench.view.mark_errors
            self._workbench.run.demands.set("output", maps=not images, predictions=images or marks)
