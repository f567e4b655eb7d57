"""The track: where the run stands, what happened on the way, and the handle that goes back to any moment of it.

Owns mouse, keys, wheel and drawing; where everything lies, `playground.diagram.track` knows, and what a moment is, the
workbench's timeline.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from playground.diagram import track as places
from playground.diagram.rect import Rect
from playground.diagram.timeline import Kind, TimelineShown, TrackBranch, TrackMark
from playground.diagram.track import PlacedBranch, PlacedMark, Room, TrackLayout, lay_out, words_of
from playground.views.controls.focus import FocusRing
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.views.timeline.shown import all_findings, timeline_of
from playground.views.workbench.workbench import Workbench
from playground.words import timeline as words

PAD = 12.0
"""Room at both ends for the handle, which is wider than the track."""
REST = 0.35
"""How strong the part after the shown moment is."""
INKS: dict[Kind, str] = {
    "drop": "muted", "edit": "muted", "rate": "muted", "best": "text", "finding": "warning", "divergence": "bad",
}  # fmt: skip
FAR = 10
"""Recorded steps that an arrow goes with Shift."""


@guarded
class Track(FocusRing, QWidget):
    """`list_wanted(point)`: somebody asks for the list of branches, there on the track."""

    list_wanted = Signal(QPointF)
    branch_wanted = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench, self._timeline, self._runs = workbench, workbench.timeline, workbench.runs
        self._shown = TimelineShown()
        self._pointed: TrackMark | None = None
        self._lit: int | None = None
        self._drags, self._over, self._grip = False, False, 0.0
        self._layout = self._laid_out()
        self._drawn: tuple[object, ...] = ()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(words.TITLE)
        for signal in (self._timeline.changed, self._runs.changed, workbench.doctor.changed, workbench.view_changed):
            signal.connect(self.refresh)
        theme.current().changed.connect(self.update)
        self.refresh()

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def shown(self) -> TimelineShown:
        """What the track shows now."""
        return self._shown

    @property
    def layout_now(self) -> TrackLayout:
        """Where it lies now."""
        return self._layout

    def refresh(self) -> None:
        """Take over what the run, the doctor and the branches say; nothing is drawn that would look the same."""
        timeline, live = self._timeline, self._timeline.live
        if live is None:
            self._shown = TimelineShown()
        else:
            findings = all_findings(self._workbench.doctor, self._runs.present)
            self._shown = timeline_of(
                live, timeline.step, findings, self._workbench.view.found_rule, self._runs.branches,
                self._runs.lit if self._runs.lit is not None else self._runs.last,
            )  # fmt: skip
        if self._pointed not in self._shown.marks:
            self._pointed = None
        self._arrange()

    def _arrange(self) -> None:
        self._layout = self._laid_out()
        looks = self._looks()
        if looks != self._drawn:
            self._drawn = looks
            self.update()
            self.setAccessibleDescription(self._spoken())

    def _laid_out(self) -> TrackLayout:
        scale = theme.scaled(1.0)
        pad = theme.scaled(PAD)
        room = Room(pad, max(self.width() - pad, pad + 1.0), self.width(), self.height(), scale)
        return lay_out(self._shown, room, QFontMetricsF(theme.small_font()).horizontalAdvance, self._pointed)

    def _looks(self) -> tuple[object, ...]:
        """What decides the picture, to a quarter of a pixel."""
        found = self._layout
        marks = tuple((round(4 * each.x), each.mark.kind) for each in found.marks)
        row = found.branch
        branch = None if row is None else (row.branch.name, row.branch.number, _rounded(row.name), round(4 * row.start))
        ends = round(4 * found.end), round(4 * found.handle), None if row is None else round(4 * row.end)
        label = None if found.label is None or found.labelled is None else (_rounded(found.label), self._label_text())
        dots = tuple(round(4 * x) for x, _ in found.dots)
        return (
            marks,
            branch,
            ends,
            label,
            dots,
            found.y,
            self._shown.is_past,
            self._shown.end == 0,
            len(self._shown.branches),
        )

    def _label_text(self) -> str:
        found = self._layout.labelled
        if found is None:
            return ""
        if self._pointed is not None:
            return words_of(found)
        at = self._shown.labelled
        return found.mark.label if at is None else self._shown.marks[at].label

    def _spoken(self) -> str:
        """The moment in words, with what happened there."""
        timeline = self._timeline
        there = ", ".join(each.label for each in self._shown.marks if each.step == self._shown.now)
        return words.moment_spoken(timeline.epoch, timeline.last_epoch, there)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    # -- the pointer ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x, y, found = event.position().x(), event.position().y(), self._layout
        if found.is_on_more(x, y) or found.branch_at(x, y) is not None:
            self._runs.light(None)  # the list takes the pointer: nobody would tell that it has left
            self.list_wanted.emit(event.position())
            return
        mark = found.mark_at(x, y)
        on_handle = abs(x - found.handle) <= theme.scaled(places.HELD)
        self._drags, self._grip = True, x - found.handle if on_handle else 0.0
        if not on_handle:
            self._look(mark.mark.step if mark is not None else self._step_at(x))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x, y = event.position().x(), event.position().y()
        if self._drags:
            self._look(self._step_at(x - self._grip))
        else:
            self._point(x, y)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drags and event.button() == Qt.MouseButton.LeftButton:
            self._drags = False
            self._point(event.position().x(), event.position().y())
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._over = False
        self._point(-1e6, -1e6)
        self.update()

    def _point(self, x: float, y: float) -> None:
        """Marks and branches tell themselves while they are pointed at."""
        found = self._layout
        mark, branch = found.mark_at(x, y), found.branch_at(x, y)
        over = abs(x - found.handle) <= theme.scaled(places.HELD) and abs(y - found.y) <= theme.scaled(places.HELD)
        if over != self._over:
            self._over = over
            self.update()
        self._show_pointed(None if mark is None or over else mark)
        self._runs.light(None if branch is None else branch.number)
        is_link = found.is_on_more(x, y) or branch is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor)

    def _show_pointed(self, mark: PlacedMark | None) -> None:
        pointed = None if mark is None else mark.mark
        if pointed != self._pointed:
            self._pointed = pointed
            self._arrange()

    def _step_at(self, x: float) -> int:
        """The step at a place: a recorded one, where one is no farther than the pixel."""
        found = self._layout
        if x >= found.end - 0.5:
            return self._shown.end
        return self._timeline.near_recorded(found.step_at(x), found.steps_a_pixel)

    def _look(self, step: int) -> None:
        if step >= self._shown.end:
            self._timeline.to_live()
        else:
            self._timeline.look(step)

    # -- keys and wheel ---------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, timeline = Qt.Key(event.key()), self._timeline
        shift = Qt.KeyboardModifier.ShiftModifier
        plain = not event.modifiers() & ~(shift | Qt.KeyboardModifier.KeypadModifier)
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key)
        if not plain:
            event.ignore()
        elif way is not None:
            self._focus_by_key()
            timeline.go(way * (FAR if event.modifiers() & shift else 1))
        elif key == Qt.Key.Key_Home:
            self._focus_by_key()
            timeline.look(0)
        elif key == Qt.Key.Key_End or (key == Qt.Key.Key_Escape and timeline.is_past):
            self._focus_by_key()
            timeline.to_live()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._focus_by_key()
            self.branch_wanted.emit()
        else:
            event.ignore()

    def _focus_by_key(self) -> None:
        self.shows_focus = True
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only with the focus: rolling over the window must not leave the moment that is shown."""
        turn = event.angleDelta().y()
        if not self.hasFocus() or turn == 0:
            event.ignore()
            return
        self._timeline.go(1 if turn > 0 else -1)

    # -- drawing ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        found = self._layout
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if found.branch is not None:
                self._paint_branch(painter, found.branch)
            self._paint_track(painter)
            for mark in found.marks:
                self._paint_bar(painter, mark)
            for x, branch in found.dots:  # a branch leaves where something was edited
                self._paint_dot(painter, x, branch)
            self._paint_label(painter)
            self._paint_handle(painter)

    def _paint_track(self, painter: QPainter) -> None:
        """What was made up to the shown moment, what was made after it, and what another branch made beyond."""
        found, room = self._layout, self._layout.room
        self._bar(painter, room.left, room.right, "track")
        nothing = self._shown.end == 0
        if not nothing and self._shown.is_past:
            painter.setOpacity(REST)
            self._bar(painter, found.handle, found.end, "accent")
            painter.setOpacity(1.0)
            self._bar(painter, room.left, found.handle, "accent")
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(QPointF(found.end, found.y), theme.scaled(4.0), theme.scaled(4.0))
        elif not nothing:
            self._bar(painter, room.left, found.end, "accent")

    def _bar(self, painter: QPainter, left: float, right: float, token: str) -> None:
        thick = theme.scaled(places.THICK)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(token))
        painter.drawRoundedRect(
            QRectF(left, self._layout.y - thick / 2, max(right - left, 0), thick), thick / 2, thick / 2
        )

    def _paint_bar(self, painter: QPainter, placed: PlacedMark) -> None:
        """A mark's bar, with a halo that parts it from the track; short where only the schedule has acted, and of the
        best loss a diamond: colours alone tell nothing."""
        kind, middle = placed.mark.kind, QPointF(placed.x, self._layout.y)
        painter.setPen(Qt.PenStyle.NoPen)
        for token, halo in (("surface", 1.0), (INKS[kind], 0.0)):
            painter.setBrush(theme.color(token))
            if kind == "best":
                painter.drawPolygon(_diamond(middle, theme.scaled(places.DIAMOND) + 1.5 * halo))
                continue
            wide = theme.scaled(places.BAR_WIDE)
            high = theme.scaled(places.DROP_HIGH if kind == "drop" else places.BAR_HIGH)
            rect = QRectF(middle.x() - wide / 2, middle.y() - high / 2, wide, high)
            painter.drawRoundedRect(rect.adjusted(-halo, 0, halo, 0), wide / 2, wide / 2)

    def _paint_label(self, painter: QPainter) -> None:
        found = self._layout
        if found.label is None or found.labelled is None:
            return
        text, at = self._label_text(), self._shown.labelled
        pointed = self._pointed is not None or at is None
        kind = found.labelled.mark.kind if pointed or at is None else self._shown.marks[at].kind
        self._text(painter, found.label, text, INKS[kind])

    def _text(self, painter: QPainter, rect: Rect, text: str, token: str) -> None:
        """A text that nothing strikes out."""
        place = QRectF(rect.x, rect.y, rect.w + 1, rect.h)
        painter.fillRect(place.adjusted(-3, 0, 2, 0), theme.color("surface"))
        painter.setFont(theme.small_font())
        painter.setPen(theme.color(token))
        painter.drawText(place, LEFT, text)

    def _paint_branch(self, painter: QPainter, row: PlacedBranch) -> None:
        """The line of another run, its name on it; it leaves the track in a bend, or begins by itself."""
        number, lit = row.branch.number, self._runs.lit == row.branch.number
        token, bend = theme.branch_token(number), theme.scaled(places.BEND)
        painter.setPen(theme.branch_pen(number, theme.scaled(2.5 if lit else 1.75)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = QPainterPath(QPointF(row.start, self._layout.y if row.branch.left_at else row.y))
        if row.branch.left_at:
            middle, foot = row.start + bend / 2, row.start + bend
            path.cubicTo(QPointF(middle - bend / 4, row.y), QPointF(middle, row.y), QPointF(foot, row.y))
        path.lineTo(QPointF(max(row.end, row.start + bend), row.y))
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(token))
        end, dot = QPointF(max(row.end, row.start + bend), row.y), theme.scaled(places.DOT)
        if row.runs_on:
            painter.drawPolygon([end + QPointF(dot, 0), end + QPointF(-dot, -dot), end + QPointF(-dot, dot)])
        else:
            painter.drawEllipse(end, dot, dot)
        bar = QRectF(row.start - 1.25, self._layout.y - 7, 2.5, 14)
        if row.branch.left_at:
            painter.drawRoundedRect(bar, 1.25, 1.25)
        self._text(painter, row.name, row.branch.name, token)
        if row.more is not None:
            self._text(painter, row.more, f"+{len(self._shown.branches) - 1}", "accent")

    def _paint_dot(self, painter: QPainter, x: float, branch: TrackBranch) -> None:
        """Where there is no second row, a dot on the track is all that is seen of a branch."""
        radius = theme.scaled(places.DOT + 1.0)
        painter.setPen(theme.pen("surface", 1.5))
        painter.setBrush(theme.color(theme.branch_token(branch.number)))
        painter.drawEllipse(QPointF(x, self._layout.y), radius, radius)

    def _paint_handle(self, painter: QPainter) -> None:
        middle, radius = QPointF(self._layout.handle, self._layout.y), theme.scaled(places.HANDLE)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._drags:
            painter.setBrush(theme.color("accent", 0.2))
            painter.drawEllipse(middle, theme.scaled(places.HELD), theme.scaled(places.HELD))
        elif self._over or self.shows_focus:
            painter.setBrush(theme.color("focus", 0.32 if self.shows_focus else 0.16))
            halo = radius + theme.scaled(places.HALO)
            painter.drawEllipse(middle, halo, halo)
        painter.setPen(theme.pen("accent", 2))
        painter.setBrush(theme.color("surface"))
        painter.drawEllipse(middle, radius - 1, radius - 1)


def _diamond(middle: QPointF, reach: float) -> QPolygonF:
    x, y = middle.x(), middle.y()
    return QPolygonF([QPointF(x, y - reach), QPointF(x + reach, y), QPointF(x, y + reach), QPointF(x - reach, y)])


def _rounded(rect: Rect) -> tuple[int, int]:
    return round(4 * rect.x), round(4 * rect.w)
