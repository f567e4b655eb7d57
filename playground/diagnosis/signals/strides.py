"""How long steps were of late, as a share of the weights that they move.

Owns which of them are ordinary ones, which rules and the doctor's doubt share; knows nothing of either.
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.look import Look

ORDINARY = 0.05
"""Update ratios of the last looks; longer steps leap still."""


def goes_in_ordinary_steps(look: Look) -> bool:
    """Whether the mean over layers of the median update ratio of the last looks is that of no leap; not, where nobody
    knows."""
    ratios = look.lately(look.probes("update_ratio")[:, list(look.weighted)])
    known = ratios[np.isfinite(ratios).all(axis=1)]
    return len(known) > 0 and float(np.median(known, axis=0).mean()) < ORDINARY
