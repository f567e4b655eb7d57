"""The palette below the map while points are painted: classes or the value in hand, size and density of the brush.

Owns these controls and their arrangement; what they change is the workbench's painting.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from playground.data.painting import Canvas
from playground.data.task import MAX_CLASSES
from playground.numbers import fixed
from playground.views.controls import Caption, IconButton, Slider, explain
from playground.views.controls.focus import FocusButton
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.marks.point_marks import mark_kind, paint_mark
from playground.views.output.paint_colours import paint_colour
from playground.views.theme import theme
from playground.views.workbench.painting import DENSITIES, SIZES, Painting
from playground.words.painting import ADD_CLASS_TIP, DENSITY_TIP, MOST_CLASSES_TIP, SIZE_TIP, VALUE_TIP, class_tip

DOT, STEP, SMALL_STEP = 16, 32, 22
"""The diameter of a dot, and from one to the next, where there are few classes and where there are many."""
FEW = 4
UPRIGHT = 104
"""The least width where it stands beside the map."""
GAP = 8
PLUS = 24
SLIDER, LEAST_SLIDER, DENSITY_SLIDER = 76, 44, 60
PER_DENSITY = 20
"""Positions of the slider of the density between one whole and the next."""
PER_VALUE = 20
CHOICES = (0.2, 0.4, 0.8, 1.2, 1.6, 2.0)
"""Densities of the menu where there is no room for a slider."""


@guarded
class ClassDot(FocusButton):
    """One class; the one in hand is ringed."""

    def __init__(self, index: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._index = index
        self._canvas: Canvas | None = None
        self.setCheckable(True)

    def show_of(self, canvas: Canvas) -> None:
        """Take colour, shape and name from a canvas."""
        self._canvas = canvas
        name = canvas.classes[self._index] if isinstance(canvas.classes, tuple) else f"class {self._index}"
        self.setToolTip(as_it_stands(class_tip(name, self._index)))
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._canvas is None:
            return
        rect, count = QRectF(self.rect()), self._canvas.class_count
        centre, radius = rect.center(), theme.scaled(DOT) / 2
        radius = min(radius, rect.width() / 2 - 3.5)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            shape, size = mark_kind(self._index, count), radius if count <= 2 else radius * 0.8
            fill = paint_colour(self._canvas, self._index)
            paint_mark(painter, centre, shape, fill, fill, size)
            if self.isChecked() or self.underMouse():
                painter.setPen(theme.pen("accent" if self.isChecked() else "faint", 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(centre, radius + 2.5, radius + 2.5)
            self.draw_focus(painter, rect, rect.width() / 2)


@guarded
class PaintPalette(QWidget):
    """Lies flat below the map, or stands beside it where that leaves more room."""

    def __init__(self, painting: Painting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._painting = painting
        self._shown: tuple[object, ...] = ()
        self.setAccessibleName("Paint palette")
        self.dots = [ClassDot(index, self) for index in range(MAX_CLASSES)]
        for index, dot in enumerate(self.dots):
            dot.clicked.connect(lambda _checked=False, index=index: self._on_dot(index))
        self.add = IconButton("plus", ADD_CLASS_TIP, PLUS, parent=self)
        self.add.clicked.connect(lambda: painting.add_class())
        self.value = self._slider(2 * PER_VALUE, VALUE_TIP, "Value")
        self.value.moved.connect(lambda place: painting.choose_value(place / PER_VALUE - 1.0))
        self.size_name, self.size_text = self._caption("size"), self._caption("")
        self.size_slider = self._slider(SIZES[1] - SIZES[0], SIZE_TIP, "Size of the brush")
        self.size_slider.moved.connect(lambda place: painting.set_size(SIZES[0] + place))
        self.value_text = self._caption("")
        for caption in (self.size_text, self.value_text):
            caption.setFont(theme.number_font(13))
            caption.alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self.density_name = self._caption("density")
        low, high = DENSITIES
        self.density = self._slider(round((high - low) * PER_DENSITY), DENSITY_TIP, "Density of the brush")
        self.density.moved.connect(lambda place: painting.set_density(low + place / PER_DENSITY))
        explain("paint", self)
        painting.changed.connect(self._refresh)
        self._refresh()

    def _slider(self, steps: int, tip: str, name: str) -> Slider:
        slider = Slider(steps, self)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard on the map
        slider.setToolTip(tip)
        slider.setAccessibleName(name)
        return slider

    def _caption(self, text: str) -> Caption:
        caption = Caption(text)
        caption.setParent(self)
        return caption

    def sizeHint(self) -> QSize:
        return QSize(300, 26)

    def _on_dot(self, index: int) -> None:
        self._painting.choose_class(index)
        self._refresh()

    def _refresh(self) -> None:
        painting = self._painting
        if not (painting.on or painting.blank):
            return
        canvas = painting.canvas
        for index, dot in enumerate(self.dots):
            dot.setVisible(index < canvas.class_count)
            if index < canvas.class_count:
                dot.show_of(canvas)
                dot.setChecked(index == painting.label)
        for widget in (self.value, self.value_text):
            widget.setVisible(not canvas.class_count)
        self.add.setVisible(bool(canvas.class_count))
        self.add.setEnabled(canvas.class_count < MAX_CLASSES)
        self.add.set_tip(ADD_CLASS_TIP if self.add.isEnabled() else MOST_CLASSES_TIP)
        self.value.setValue(round((painting.value + 1.0) * PER_VALUE))
        self.value_text.set_text(fixed(painting.value, 1))
        self.size_slider.setValue(painting.size - SIZES[0])
        self.size_text.set_text(str(painting.size))
        self.density.setValue(round((painting.density - DENSITIES[0]) * PER_DENSITY))
        if self._shown != (canvas.class_count,):
            self._shown = (canvas.class_count,)
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    @property
    def upright_width(self) -> int:
        """The least width where it stands."""
        return round(theme.scaled(UPRIGHT)) + GAP

    def _arrange(self) -> None:
        if self.height() > theme.scaled(2 * STEP):
            self._arrange_upright()
        else:
            self._arrange_flat()
        self.update()

    def _arrange_upright(self) -> None:
        """From the top the classes or the value, then size and density with their sliders below their names."""
        high, gap, left, width = round(theme.scaled(26)), round(theme.scaled(GAP)), GAP, self.width() - GAP
        if self.add.isVisibleTo(self):
            step = round(theme.scaled(SMALL_STEP + 4))
            columns, side = max(width // step, 1), round(theme.scaled(DOT + 8))
            places = [
                QPoint(left + place % columns * step, place // columns * step)
                for place in range(self._painting.canvas.class_count + 1)
            ]
            for dot, place in zip(self.dots, places[:-1], strict=False):
                dot.setGeometry(QRect(place, QSize(side, side)))
            self.add.move(places[-1])
            top = places[-1].y() + step + gap
        else:
            number = self._number_width("−0.0")
            self.value_text.setGeometry(left + width - number, 0, number, high)
            self._under(self.value, left, high, width)
            top = high + self.value.height() + 2 * gap
        for name, text, slider in (
            (self.size_name, self.size_text, self.size_slider), (self.density_name, None, self.density),
        ):  # fmt: skip
            number = self._number_width("80")
            name.setGeometry(left, top, width - number, name.sizeHint().height())
            if text is not None:
                text.setGeometry(left + width - number, top, number, name.height())
            self._under(slider, left, top + name.height() + 2, width)
            for widget in (name, slider):
                widget.setVisible(slider.geometry().bottom() < self.height())
            top += name.height() + slider.height() + gap

    @staticmethod
    def _under(slider: Slider, left: int, top: int, width: int) -> None:
        slider.setGeometry(left, top, width, slider.sizeHint().height())

    @staticmethod
    def _number_width(widest: str) -> int:
        return round(QFontMetricsF(theme.number_font(13)).horizontalAdvance(widest)) + 2

    def _arrange_flat(self) -> None:
        """From the left the classes or the value, from the right size and, where there is room, density."""
        high, gap = self.height(), round(theme.scaled(GAP))
        left = self._arrange_classes(high) if self.add.isVisibleTo(self) else self._arrange_value(high, gap)
        number = self._number_width("80")
        names = {each: each.sizeHint().width() for each in (self.size_name, self.density_name)}
        room = self.width() - left - 2 * gap
        both: float = names[self.size_name] + names[self.density_name] + 4 * gap + number
        both += theme.scaled(LEAST_SLIDER + DENSITY_SLIDER)
        has_density = room >= both
        for widget in (self.density_name, self.density):
            widget.setVisible(has_density)
        x = self.width()
        if has_density:
            x = self._place_left_of(x, self.density, round(theme.scaled(DENSITY_SLIDER)), high)
            x = self._place_left_of(x - gap // 2, self.density_name, names[self.density_name], high) - gap
        x = self._place_left_of(x, self.size_text, number, high) - gap // 2
        has_name = x - left - 2 * gap >= names[self.size_name] + gap + theme.scaled(LEAST_SLIDER)
        self.size_name.setVisible(has_name)
        named = names[self.size_name] + gap if has_name else 0
        wide = min(round(theme.scaled(SLIDER)), x - left - 2 * gap - named)
        x = self._place_left_of(x, self.size_slider, max(wide, 20), high)
        if has_name:
            self._place_left_of(x - gap // 2, self.size_name, names[self.size_name], high)

    def _arrange_classes(self, high: int) -> int:
        """Dots and the plus; where they end."""
        count = self._painting.canvas.class_count
        step = round(theme.scaled(STEP if count <= FEW else SMALL_STEP))
        least = theme.scaled(LEAST_SLIDER + 24) + 3 * GAP + self.add.width()
        step = max(min(step, int((self.width() - least) / max(count, 1))), 10)
        side = min(round(theme.scaled(DOT + 8)), step + 2)
        for index, dot in enumerate(self.dots[:count]):
            dot.setGeometry(QRect(index * step, (high - side) // 2, side, side))
        place = QPoint(count * step, (high - self.add.height()) // 2)
        self.add.move(place)
        return place.x() + self.add.width()

    def _arrange_value(self, high: int, gap: int) -> int:
        """The value and its slider; where they end."""
        number = self._number_width("−0.0")
        left = round(theme.scaled(DOT)) + gap
        wide = round(theme.scaled(SLIDER))
        self.value.setGeometry(left, (high - self.value.sizeHint().height()) // 2, wide, self.value.sizeHint().height())
        self.value_text.setGeometry(left + wide + 2, 0, number, high)
        return left + wide + 2 + number

    @staticmethod
    def _place_left_of(right: int, widget: QWidget, wide: int, high: int) -> int:
        tall = min(widget.sizeHint().height(), high)
        widget.setGeometry(right - wide, (high - tall) // 2, wide, tall)
        return right - wide

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The density, also where its slider has no room."""
        menu = self.density_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def density_menu(self) -> QMenu:
        """The densities to choose from."""
        menu = QMenu(self)
        for density in CHOICES:
            action = QAction(f"Density {fixed(density, 1)}", menu)
            action.setCheckable(True)
            action.setChecked(abs(density - self._painting.density) < 0.01)
            action.triggered.connect(lambda _checked=False, density=density: self._painting.set_density(density))
            menu.addAction(action)
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        """A round for the plus, or the colour of the value in hand."""
        if not (self._painting.on or self._painting.blank):
            return
        radius = theme.scaled(DOT) / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.pen("line", 1))
            if self.add.isVisibleTo(self):
                painter.setBrush(theme.color("surface"))
                painter.drawEllipse(QRectF(self.add.geometry()).center(), radius, radius)
            else:
                upright = self.height() > theme.scaled(2 * STEP)
                centre = QPointF(radius + (GAP if upright else 0), self.value_text.geometry().center().y())
                painter.setBrush(paint_colour(self._painting.canvas, self._painting.value))
                painter.drawEllipse(centre, radius - 0.5, radius - 0.5)
