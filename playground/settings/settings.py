"""What the program remembers between runs: the theme and the recent files, as a TOML file that may be edited by hand.

Owns that file; a broken value falls back to its default, and what it does not know is kept. A file that is none of ours
is put aside, never lost, and never keeps the program from starting. Knows nothing of widgets.
"""

from __future__ import annotations

import os
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import platformdirs
import tomlkit
import tomlkit.exceptions

from playground.settings.text_files import may_be_text, put_aside

APPLICATION = "neural-playground"
MAX_RECENT = 8
LARGEST_FILE = 1_000_000
MOST_FAVOURITES = 12
FAVOURITES = (
    "circles", "xor", "gaussians", "spirals", "moons", "blobs", "digits", "multi_gaussian", "pinwheel", "checkerboard",
    "sine", "function",
)  # fmt: skip
"""The data sets that are shown in the column before anybody has chosen."""
FIRST_SPEED = 2000.0
"""Steps a second before anybody has chosen: a first run on the usual network takes some ten seconds (see `Pace`)."""


class Settings(msgspec.Struct, frozen=True):
    """Every setting with its default. speed: steps a second, 0 for full speed. welcomed: whether the hint of the first
    start has been seen. legend: whether the network has its legend. favourites: the data sets in the
    column. unfolded: its open sections. doctor: whether it looks at runs; doctor_rules_off: what it does not speak of.
    """

    theme: Literal["system", "light", "dark", "contrast"] = "system"
    recent: tuple[str, ...] = ()
    speed: Annotated[float, msgspec.Meta(ge=0.0, le=1e6)] = FIRST_SPEED
    welcomed: bool = False
    legend: bool = True
    favourites: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_FAVOURITES)] = FAVOURITES
    unfolded: tuple[str, ...] = ()
    doctor: bool = True
    doctor_rules_off: tuple[str, ...] = ()

    def with_recent(self, path: str | Path) -> Settings:
        """A file put first in the list of recent files."""
        name = str(Path(path).absolute())
        others = (each for each in self.recent if each != name)
        return msgspec.structs.replace(self, recent=(name, *others)[:MAX_RECENT])


TYPES: dict[str, Any] = {field.name: field.type for field in msgspec.structs.fields(Settings)}


def folder() -> Path:
    """Where the settings are kept."""
    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False))


def settings_file() -> Path:
    """The settings' file."""
    return folder() / "settings.toml"


def window_file() -> Path:
    """The file of the window's place and size."""
    return folder() / "window.ini"


def read(file: Path | None = None) -> Settings:
    """The settings of a file; whatever is missing or wrong has its default."""
    raw = _raw(file or settings_file()) or {}
    found: dict[str, Any] = {}
    for name, kind in TYPES.items():
        try:
            found[name] = msgspec.convert(raw[name], kind)
        except (KeyError, msgspec.ValidationError):
            continue
    settings = Settings(**found)
    recent = tuple(name for name in settings.recent if _is_path(name))
    return msgspec.structs.replace(settings, recent=recent[:MAX_RECENT])


def is_broken(file: Path) -> bool:
    """Whether there is something in the place of the settings' file that cannot be read as one."""
    return os.path.lexists(file) and _raw(file) is None


def _raw(file: Path) -> dict[str, Any] | None:
    """What the file holds; None for what is missing or no TOML. Deep brackets exhaust the parser's recursion."""
    if not may_be_text(file, LARGEST_FILE):
        return None
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _is_path(name: str) -> bool:
    """Whether a name could be that of a file, and can be written down."""
    return bool(name) and len(name) < 4096 and name.isprintable()


def write(settings: Settings, file: Path | None = None) -> bool:
    """Write the settings into the file, keeping its comments and what is not ours; False where it cannot be written."""
    target = file or settings_file()
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(_written(settings, target), encoding="utf-8")
        part.replace(target)
    except (OSError, UnicodeError):
        with suppress(OSError):
            part.unlink()
        return False
    return True


def _written(settings: Settings, file: Path) -> str:
    """The settings among what is in the file already; a file that is no TOML is put aside, not lost."""
    values = msgspec.to_builtins(settings)
    values["recent"] = [name for name in values["recent"] if _is_path(name)]
    if _raw(file) is not None:
        with suppress(tomlkit.exceptions.TOMLKitError, ValueError, RecursionError, OSError):
            return _updated(tomlkit.parse(file.read_text(encoding="utf-8")), values)
    if os.path.lexists(file):
        put_aside(file)
    return _updated(tomlkit.document(), values)


def _updated(document: tomlkit.TOMLDocument, values: dict[str, Any]) -> str:
    for name, value in values.items():
        document[name] = value
    return tomlkit.dumps(document)
