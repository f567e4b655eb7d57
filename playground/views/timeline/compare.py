"""Two runs on a sheet: maps side by side with their difference, settings that differ, which is better by how much.

Owns this arrangement; the figures are `playground.figures.comparing`'s, the words `playground.words.timeline`'s.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.figures.comparing import difference, held_out_accuracy, held_out_loss
from playground.figures.decision import shown_map
from playground.figures.shading import Field
from playground.run.snapshot import Snapshot
from playground.views.controls import Caption, ElidedLabel, Hairline, explain
from playground.views.controls.overlay import Overlay, heading, scrolled
from playground.views.guards.handlers import guarded
from playground.views.marks.map_picture import MapPicture
from playground.views.theme import theme
from playground.views.theme.alignment import CENTRE, LEFT
from playground.views.workbench.workbench import Workbench
from playground.words import timeline as words

GAP, CAPTION = 20, 22


@guarded
class MapRow(QWidget):
    """The two maps and their difference; in the place of one that there is not, that is said."""

    def __init__(self, first: Snapshot, second: Snapshot, names: tuple[str, str]) -> None:
        super().__init__()
        self.fields: list[Field | None] = []
        for shot in (first, second):
            shown = shown_map(shot, shot.experiment, shot.dataset, None)
            self.fields.append(None if shown is None else shown.field)
        self.fields.append(difference(first, second))
        self._captions = (*names, words.DIFFERENCE)
        self._pictures = [MapPicture() for _ in self.fields]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(self._captions))

    def sizeHint(self) -> QSize:
        return QSize(600, round(theme.scaled(240)))

    def squares(self) -> list[QRectF]:
        """Where the maps lie."""
        top = theme.scaled(CAPTION)
        side = min((self.width() - 2 * GAP) / 3, self.height() - top)
        return [QRectF(place * (side + GAP), top, side, side) for place in range(3)]

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.small_font())
            for field, picture, caption, square in zip(
                self.fields, self._pictures, self._captions, self.squares(), strict=True
            ):
                painter.setPen(theme.color("muted"))
                painter.drawText(QRectF(square.left(), 0, square.width(), theme.scaled(CAPTION - 4)), LEFT, caption)
                inside = QPainterPath()
                inside.addRoundedRect(square, 8, 8)
                painter.fillPath(inside, theme.color("shade"))
                if field is None:
                    painter.drawText(square, CENTRE, words.NO_MAP)
                    continue
                picture.update(field, square.width(), self.devicePixelRatioF(), discretize=False)
                if picture.image is not None:
                    painter.setClipPath(inside)
                    painter.drawImage(square, picture.image)
                    painter.setClipping(False)


@guarded
class CompareSheet(Overlay):
    """Another run, as it was left, beside the moment that is shown; it goes where that is edited."""

    def __init__(self, workbench: Workbench, number: int, window: QWidget) -> None:
        super().__init__(window)
        runs, shown = workbench.runs, workbench.run.snapshot
        assert shown is not None
        other, names = runs.left[number], runs.names
        self.names = names.get(runs.present, ""), names.get(number, "")
        explain("comparison", self, self.close_button)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(24, 18, 18, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(ElidedLabel(words.comparing(*self.names), theme.title_font()), 1)
        head.addWidget(self.close_button)
        column.addLayout(head)
        loss, accuracy = held_out_loss(shown, other), held_out_accuracy(shown, other)
        self.verdict = words.verdict(self.names, loss, accuracy)
        column.addWidget(ElidedLabel(self.verdict))
        captions = tuple(
            words.at_moment(name, shot.epoch) for name, shot in zip(self.names, (shown, other), strict=True)
        )
        self.maps = MapRow(shown, other, (captions[0], captions[1]))
        column.addWidget(self.maps)
        column.addWidget(Hairline())
        column.addWidget(heading(words.DIFFERING))
        area, inside = scrolled()
        self.rows = words.differing(shown.experiment, other.experiment)
        inside.addLayout(self._table())
        inside.addStretch(1)
        column.addWidget(area, 1)
        workbench.experiment_changed.connect(self.close)

    def _table(self) -> QGridLayout:
        """A row for each setting that differs; what differs in nothing says so."""
        table = QGridLayout()
        table.setHorizontalSpacing(24)
        table.setVerticalSpacing(4)
        for place, name in enumerate(self.names):
            table.addWidget(Caption(name), 0, place + 1)
        for row, (setting, *values) in enumerate(self.rows or ((words.NOTHING_DIFFERS, "", ""),), 1):
            table.addWidget(ElidedLabel(setting), row, 0)
            for place, value in enumerate(values):
                table.addWidget(ElidedLabel(value, theme.number_font(13)), row, place + 1)
        for place, share in enumerate((3, 2, 2)):
            table.setColumnStretch(place, share)
        table.setAlignment(Qt.AlignmentFlag.AlignTop)
        return table
