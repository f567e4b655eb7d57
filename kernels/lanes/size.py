"""How many numbers one operation handles.

Owns that one number. Must not know what is done with them.
"""

from __future__ import annotations

from typing import Final

LANES: Final = 16
"""Numbers a kernel handles at once, whatever the processor."""
