"""Arrays as polygons, copied at once. Owns this one step; knows nothing of what is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPolygonF
from shiboken6 import VoidPtr

AT: Any = VoidPtr
"""Its type hints know neither a length nor that it is a buffer."""


def polygon(x: NDArray[np.float64], y: NDArray[np.float64]) -> QPolygonF:
    """The points (x, y), which must be finite.

    pyqtgraph has a function for this, but painting must not be what imports it: the first paintings happen while
    another thread does so, and Qt's classes are not safe to be made by two threads at once.
    """
    found = QPolygonF()
    if len(x):
        found.resize(len(x))
        memory: NDArray[np.float64] = np.frombuffer(AT(found.data(), found.size() * 16, True)).reshape(-1, 2)
        memory[:, 0], memory[:, 1] = x, y
    return found
