"""Where the bundled files are: fonts, icons and texts.

Owns the one rule for finding them: in a checkout `resources/` lies beside the packages, in an installed wheel it is
`playground/_resources`. Knows nothing of what the files hold.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TypeVar

Form = TypeVar("Form")
LANGUAGE = "en"


@cache
def root() -> Path:
    """The folder of bundled files; raises FileNotFoundError where the program was installed without it."""
    package = Path(__file__).resolve().parent
    for folder in (package / "_resources", package.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"the bundled files are missing: neither {package / '_resources'} nor {package.parent / 'resources'} exists"
    )


def path(*parts: str) -> Path:
    """A bundled file or folder: `path("icons", "play.svg")`."""
    return root().joinpath(*parts)


def texts(folder: str, form: type[Form]) -> Form:
    """The texts of a folder in the present language; raises msgspec.ValidationError where the file breaks the form."""
    import msgspec  # whoever draws an icon needs none of it

    return msgspec.toml.decode(path(folder, f"{LANGUAGE}.toml").read_bytes(), type=form)
