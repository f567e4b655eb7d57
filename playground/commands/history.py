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

WHOLE = {"epoch", "step", "clipped_steps", "dead_units", "largest_update_step", *SIZE_COLUMNS}


def written_down(session: Session) -> dict[str, Any]:
    """All recorded epochs of a session; null is what nobody measured."""
    history = session.history
    names = [name for name in HISTORY_COLUMNS if name in (history.dtype.names or ())]
    found: dict[str, Any] = {name: _numbers(name, history[name]) for name in names}
    found["layers"] = [_layer(history, session.layout, index) for index in range(len(session.layout.slots))]
    return found


def _layer(history: NDArray[np.void], layout: Layout, index: int) -> dict[str, Any]:
    columns = {name: _numbers(name, history[name][:, index]) for name in (*PROBE_COLUMNS, *SIZE_COLUMNS)}
    return {"name": layout.layer_name(index), "kind": layout.slots[index].kind, **columns}


def _numbers(name: str, column: NDArray[np.float64]) -> list[float | int | None]:
    whole = int if name in WHOLE else float
    return [None if np.isnan(value) else whole(value) for value in column.tolist()]
