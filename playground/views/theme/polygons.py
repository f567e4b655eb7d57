"""Arrays as polygons, copied at once. Owns this one step; knows nothing of what is drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPolygonF


def polygon(x: NDArray[np.float64], y: NDArray[np.float64]) -> QPolygonF:
    """The points (x, y), which must be finite; pyqtgraph's own function fails for none.

    pyqtgraph is imported when something is drawn: the window is there before its plots are.
    """
    from pyqtgraph.functions import arrayToQPolygonF

    return arrayToQPolygonF(x, y) if len(x) else QPolygonF()
