"""The canary: looks for what is known to go wrong on a machine before Qt is loaded, and says it in one sentence.

Owns the list of known-bad installations; imports nothing of Qt itself.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from playground.errors import PlaygroundError

OLDEST_PYTHON = (3, 11)
DEBIAN_LIBRARIES = "libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3"
DEBIAN_X11_LIBRARIES = "libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"


class UnfitMachine(PlaygroundError):
    """Something is missing, or known to crash; the text says what to install."""


def check_python(running: tuple[int, ...] = tuple(sys.version_info[:3])) -> None:
    """Refuse interpreters that the program was never tried on."""
    if running[:2] < OLDEST_PYTHON:
        raise UnfitMachine(f"Neural Playground needs Python 3.11 or newer; this is {'.'.join(map(str, running))}.")
    gil = getattr(sys, "_is_gil_enabled", lambda: True)
    if not gil():
        raise UnfitMachine("Neural Playground needs the ordinary Python, not the free-threaded one: Qt crashes there.")


def check_qt(running: tuple[int, ...] = tuple(sys.version_info[:3]), installed: str | None = None) -> None:
    """Refuse the pair PySide6 6.12.0 and Python below 3.12, which kills the process (PYSIDE-3474)."""
    if installed is None:
        try:
            installed = version("PySide6_Essentials")
        except PackageNotFoundError:
            raise UnfitMachine(
                "The window needs PySide6, which is not installed. Run: python -m pip install PySide6-Essentials"
            ) from None
    if installed.startswith("6.12.0") and running[:2] < (3, 12):
        raise UnfitMachine(
            f"PySide6 {installed} crashes under Python {running[0]}.{running[1]}. "
            'Run: python -m pip install "PySide6-Essentials<6.12"'
        )


def check_libraries() -> None:
    """Refuse a machine without the system libraries that Qt needs, naming the missing one."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        raise UnfitMachine(_missing(str(error), DEBIAN_LIBRARIES)) from None


def check_display(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> None:
    """Refuse to open a window where there is no screen: Qt would abort the process."""
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return
    if environment.get("WAYLAND_DISPLAY"):
        return
    if not environment.get("DISPLAY"):
        raise UnfitMachine(
            "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set). "
            "Start from a desktop, or use `playground train` and `playground picture`, which need none."
        )
    _check_xcb_plugin()


def _check_xcb_plugin() -> None:
    spec = find_spec("PySide6")
    if spec is None or spec.origin is None:
        return
    plugin = Path(spec.origin).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if plugin.exists():
        try:
            ctypes.CDLL(str(plugin))
        except OSError as error:
            raise UnfitMachine(_missing(str(error), DEBIAN_X11_LIBRARIES)) from None


def _missing(detail: str, packages: str) -> str:
    library = detail.split(":")[0].strip()
    return f"A system library that Qt needs is missing: {library}. On Debian or Ubuntu run: apt-get install {packages}"


def check_machine(window: bool) -> None:
    """Everything above, in order; `window` false where pictures are drawn off the screen."""
    check_python()
    check_qt()
    if window:
        check_display()
    check_libraries()
