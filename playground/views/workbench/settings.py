"""What the program remembers between runs: the theme and the recent files, as a TOML file that may be edited by hand.

Owns that file; a broken value falls back to its default, and what it does not know is kept. Knows nothing of widgets.
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

APPLICATION = "neural-playground"
MAX_RECENT = 8
FIRST_SPEED = 2000.0
"""Steps a second before anybody has chosen: a first run on the usual network takes some ten seconds."""


class Settings(msgspec.Struct, frozen=True):
    """Every setting with its default. speed: steps a second, 0 for full speed."""

    theme: Literal["system", "light", "dark", "contrast"] = "system"
    recent: tuple[str, ...] = ()
    speed: Annotated[float, msgspec.Meta(ge=0.0, le=1e6)] = FIRST_SPEED

    def with_recent(self, path: str | Path) -> Settings:
        """A file put first in the list of recent files."""
        name = str(Path(path).absolute())
        others = (each for each in self.recent if each != name)
        return msgspec.structs.replace(self, recent=(name, *others)[:MAX_RECENT])


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
    try:
        raw = tomllib.loads((file or settings_file()).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        try:
            found[field.name] = msgspec.convert(raw[field.name], field.type)
        except (KeyError, msgspec.ValidationError):
            continue
    return Settings(**found)


def write(settings: Settings, file: Path | None = None) -> bool:
    """Write the settings into the file, keeping its comments and what is not ours; False where it cannot be written."""
    target = file or settings_file()
    document = _document(target)
    for name, value in msgspec.to_builtins(settings).items():
        document[name] = value
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(tomlkit.dumps(document), encoding="utf-8")
        part.replace(target)
    except OSError:
        with suppress(OSError):
            part.unlink()
        return False
    return True


def _document(file: Path) -> tomlkit.TOMLDocument:
    """What is in the file; one that is no TOML is put aside, not lost."""
    try:
        return tomlkit.parse(file.read_text(encoding="utf-8"))
    except OSError:
        return tomlkit.document()
    except ValueError:
        with suppress(OSError):
            file.replace(file.with_name(f"{file.name}.broken"))
        return tomlkit.document()
