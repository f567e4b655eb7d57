"""How long steps were of late, as a share of the weights that they move.

Owns this figure, which rules and the doctor's doubt share; knows nothing of either.
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.look import Look


def recent_ratio(look: Look) -> float:
    """The mean over layers of the median update ratio of the last looks; that of a leap where nobody knows."""
    ratios = look.lately(look.probes("update_ratio")[:, list(look.weighted)])
    known = ratios[np.isfinite(ratios).all(axis=1)]
    return float(np.median(known, axis=0).mean()) if len(known) else 1.0
