"""What is remembered of the window between runs: its place, the height of the plots, the open page of settings.

Owns that file, which may be damaged or somebody's joke: only what this program may have written is believed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec
from PySide6.QtCore import QByteArray, QSettings

from playground.settings.text_files import may_be_text
from playground.words.training import PAGES

LARGEST_FILE = 100_000
HIGHEST_STRIP = 10_000
HEIGHT = re.compile(r"[0-9]{1,5}")
NEVER_WRITTEN = (b"\0", b"@Variant", b"@DateTime")
"""What Qt would unpack, whatever it says, and what no text has."""


class Place(msgspec.Struct, frozen=True):
    """geometry: Qt's own bytes, which Qt checks. strip: the height of the plots in pixels. page: of the settings."""

    geometry: QByteArray | None = None
    strip: int | None = None
    page: str = ""


def read(file: Path) -> Place | None:
    """What was remembered; nothing where there is no file, None where the file is not one of ours."""
    if not may_be_text(file, LARGEST_FILE):
        return None if os.path.lexists(file) else Place()
    try:
        raw = file.read_bytes()
    except OSError:
        return None
    kept = QSettings(str(file), QSettings.Format.IniFormat)
    if any(mark in raw for mark in NEVER_WRITTEN) or kept.status() != QSettings.Status.NoError:
        return None
    geometry, strip, page = kept.value("geometry"), kept.value("strip", "0"), kept.value("more", "")
    if not isinstance(geometry, QByteArray | None) or not isinstance(page, str) or page not in ("", *PAGES):
        return None
    if not HEIGHT.fullmatch(str(strip)) or int(str(strip)) > HIGHEST_STRIP:
        return None
    return Place(geometry, int(str(strip)) or None, page)


def write(place: Place, file: Path) -> None:
    """Remember it."""
    kept = QSettings(str(file), QSettings.Format.IniFormat)
    kept.setValue("geometry", place.geometry)
    kept.setValue("strip", place.strip or 0)
    kept.setValue("more", place.page)
