"""The scale on which links show gradients and updates: logarithmic, and one for all layers.

Owns how large a weight would be that is drawn like such a figure; knows nothing of colours or widths.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

DECADES, LEAST = 5, 0.01
"""So many powers of ten are told apart, each drawn like a weight that is larger by 1; what is less like the least."""
SLACK = 0.3
"""A scale stays until the largest figure lies so many decades below its last power of ten: it must not flicker."""


class LinkScale(msgspec.Struct, frozen=True):
    """top: the power of ten at which links are widest."""

    top: int

    @classmethod
    def of(cls, figures: Floats, before: LinkScale | None = None) -> LinkScale | None:
        """The scale for these figures, near the one before; None where all are 0."""
        largest = float(np.abs(figures).max(initial=0.0))
        if largest == 0.0:
            return before
        power = math.log10(largest)
        if before is not None and before.top - 1 - SLACK < power <= before.top:
            return before
        return cls(math.ceil(power))

    @property
    def bottom(self) -> int:
        """The power of ten at and below which links are drawn like a weight of 0."""
        return self.top - DECADES

    def sizes(self, figures: Floats) -> Floats:
        """Weights that are drawn alike: sign · decades above the bottom, from LEAST to DECADES."""
        with np.errstate(divide="ignore"):
            decades = np.log10(np.abs(figures)) - self.bottom
        found: Floats = np.sign(figures) * np.clip(decades, LEAST, DECADES)
        return found
