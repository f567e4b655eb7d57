"""`playground --version --verbose`: everything that a report of a fault needs to know of the machine.

Owns that list; imports none of what it names.
"""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from playground import __version__
from playground.commands.output import print_pairs
from playground.start.logs import folder

PACKAGES = (
    "PySide6-Essentials", "pyqtgraph", "numpy", "numba", "llvmlite", "msgspec", "safetensors", "platformdirs",
    "tomlkit", "rich", "filelock",
)  # fmt: skip


def print_versions() -> None:
    """The program, Python, the system, every library, and where the logs lie."""
    print_pairs(
        [
            ("Neural Playground", __version__),
            ("Python", f"{platform.python_version()} ({sys.executable})"),
            ("system", f"{platform.platform()}, {platform.machine()}"),
            *((name, installed(name)) for name in PACKAGES),
            ("logs", str(folder())),
        ]
    )


def installed(name: str) -> str:
    """The version of a library, or that it is missing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
