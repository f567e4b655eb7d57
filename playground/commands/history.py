"""The history of a run as JSON: a list of numbers for each column, and for each layer one for each of its own.

Owns this form; what the columns mean is told by `playground.run.snapshot`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.engine.layout import Layout
from playground.run.session import Session
from playground.run.snapshot import HISTORY_COLUMNS, PROBE_COLUMNS, SIZE_COLUMNS

WHOLE = {"epoch", "learned_at", "step", "clipped_steps", "dead_units", "largest_update_step", *SIZE_COLUMNS}


def written_down(session: Session) -> dict[str, Any]:
    """All recorded epochs of a session; null is what nobody measured."""
    history = session.history
    names = [name for name in HISTORY_COLUMNS if name in (history.dtype.names or ())]
    found: dict[str, Any] = {name: _numbers(name, history[name]) for name in names}
    found["layers"] = [_layer(history, session.layout, index) for index in range(len(session.layout.slots))]
    if session.samples_history.rows:
        found["samples"] = _samples(session)
    return found


def _samples(session: Session) -> dict[str, Any]:
    """Of each training sample: rows of losses and margins, an epoch each; null is what a regression does not have."""
    history, order = session.samples_history, session.dataset.order
    count = history.losses.shape[1]
    judged = (history.right_share, history.learned_at, history.mean_margin, history.margin_spread)
    names = ("right_share", "learned_at", "mean_margin", "margin_spread")
    return {
        "epochs": list(history.epochs),
        "row": list(range(count)) if order is None else order[:count].tolist(),
        "label": _numbers("label", session.dataset.train_labels),
        "losses": [_numbers("loss", row) for row in history.losses],
        "margins": [_numbers("margin", row) for row in history.margins] if history.judged else None,
        **{name: _numbers(name, each) if history.judged else None for name, each in zip(names, judged, strict=True)},
        "hardest_first": history.hardest_first.tolist(),
    }


def _layer(history: NDArray[np.void], layout: Layout, index: int) -> dict[str, Any]:
    columns = {name: _numbers(name, history[name][:, index]) for name in (*PROBE_COLUMNS, *SIZE_COLUMNS)}
    return {"name": layout.layer_name(index), "kind": layout.slots[index].kind, **columns}


def _numbers(name: str, column: NDArray[np.floating]) -> list[float | int | None]:
    whole = int if name in WHOLE else float
    return [None if np.isnan(value) else whole(value) for value in column.tolist()]
