"""Whether a window can be opened here at all: without a screen Qt does not raise, it aborts the process.

Owns the guess which of Qt's platforms will be used, and a cheap look at each; only where that tells nothing a child
process tries it. Imports nothing of Qt itself.
"""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from playground.start.unfit import UnfitMachine, unloadable

DEBIAN_X11_LIBRARIES = "libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
DEBIAN_WAYLAND_LIBRARIES = "libwayland-client0 libwayland-cursor0 libwayland-egl1"
ELSEWHERE = "Start from a desktop, or use `playground train` and `playground picture`, which need no screen."
SCREENLESS = ("offscreen", "minimal")
X_PORT = 6000
PATIENCE = 3.0
"""Seconds for a display on another computer to answer."""
REFUSED_AFTER = (0.1, 0.3, 0.0)
"""Seconds of waiting after each refused connection."""
PROBE = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
PROBE_PATIENCE = 20.0


def check_display(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> None:
    """Refuse to open a window where there is no screen, saying which was looked for."""
    if not platform.startswith("linux"):
        return
    troubles = []
    for name in platforms(environment):
        if name not in TRIALS:
            trouble = "" if name in SCREENLESS else _tried_elsewhere(name, environment)
        else:
            trouble = TRIALS[name](environment)
        if not trouble:
            return
        troubles.append(trouble)
    nothing = "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    raise UnfitMachine(" ".join([*dict.fromkeys(troubles or [nothing]), ELSEWHERE]))


def platforms(environment: Mapping[str, str]) -> list[str]:
    """Qt's platforms in the order in which it will try them: `wayland`, `xcb`, or what QT_QPA_PLATFORM asks for."""
    wanted = environment.get("QT_QPA_PLATFORM")
    if wanted:
        names = [part.partition(":")[0].strip().lower() for part in wanted.split(";")]
        return ["wayland" if name.startswith("wayland") else name for name in names if name]
    found = ["wayland"] if environment.get("WAYLAND_DISPLAY") else []
    return [*found, "xcb"] if environment.get("DISPLAY") else found


# -- X11 --------------------------------------------------------------------------------------------------------------


def _x11_trouble(environment: Mapping[str, str]) -> str:
    display = environment.get("DISPLAY", "")
    if not display:
        return "There is no screen here: DISPLAY is not set."
    if not _answers(display):
        return f"The screen DISPLAY={display} does not answer."
    return _plugin_trouble("libqxcb.so", DEBIAN_X11_LIBRARIES) or _refusal(display)


def _answers(display: str) -> bool:
    """Whether something listens where the display should be; a name that is no display listens nowhere."""
    host, colon, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not colon or not number.isdecimal():
        return Path(display).exists()
    host = host.rpartition("/")[2].strip("[]")
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _connects(f"\0{path}") or _connects(path) or (not host and _reaches("localhost", int(number)))
    return Path(f"{host}:{number}").exists() or _reaches(host, int(number))


def _connects(path: str) -> bool:
    """Whether a process listens on a Unix socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            line.settimeout(PATIENCE)
            line.connect(path)
        except OSError:
            return False
    return True


def _reaches(host: str, number: int) -> bool:
    try:
        with socket.create_connection((host, X_PORT + number), PATIENCE):
            return True
    except (OSError, OverflowError, UnicodeError):
        return False


def _refusal(display: str) -> str:
    """What the server says when it is asked for a connection as Qt does it, with this user's key.

    The connection is left open: closing the only one makes some servers start anew, just when Qt comes. One that starts
    anew refuses for a moment, so a refusal counts only if it is repeated.
    """
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return ""
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    for pause in REFUSED_AFTER:
        connection = xcb.xcb_connect(os.fsencode(display), None)
        if not xcb.xcb_connection_has_error(connection):
            return ""
        xcb.xcb_disconnect(connection)
        time.sleep(pause)
    return f"The screen DISPLAY={display} does not let this user in (see `xhost` and XAUTHORITY)."


# -- Wayland ----------------------------------------------------------------------------------------------------------


def _wayland_trouble(environment: Mapping[str, str]) -> str:
    if environment.get("WAYLAND_SOCKET"):
        return ""
    name = environment.get("WAYLAND_DISPLAY") or "wayland-0"
    path = os.path.join(environment.get("XDG_RUNTIME_DIR", ""), name)
    if not os.path.isabs(path) or not _connects(path):
        return f"The screen WAYLAND_DISPLAY={name} does not answer."
    return _plugin_trouble("libqwayland.so", DEBIAN_WAYLAND_LIBRARIES)


TRIALS = {"xcb": _x11_trouble, "wayland": _wayland_trouble}


# -- both -------------------------------------------------------------------------------------------------------------


def _plugin_trouble(file: str, packages: str) -> str:
    """Why a platform's plugin cannot be loaded; a file that is not where it should be tells nothing."""
    plugin = _plugin(file)
    if plugin is None:
        return ""
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return unloadable(str(error), packages, "linux")
    return ""


def _plugin(file: str) -> Path | None:
    spec = find_spec("PySide6")
    if spec is None or spec.origin is None:
        return None
    plugin = Path(spec.origin).parent / "Qt" / "plugins" / "platforms" / file
    return plugin if plugin.exists() else None


def _tried_elsewhere(name: str, environment: Mapping[str, str]) -> str:
    """Let a child process abort in this one's place, for platforms of which nothing is known here."""
    try:
        child = subprocess.run(
            [sys.executable, "-c", PROBE],
            env={**environment, "QT_QPA_PLATFORM": environment.get("QT_QPA_PLATFORM", name)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PROBE_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return f"Qt cannot show a window with QT_QPA_PLATFORM={name}." if child.returncode else ""
