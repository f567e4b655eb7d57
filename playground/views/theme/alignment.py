"""Where painted text stands in its rectangle.

Owns the three usual places, as the integers that `QPainter.drawText` takes; knows nothing of what is written.
"""

from __future__ import annotations

from PySide6.QtCore import Qt

LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
CENTRE = int(Qt.AlignmentFlag.AlignCenter)
