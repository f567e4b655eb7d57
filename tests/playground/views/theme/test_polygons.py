"""Arrays as polygons: every point in its place, and nothing imported for it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from playground.views.theme.polygons import polygon


def test_every_point_is_there() -> None:
    found = polygon(np.array([0.0, 1.5, -2.0]), np.array([3.0, 4.25, 1e300]))
    assert [(point.x(), point.y()) for point in found] == [(0.0, 3.0), (1.5, 4.25), (-2.0, 1e300)]
    assert polygon(np.empty(0), np.empty(0)).isEmpty()


def test_painting_imports_no_library_that_another_thread_may_be_importing() -> None:
    code = (
        "import sys, numpy; from playground.views.theme.polygons import polygon;"
        "polygon(numpy.zeros(2), numpy.zeros(2)); sys.exit('pyqtgraph' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
