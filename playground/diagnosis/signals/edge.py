"""The edge of stability as figures: how sharply the loss bends, beside what steps of this rate can stand.

Owns these figures; they are evidence and never a symptom: full-batch descent lives at that edge (Cohen et al. 2021,
Gradient descent on neural networks typically occurs at the edge of stability).
"""

from __future__ import annotations

from playground.diagnosis.signals.bends import Bend
from playground.diagnosis.signals.finding import Figure


def edge_of(bend: Bend | None) -> tuple[Figure, ...]:
    """The largest curvature beside the bound of stable steps, which optimizers that scale each step have none of, the
    smallest one, and the epoch at which both were measured; empty where nobody knows."""
    if bend is None or bend.found.eigenvalue is None or bend.found.smallest is None:
        return ()
    return (
        Figure("sharpness", bend.found.eigenvalue, bend.found.limit, decides=False),
        Figure("smallest", bend.found.smallest), Figure("bent_at", float(bend.epoch)),
    )  # fmt: skip
