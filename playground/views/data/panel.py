"""The column on the left: which data, how much, and what is wrong with it.

Owns the way between its controls and the experiment's data; knows no other panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from playground import numbers as formats
from playground.data import DATASETS, Data, GeneratedData, Imperfections, SourceKind
from playground.data.features import Scaling
from playground.edits.on_dataset import keeps_misfit, on_dataset, removed_kinds, with_classes
from playground.edits.painting import PAINTED
from playground.errors import PlaygroundError, Said
from playground.experiment import schema
from playground.views.controls import Caption, ChoiceField, ElidedLabel, Option, SectionLabel, SliderRow, explain
from playground.views.data.gallery import Gallery
from playground.views.data.sections import FlawsSection, SplitSection
from playground.views.data.shape_rows import ShapeRows
from playground.views.data.sheet import GallerySheet
from playground.views.data.ways import INSET, Way
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.fields import PERCENT
from playground.words.gallery import ALL_TIP, PINNED, TABLE_TIP, UNPINNED
from playground.words.network import counted
from playground.words.painting import PAINT_TIP

SCALINGS = {
    "none": ("none", "The inputs as they are."),
    "standardize": ("standardize", "Mean 0 and standard deviation 1 on the training set."),
    "min_max": ("−1 to 1", "The smallest training value becomes −1, the largest 1."),
    "robust": ("robust", "Median 0 and interquartile range 1 on the training set: outliers hardly count."),
}
AS_THEY_ARE = "Own points stay as they are: this belongs to the making of points."
KEYS = (
    "samples", "training_share", "position_noise", "classes", "scaling_of_inputs",
)  # fmt: skip
"""The entries of the glossary for the sliders, from top to bottom, and for the scaling."""
MARGINS = (20, 14)
NARROW = 220
MOST_BETWEEN = 20
"""The room between two sliders where there is much: what is left over stays below."""
HEADER = 24
PERCENT_FORMAT = formats.percent, formats.parsed_percent
"""How shares are written and read."""


@guarded
class DataPanel(QScrollArea):
    """Shows the experiment's data and changes it through the workbench.

    `network_kept`: images were chosen, and the user's own network was kept. `favourites_changed`: other sets are shown
    in the column from now on. `table_wanted`: somebody wants to open a table.
    """

    network_kept = Signal()
    favourites_changed = Signal(tuple)
    table_wanted = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Data")
        self._make_controls()
        self._lay_out()
        workbench.experiment_changed.connect(self.refresh)
        self.refresh()

    def _make_controls(self) -> None:
        self.gallery = Gallery()
        self.gallery.chosen.connect(self.choose)
        self.gallery.pin_wanted.connect(self.toggle_favourite)
        self.sheet: GallerySheet | None = None
        self.all = Way("grid", "All data …", ALL_TIP)
        self.all.figure = formats.spaced(len(DATASETS))
        self.paint = Way("brush", "Paint your own", PAINT_TIP)
        self.table = Way("file-plus", "Open a table …", TABLE_TIP)
        self.all.clicked.connect(self.open_all)
        self.paint.clicked.connect(lambda: self._workbench.painting.start())
        self.table.clicked.connect(self.table_wanted)
        self.ways = (self.all, self.paint, self.table)
        self.name = Caption()
        self.name.alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        low, high = schema.limits(GeneratedData, "samples")
        self.samples = SliderRow("Samples", low, high, low, formats.spaced, log=True, integer=True)
        self.share = SliderRow(
            "Training share", *schema.limits(Data, "train_share"), 0.5, *PERCENT_FORMAT, step=0.05, widest="100 %"
        )
        self.noise = SliderRow("Position noise", *schema.limits(Imperfections, "position_noise"), 0.0, two_places)
        self.classes = SliderRow("Classes", *schema.limits(GeneratedData, "classes"), 3, integer=True)
        self.classes.set_tip("How many clouds, each a class of its own.")
        options = [Option(key, *SCALINGS[key]) for key in get_args(Scaling)]
        self.scaling = ChoiceField("Scaling of the inputs", options)
        self.scaling.chosen.connect(lambda key: self._workbench.change("Set scaling", data__scaling=key))
        for row, name, field in (
            (self.samples, "Set samples", "data__source__samples"),
            (self.share, "Set training share", "data__train_share"),
            (self.noise, "Set position noise", "data__imperfections__position_noise"),
        ):
            row.valueChanged.connect(
                lambda value, row=row, name=name, field=field: self._change(row, name, field, value)
            )
        self.classes.valueChanged.connect(self._on_classes_changed)
        for row in self.rows:
            row.settled.connect(self._workbench.settle)
            row.field.refused.connect(lambda sentence: self._workbench.show_message(sentence, "error"))
        explain("data", self)
        explain("dataset", self.gallery, self.name, self.all, self.paint, self.table)
        for key, widget in zip(KEYS, (*self.rows, self.scaling), strict=True):
            explain(key, widget)

    @property
    def rows(self) -> tuple[SliderRow, ...]:
        """Every slider, from top to bottom."""
        return (self.samples, self.share, self.noise, self.classes)

    def _lay_out(self) -> None:
        body = self._body = QWidget()
        body.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(body)  # before it is filled: what moves to another parent is styled anew, with all it holds
        self._column = QVBoxLayout(body)
        self._column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        title = SectionLabel("Data")
        head.addWidget(title)
        head.addWidget(self.name, 1)
        for widget in (title, self.name):
            widget.setFixedHeight(HEADER)
        self._column.addLayout(head)
        self._column.addSpacing(8)
        self._column.addWidget(self.gallery)
        self._column.addSpacing(6)
        self._ways = QWidget()  # their place: they are wider than the column, for their tint
        self._column.addWidget(self._ways)
        for way in self.ways:
            way.setParent(body)
        self._column.addSpacing(8)
        most, policy = round(theme.scaled(MOST_BETWEEN)), QSizePolicy.Policy
        self._below: dict[SliderRow, QSpacerItem] = {}
        for row in self.rows:
            self._column.addWidget(row)
            self._below[row] = QSpacerItem(0, most, policy.Minimum, policy.Maximum)
            self._column.addSpacerItem(self._below[row])
            if row is self.noise:
                self.shape = ShapeRows(self._workbench, self._column, most)
        self._column.addSpacing(6)
        scaling = QHBoxLayout()
        scaling.setSpacing(8)
        self._scaling_name = ElidedLabel("Scaling")
        explain("scaling_of_inputs", self._scaling_name)
        scaling.addWidget(self._scaling_name)
        scaling.addWidget(self.scaling, 1)
        self._column.addLayout(scaling)
        self._column.addSpacing(6)
        self.sections = (SplitSection(self._workbench, body), FlawsSection(self._workbench, body))
        for section in self.sections:
            self._column.addWidget(section)
            section.resized.connect(self._fit)
        self._column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Three rows of pictures where there is room for all, else two."""
        narrow = self.width() < theme.scaled(NARROW)
        left, right = (round(theme.scaled(each - (4 if narrow else 0))) for each in MARGINS)
        self._column.setContentsMargins(left, 0, right, 4 if narrow else 8)
        super().resizeEvent(event)
        self._fit()

    def _rows(self, width: int) -> int:
        """Three rows only with room for every slider, so that they stay three for every set."""
        heights = [row.sizeHint().height() for row in self.rows]
        others = HEADER + 8 + 6 + 3 * self.all.sizeHint().height() + 8 + 6 + self.scaling.height()
        others += 6 + sum(section.heading.height() for section in self.sections)
        room = others + sum(heights) + 3 * max(heights) + 12 + self.gallery.height_for(3, width)
        return 3 if self.height() >= room else 2

    def _fit(self) -> None:
        """The content is as wide as the panel, always: a scroll bar covers its margin and moves nothing."""
        self._column.activate()
        width = self.width()
        inner = width - self._margins()
        self.gallery.set_rows(self._rows(inner))
        high = self.all.sizeHint().height()
        self._ways.setFixedHeight(high * len(self.ways))
        self.gallery.setFixedHeight(self.gallery.height_for(self.gallery.rows, inner))
        self._column.activate()
        self._body.setFixedSize(width, max(self.height(), self._column.minimumSize().height()))
        self._column.setGeometry(self._body.rect())  # now, not when events have come: the ways stand where it has room
        scrolls = self._body.height() > self.height()
        room = width - self.verticalScrollBar().sizeHint().width() if scrolls else width
        for place, way in enumerate(self.ways):
            left, top = self._column.contentsMargins().left() - INSET, self._ways.y() + place * high
            way.setGeometry(left, top, min(inner + 2 * INSET, room - left), high)

    def _margins(self) -> int:
        margins = self._column.contentsMargins()
        return margins.left() + margins.right()

    # -- from the experiment ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the experiment's data."""
        data = self._workbench.experiment.data
        kind, flaws = self._workbench.experiment.source_kind, data.imperfections
        classes = data.source.classes if isinstance(data.source, GeneratedData) else GeneratedData().classes
        made = data.source if isinstance(data.source, GeneratedData) else None
        blank = self._workbench.painting.blank
        self.gallery.show_choice(None if blank else kind.recipe, flaws.position_noise, classes, made)
        count = f", {counted(kind.samples, 'point')}" if kind.is_painted else ""
        self.name.set_text(f"{PAINTED}, empty" if blank else f"{kind.label}{count}")
        self.paint.setChecked(blank or kind.is_painted)
        self.table.setChecked(kind.is_given and not kind.is_painted and not blank)
        self.samples.set_value(0 if blank else kind.samples)
        self.share.set_value(data.train_share)
        self.noise.set_value(flaws.position_noise)
        self.classes.set_value(classes)
        self.scaling.set_current(data.scaling)
        self._explain(kind)
        others = self.shape.show(kind, None if blank else made)
        painted = blank or kind.is_painted
        shown = {self.samples: not painted, self.noise: not painted, self.classes: kind.chooses_classes and not blank}
        if others or any(row.isHidden() == there for row, there in shown.items()):
            for row, there in shown.items():
                row.setVisible(there)
            self._fit_below()
            self._fit()

    def _fit_below(self) -> None:
        """A row that is hidden leaves no room behind."""
        for row, below in self._below.items():
            high = 0 if row.isHidden() else round(theme.scaled(MOST_BETWEEN))
            below.changeSize(0, high, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Maximum)
        self._column.invalidate()

    def _explain(self, kind: SourceKind) -> None:
        """What each slider does for these data, and which do nothing."""
        images, made = kind.image is not None, not kind.is_given
        made &= not self._workbench.painting.blank
        things = "images" if images else "points" if kind.is_plane else "samples"
        self.samples.setEnabled(made)
        self.samples.set_tip(
            f"How many {things} are made, for training and test together."
            if made
            else f"How many {things} there are, for training and test together."
        )
        self.share.setEnabled(not kind.whole)
        if kind.whole:
            self.share.set_tip("This set is trained and tested on the same points.")
        else:
            self.share.set_tip(f"The part of the {things} that the network learns from; the others test it. {PERCENT}")
        self.noise.set_label("Image noise" if images else "Position noise")
        noise = f"{'Image' if images else 'Position'} noise {kind.noise_note}." if kind.noise_note else AS_THEY_ARE
        self.noise.setEnabled(made and bool(kind.noise_note))
        self.noise.set_tip(noise)
        self._scaling_name.setToolTip(
            "What is done to each of the 64 pixels, which are the network's inputs."
            if images
            else "What is done to each column before the network sees it."
            if not kind.is_plane
            else "What is done to each feature before the network sees it."
        )

    # -- favourites, and all the others ------------------------------------------------------------------------------

    def set_favourites(self, names: Sequence[str]) -> None:
        """Show these sets in the column."""
        self.gallery.set_pins(names)

    def toggle_favourite(self, name: str) -> None:
        """Put a set in front of the favourites, or take it out of them."""
        pins = self.gallery.pins
        pinned = name not in pins
        self.gallery.set_pins((name, *pins) if pinned else [each for each in pins if each != name])
        if self.sheet is not None:
            self.sheet.set_pins(self.gallery.pins)
        self._workbench.show_message(str(Said(PINNED if pinned else UNPINNED, {"label": DATASETS[name].label})))
        self.favourites_changed.emit(self.gallery.pins)

    def open_all(self) -> None:
        """The sheet with every data set."""
        if self.sheet is not None:
            return
        experiment = self._workbench.experiment
        source = experiment.data.source if isinstance(experiment.data.source, GeneratedData) else None
        kind, noise = experiment.source_kind, experiment.data.imperfections.position_noise
        self.sheet = GallerySheet(self.window(), kind.recipe, noise, source, self.gallery.pins)
        self.sheet.chosen.connect(self.choose)
        self.sheet.pin_wanted.connect(self.toggle_favourite)
        self.sheet.finished.connect(self._forget_sheet)
        self.sheet.open()

    def _forget_sheet(self) -> None:
        self.sheet = None

    # -- to the experiment ------------------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Another data set; layers and settings that do not fit it go, in the same step."""
        before = self._workbench.experiment
        after = on_dataset(before, name)
        if self._workbench.edit(f"Choose {DATASETS[name].label}", after, fresh=True):
            gone = removed_kinds(before, after)
            if gone:
                names = ", ".join(kind.label for kind in gone)
                told = f"Removed, because it does not fit this data set: {names}. Undo brings it back."
                self._workbench.show_message(told)
            if keeps_misfit(before, after):
                self.network_kept.emit()
        self.refresh()

    def _change(self, row: SliderRow, name: str, field: str, value: float) -> None:
        number = round(value) if row is self.samples else value
        if not self._workbench.change(name, merge=field, **{field: number}):
            self.refresh()

    def _on_classes_changed(self, value: float) -> None:
        try:
            after = with_classes(self._workbench.experiment, round(value))
        except PlaygroundError as error:
            self._workbench.show_message(str(error), "error")
        else:
            self._workbench.edit("Set classes", after, merge="data__source__classes")
        self.refresh()


def two_places(value: float) -> str:
    """A share as a plain number."""
    return formats.fixed(value, 2)
