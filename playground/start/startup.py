"""The canary: looks for what is known to go wrong on a machine before Qt is loaded, and says it in one sentence.

Owns the list of known-bad installations; whether there is a screen is asked in `screen`. Imports nothing of Qt itself.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

from playground.start.unfit import UnfitMachine, unloadable

OLDEST_PYTHON = (3, 11)
DEBIAN_LIBRARIES = "libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3"


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


def check_libraries(platform: str = sys.platform) -> None:
    """Refuse a machine without the system libraries that Qt needs, naming the missing one."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        raise UnfitMachine(unloadable(str(error), DEBIAN_LIBRARIES, platform)) from None


def check_machine(window: bool) -> None:
    """Everything in order; `window` false where pictures are drawn off the screen."""
    check_python()
    check_qt()
    check_libraries()
    if window:
        from playground.start.screen import check_display

        check_display()
