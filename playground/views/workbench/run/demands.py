"""What of the run the views that are visible need to draw, together.

Owns each one's wish and the place that is probed; knows nothing of the run that answers. Nothing else is computed.
"""

from __future__ import annotations

from collections.abc import Callable

from playground.data.section import USUAL_PLANE, PlaneWish
from playground.run.snapshot import Demand

Probe = tuple[tuple[float, float] | None, int | None, tuple[float, ...] | None]
"""A point of the map, a sample, the pixels of an image."""


class Demands:
    """`whole` is what all views need together; `changed` is called whenever it may be another."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.by_view: dict[str, Demand] = {}
        self._probe: Probe = (None, None, None)
        self._plane = USUAL_PLANE

    def set(
        self, key: str, maps: bool = False, predictions: bool = False, gradients: bool = False, layers: bool = False,
        samples: bool = False, updates: bool = False, memory: bool = False,
    ) -> None:  # fmt: skip
        """What the view of that key needs to draw; nothing while it is hidden."""
        self.by_view[key] = Demand(maps, predictions, gradients, layers=layers, samples=samples, updates=updates,
                               memory=memory)  # fmt: skip
        self._changed()

    def set_probe(
        self, point: tuple[float, float] | None, sample: int | None, pixels: tuple[float, ...] | None,
        plane: PlaneWish = USUAL_PLANE,
    ) -> None:  # fmt: skip
        """The point of the map, the sample, or the image, whose forward pass the next snapshots must hold.

        plane: what the maps of samples with more than two columns lie over.
        """
        self._probe, self._plane = (point, sample, pixels), plane
        self._changed()

    @property
    def whole(self) -> Demand:
        """What all views need together."""
        wanted = self.by_view.values()
        point, sample, pixels = self._probe
        return Demand(
            maps=any(each.maps for each in wanted),
            predictions=any(each.predictions for each in wanted),
            gradients=any(each.gradients for each in wanted),
            layers=any(each.layers for each in wanted),
            samples=any(each.samples for each in wanted),
            updates=any(each.updates for each in wanted),
            memory=any(each.memory for each in wanted),
            probe=point,
            probe_sample=sample if point is not None else sample or 0,
            probe_pixels=pixels,
            cut=self._plane,
        )
