"""Where the bundled files are: fonts and icons.

Owns the one rule for finding them: in a checkout `resources/` lies beside the packages, in an installed wheel it is
`playground/_resources`. Knows nothing of what the files hold.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


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
