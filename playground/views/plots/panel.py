"""The strip of plots at the bottom: one tab each, and only the visible one is computed.

Pages of other parts of the window are handed in. Owns the tabs, what stands at their right end, and what they ask of
the run; each view draws itself. A page is made when it is first shown: the plots need pyqtgraph, whose import would
hold up the window by a third of its start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from playground.views.controls import LinkButton, SegmentedControl, explain
from playground.views.controls.text_tabs import TextTabs
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.doctor import FORECAST, FORECAST_TIP

if TYPE_CHECKING:
    from playground.views.plots.confusion_view import ConfusionView
    from playground.views.plots.histograms import Kind

AFTER_PAINT_MS = 10
TABS = ("Curves", "Gradients", "Weights", "Layers", "Points", "Folds", "Confusion")
TERMS = {"Points": "hard_points", "Folds": "cross_validation", "Parameters": "parameters_page"}
DEMANDS = {
    "Gradients": {"gradients": True, "layers": True},
    "Weights": {"layers": True},
    "Layers": {"layers": True},
    "Points": {"samples": True},
    "Confusion": {"predictions": True},
}
PAIRS = (
    ("steps", "steps", "Gradient norm and update size of each layer"),
    ("units", "units", "Activations, saturated and dead units of each layer"),
)
INSIDE = "Inside"
"""The tab of a mode of the workbench: it comes and goes with that."""
SETS = (("train", "train", "The training set"), ("test", "test", "The test set"))


@guarded
class PlotsPanel(QWidget):
    """See the module. pages: those of other parts by name, which stand behind the panel's own; what such a page has as
    its `extras` stands at the right end of the tabs."""

    def __init__(
        self, workbench: Workbench, parent: QWidget | None = None, pages: Mapping[str, Callable[[], QWidget]] = {}
    ) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._before_inside = TABS[0]
        self.setAccessibleName("Plots")
        self.names = (*TABS, *pages)
        self.tabs = TextTabs(self.names, self, folds=True)
        self.tabs.setAccessibleName("Plots")
        self._makers: list[Callable[[], QWidget]] = [
            lambda: _curves(workbench),
            lambda: _by_layer(workbench, "gradients"),
            lambda: _by_layer(workbench, "weights"),
            lambda: self._layers(workbench),
            lambda: _points(workbench),
            lambda: _folds(workbench),
            lambda: self.confusion,
            *pages.values(),
        ]
        self.pages = QStackedWidget()
        self._made: dict[int, QWidget] = {}
        for _ in self.names:
            self.pages.addWidget(QWidget())
        self.pairs = SegmentedControl(PAIRS)
        self.log_switch = LinkButton("log scale", "Draw the loss on a logarithmic scale", checkable=True)
        self.log_switch.toggled.connect(lambda on: workbench.set_view(log_scale=on))
        self.forecast = LinkButton(FORECAST, FORECAST_TIP, checkable=True)
        self.forecast.toggled.connect(lambda on: workbench.set_view(forecast=on))
        self.sets = SegmentedControl(SETS)
        self.sets.chosen.connect(lambda key: self.confusion.set_test(key == "test"))
        for key, widget in (
            ("plots", self), ("layers", self.pairs), ("log_scale", self.log_switch), ("forecast", self.forecast),
            ("plotted_set", self.sets),
        ):  # fmt: skip
            explain(key, widget)
        self._lay_out()
        self.tabs.currentChanged.connect(self._on_tab_changed)
        workbench.view_changed.connect(self._on_view_changed)
        workbench.experiment_changed.connect(self._on_view_changed)
        workbench.doctor.changed.connect(self._show_forecast)
        workbench.inside.changed.connect(self._follow_inside)
        self._on_tab_changed(0)
        self._on_view_changed()

    @cached_property
    def confusion(self) -> ConfusionView:
        """The page of right and wrong answers, made when it is first wanted: the window comes first."""
        from playground.views.plots.confusion_view import ConfusionView

        return ConfusionView(self._workbench)

    def _lay_out(self) -> None:
        self._top = top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self.tabs)
        top.addStretch(1)
        top.addWidget(self.forecast)
        top.addWidget(self.log_switch)
        top.addWidget(self.pairs)
        top.addWidget(self.sets)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.pages, 1)

    def sizeHint(self) -> QSize:
        return QSize(1000, 204)

    def minimumSizeHint(self) -> QSize:
        return QSize(400, 140)

    @property
    def current(self) -> str:
        """The name of the tab that is shown."""
        return self.names[self.tabs.currentIndex()]

    def show_tab(self, name: str) -> None:
        """Show the tab of that name."""
        self.tabs.setCurrentIndex(self.names.index(name))

    def page(self, name: str) -> QWidget:
        """The page of a tab, made if it is not there yet."""
        index = self.names.index(name)
        if index not in self._made:
            self._made[index] = self._makers[index]()
            explain(self._keys[index], self._made[index])
            self._show_extras()
            empty = self.pages.widget(index)
            self.pages.insertWidget(index, self._made[index])
            if empty is not None:
                self.pages.removeWidget(empty)
                empty.deleteLater()
            self.pages.setCurrentIndex(self.tabs.currentIndex())
        return self._made[index]

    @property
    def _keys(self) -> tuple[str, ...]:
        """The entries of the glossary for the tabs; that of the confusion is another for a regression."""
        return tuple(TERMS.get(name, name.lower()) for name in self.names)

    def _show_extras(self) -> None:
        """What belongs to the page of another part stands beside the tabs."""
        for index, page in self._made.items():
            extras = getattr(page, "extras", None)
            if isinstance(extras, QWidget):
                if extras.parentWidget() is not self:
                    self._top.addWidget(extras)
                extras.setVisible(index == self.tabs.currentIndex())

    def _follow_inside(self) -> None:
        """The mode's tab comes with it, and the tab before comes back when it ends."""
        on, shown = self._workbench.inside.on, self.current == INSIDE
        if on and not shown and INSIDE in self.names:
            self.show_tab(INSIDE)
            self.page(INSIDE).setFocus(Qt.FocusReason.OtherFocusReason)  # its keys are those of the mode
        elif shown and not on:
            self.page(INSIDE).clearFocus()  # the keyboard goes home, not to whatever comes next
            self.show_tab(self._before_inside)

    def showEvent(self, event: QShowEvent) -> None:
        self._demand()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The window is painted first; its plots follow."""
        if not self._made:
            QTimer.singleShot(AFTER_PAINT_MS, self, self._make_when_ready)

    def _make_when_ready(self) -> None:
        if self._workbench.run.plots_ready:
            self._make_current()
        else:
            QTimer.singleShot(AFTER_PAINT_MS, self, self._make_when_ready)

    def _make_current(self) -> None:
        self.page(self.current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._show_forecast()

    def hideEvent(self, event: QHideEvent) -> None:
        self._workbench.run.demands.set("plots")

    def _on_tab_changed(self, index: int) -> None:
        if self.isVisible():
            self._make_when_ready()
        self.pages.setCurrentIndex(index)
        self._show_extras()
        self.log_switch.setVisible(self.current == "Curves")
        self._show_forecast()
        self.sets.setVisible(self.current == "Confusion")
        self._on_view_changed()
        self._on_room_changed()
        self._demand()
        if self.current == INSIDE:
            self._workbench.inside.enter()
        else:
            self._before_inside = self.current
            self._workbench.inside.leave()

    def _show_forecast(self) -> None:
        """The run to come can be drawn where somebody looks ahead; where tabs need the room the menu has it."""
        beside = sum(each.minimumSizeHint().width() for each in (self.log_switch, self.forecast))
        needed = self.tabs.least_size.width() + beside
        has_room = self.width() >= needed + round(theme.scaled(24))
        self.forecast.setVisible(has_room and self.current == "Curves" and self._workbench.doctor.wishes.on)

    def _layers(self, workbench: Workbench) -> QWidget:
        """What the training pass tells of every layer; two of it at a time where there is no room for all."""
        from playground.views.plots.layers_page import LayersPage

        page = LayersPage(workbench)
        page.room_changed.connect(self._on_room_changed)
        self.pairs.chosen.connect(page.show_pair)
        self.pairs.set_current(page.pair)
        return page

    def _on_room_changed(self) -> None:
        page = self.pages.currentWidget()
        self.pairs.setVisible(self.current == "Layers" and not getattr(page, "shows_all", True))

    def _on_view_changed(self) -> None:
        classes = self._workbench.dataset.task.is_classification
        self.tabs.rename(TABS.index("Confusion"), "Confusion" if classes else "Answers")
        self.tabs.keys = tuple("answers" if key == "confusion" and not classes else key for key in self._keys)
        self.log_switch.setChecked(self._workbench.view.log_scale)
        self.forecast.setChecked(self._workbench.view.forecast)
        self.sets.buttons["test"].setEnabled(self._workbench.dataset.held_out_labels.size > 0)
        if self.current == "Confusion":
            self.sets.set_current("test" if self.confusion.shows_test else "train")

    def _demand(self) -> None:
        if self.isVisible():
            self._workbench.run.demands.set("plots", **DEMANDS.get(self.current, {}))


def _curves(workbench: Workbench) -> QWidget:
    if workbench.run.plots_failure is not None:
        return _failure(workbench.run.plots_failure)
    from playground.views.plots.loss_and_accuracy import LossAndAccuracy

    return LossAndAccuracy(workbench)


def _points(workbench: Workbench) -> QWidget:
    from playground.views.plots.points_page import PointsPage

    return PointsPage(workbench)


def _folds(workbench: Workbench) -> QWidget:
    if workbench.run.plots_failure is not None:
        return _failure(workbench.run.plots_failure)
    from playground.views.plots.folds_page import FoldsPage

    return FoldsPage(workbench)


def _failure(sentence: str) -> QWidget:
    label = QLabel(sentence)
    label.setWordWrap(True)
    return label


def _by_layer(workbench: Workbench, kind: Kind) -> QWidget:
    """How the numbers of each layer are spread now, and how their size went."""
    from playground.figures.layer_figures import GRADIENT_SIZE, WEIGHT_SIZE
    from playground.views.plots.histograms import HistogramsPlot
    from playground.views.plots.layer_strips import LayerStrips

    page = QWidget()
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(32)
    spread = HistogramsPlot(workbench, kind)
    strips = LayerStrips(workbench, WEIGHT_SIZE if kind == "weights" else GRADIENT_SIZE)
    explain(kind, page)
    explain("parameter_size" if kind == "weights" else "gradient_size", strips)
    row.addWidget(spread, 3)
    row.addWidget(strips, 2)
    return page
