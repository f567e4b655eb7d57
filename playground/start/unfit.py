"""A machine on which the program cannot run, and the remedy in one sentence.

Owns the error and the words for a library of Qt that cannot be loaded; knows nothing of how that is found out.
"""

from __future__ import annotations

import sys

from playground.errors import PlaygroundError

WINDOWS_RUNTIME = "the Microsoft Visual C++ Redistributable (https://aka.ms/vs/17/release/vc_redist.x64.exe)"


class UnfitMachine(PlaygroundError):
    """Something is missing, or known to crash; the text says what to install."""


def unloadable(detail: str, packages: str, platform: str = sys.platform) -> str:
    """What the loader said about a library of Qt, as a sentence with the remedy for this system."""
    words = " ".join(detail.split())[:300]
    if not platform.startswith("linux"):
        runtime = f" and install {WINDOWS_RUNTIME}" if platform == "win32" else ""
        return (
            f"Qt cannot be loaded ({words}). Run: python -m pip install --force-reinstall PySide6-Essentials{runtime}"
        )
    if "cannot open shared object file" not in words:
        return f"Qt cannot be loaded: {words}. It needs a newer system, or an older PySide6-Essentials."
    library = words.split(":")[0].strip()
    return f"A system library that Qt needs is missing: {library}. On Debian or Ubuntu run: apt-get install {packages}"
