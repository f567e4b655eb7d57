"""What the user looks at: the choices of the views that are no part of the experiment."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from playground.data.section import USUAL_PLANE, PlaneWish
from playground.diagnosis.signals.finding import NOWHERE, Place
from playground.run.snapshot import LinkFigure


class ViewState(msgspec.Struct, frozen=True):
    """Frozen, so that views can compare.

    probe: a point of the map under the cursor, with its label if it is a data point. probe_sample: for images the one
    whose forward pass is shown, counted over the training samples and then the test samples; None means the first. Of
    samples with more than two columns the data point that the probe is at; None at a place between them.
    plane: what the maps of such samples lie over.
    hovered: (layer, unit) under the cursor, layer −1 for the features. selected_layer: index of a hidden layer.
    zoom: how large the network is drawn. first_units: for each column of the network, the inputs' first, the unit from
    which on it shows what has room; 0 where none is told. legend: whether the network's legend is wished. locked: the
    controls that cannot be used, by the names that links have for them. ringed: the imperfection whose points are
    ringed on the map; ringed_samples: training samples that are. unfolded: the open sections of the data column.
    draws: whether an image is drawn by hand in the place of the data set's. drawn: its pixels from 0 to 1, row by row;
    None while nothing is drawn; kept while something else is looked at. found_at: where the finding is seen that the
    doctor's card shows, and found_rule its rule; found_lit: whether that is pointed at; found_sought: such a place that
    was asked to be brought into sight. forecast: whether the run to come is drawn into the curves.
    links_show: which figure of each weight.
    """

    show_test: bool = False
    discretize: bool = False
    mark_errors: bool = False
    show_best: bool = False
    log_scale: bool = False
    probe: tuple[float, float] | None = None
    probe_label: float | None = None
    probe_sample: int | None = None
    hovered: tuple[int, int] | None = None
    selected_layer: int | None = None
    zoom: float = 1.0
    first_units: tuple[int, ...] = ()
    legend: bool = True
    ringed: str = ""
    ringed_samples: tuple[int, ...] = ()
    unfolded: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    draws: bool = False
    drawn: tuple[float, ...] | None = None
    found_at: Place = NOWHERE
    found_rule: str = ""
    found_lit: bool = False
    found_sought: Place = NOWHERE
    forecast: bool = False
    plane: PlaneWish = USUAL_PLANE
    links_show: LinkFigure = "weight"

    @property
    def probe_pixels(self) -> tuple[float, ...] | None:
        """The drawn image while it is the one that is looked at."""
        return self.drawn if self.draws else None

    def is_like(self, other: ViewState) -> bool:
        """Whether both look at the same, but for how the network is scrolled and zoomed: no other view shows that."""
        return replace(self, zoom=other.zoom, first_units=other.first_units) == other


NO_PROBE: dict[str, Any] = {"probe": None, "probe_label": None, "probe_sample": None}
"""Nothing is pointed at."""
NEW_DOCUMENT: dict[str, Any] = {
    **NO_PROBE, "hovered": None, "selected_layer": None, "zoom": 1.0, "first_units": (), "plane": USUAL_PLANE,
}  # fmt: skip
"""What another document begins with; all else stays as it is looked at."""
