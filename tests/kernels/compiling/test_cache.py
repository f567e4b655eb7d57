"""The cache of compiled kernels: private, renewed by any edit, and never a reason not to start."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import kernels
from kernels.compiling import cache
from kernels.plan import codes
from tests.kernels.networks import digest_of, make
from tests.kernels.processes import ROOT, dispatchers, fresh_process

FOLDER: Path | None = cache.FOLDER
needs_folder = pytest.mark.skipif(
    FOLDER is None or not dispatchers(), reason="compiled kernels are not kept on disk here"
)

TRAINING = """
import numpy as np, kernels
from tests.kernels.networks import digest_of, make
kernels.warm(np.float32)
run = make(1, (2, 5, 3, 1), dtype=np.float32)
assert run.train(50, stride=5) == 0
print(digest_of(run.content(), run.records, run.evaluate(), run.gradients(), run.activations()))
"""

PENALTY = """
import numpy as np
from kernels.compiling import cache
from tests.kernels.networks import make
print(cache.FOLDER, make(1, (2, 5, 3, 1), dtype=np.float32).penalty())
"""

PLACE = """
from kernels.compiling import cache
from kernels import runs
from tests.kernels.processes import dispatchers
kept = [each for each in dispatchers().values() if each.stats.cache_path is not None]
print(cache.FOLDER, "kept:", len(kept))
"""


def expected() -> str:
    kernels.warm(np.float32)
    run = make(1, (2, 5, 3, 1), dtype=np.float32)
    assert run.train(50, stride=5) == codes.OK
    return digest_of(run.content(), run.records, run.evaluate(), run.gradients(), run.activations())


def emptied(content: bytes) -> bytes:
    return b""


def halved(content: bytes) -> bytes:
    return content[: len(content) // 2]


def noise(content: bytes) -> bytes:
    return np.random.default_rng(len(content)).bytes(len(content))


def warm_copy(tmp_path: Path) -> Path:
    """A whole cache. Another program may just be renewing the one that is copied; then it is made anew."""
    assert FOLDER is not None
    copy = tmp_path / FOLDER.name
    with suppress(OSError):
        shutil.copytree(FOLDER, copy)
        copy.chmod(0o700)
    kept = [each for each in dispatchers().values() if each.stats.cache_path is not None]
    if min(len(list(copy.rglob(pattern))) for pattern in ("*.nbi", "*.nbc")) < len(kept):
        shutil.rmtree(copy, ignore_errors=True)
        fresh_process(TRAINING, PLAYGROUND_KERNEL_CACHE=str(tmp_path))
    return copy


def heal(tmp_path: Path, spoil: Callable[[bytes], bytes], choose: Callable[[Path], list[Path]]) -> None:
    """Spoil some files of a copy of the cache and start on it."""
    digest = expected()
    spoiled = choose(warm_copy(tmp_path))
    assert spoiled
    for path in spoiled:
        path.write_bytes(spoil(path.read_bytes()))
    assert fresh_process(TRAINING, PLAYGROUND_KERNEL_CACHE=str(tmp_path)).strip() == digest


def smallest(folder: Path, suffix: str) -> list[Path]:
    """The index or the machine code of the function that is compiled fastest."""
    code = min(folder.rglob("*.nbc"), key=lambda path: path.stat().st_size)
    return [code] if suffix == ".nbc" else [code.with_name(code.name.rsplit(".", 2)[0] + suffix)]


@needs_folder
@pytest.mark.parametrize(
    ("suffix", "spoil"),
    [
        pytest.param(".nbi", emptied, id="an empty index", marks=pytest.mark.long),
        pytest.param(".nbc", halved, id="half a file of machine code"),
        pytest.param(".nbc", noise, id="noise for machine code", marks=pytest.mark.long),
    ],
)
@pytest.mark.timeout(600)  # kernels are compiled here
def test_a_broken_cache_is_healed(suffix: str, spoil: Callable[[bytes], bytes], tmp_path: Path) -> None:
    heal(tmp_path, spoil, lambda folder: smallest(folder, suffix))


@needs_folder
@pytest.mark.long
@pytest.mark.parametrize("pattern", ["*.nbi", "*.nbc", "*.nb?"])
@pytest.mark.parametrize("spoil", [emptied, halved, noise])
@pytest.mark.timeout(600)
def test_a_wholly_broken_cache_is_healed(pattern: str, spoil: Callable[[bytes], bytes], tmp_path: Path) -> None:
    heal(tmp_path, spoil, lambda folder: list(folder.rglob(pattern)))


@pytest.mark.long
def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = fresh_process(PENALTY, PLAYGROUND_KERNEL_CACHE=str(tmp_path / "file" / "x"))
    assert said.startswith("None ")


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    """What is compiled then is the same, and the test above compiles it; this one looks only."""
    (tmp_path / "file").write_text("not a folder")
    said = fresh_process(PLACE, PLAYGROUND_KERNEL_CACHE=str(tmp_path / "file" / "x"))
    assert said.split() == ["None", "kept:", "0"]


@needs_folder
@pytest.mark.skipif(not hasattr(os, "getuid"), reason="this system has no file modes")
def test_the_folder_is_its_owners_alone() -> None:
    assert FOLDER is not None
    facts = FOLDER.lstat()
    assert stat.S_IMODE(facts.st_mode) == 0o700
    assert facts.st_uid == os.getuid()


FOLDERS = """
import os, runpy
from pathlib import Path
package = Path(os.environ["COPY"])

def folder():
    return runpy.run_path(str(package / "compiling" / "cache.py"))["FOLDER"].name

print("as it is", folder())
for source in sorted(package.rglob("*.py")):
    text, time = source.read_text("utf-8"), source.stat().st_mtime_ns
    source.write_text(text + "# edited\\n", "utf-8")
    os.utime(source, ns=(time, time))
    print(source.relative_to(package), folder())
    source.write_text(text, "utf-8")
    os.utime(source, ns=(time, time))
os.environ["NUMBA_CPU_NAME"] = "generic"
print("other processor", folder())
os.environ["NUMBA_CPU_FEATURES"] = "+sse2,-avx"
print("less of it", folder())
"""


@needs_folder
def test_any_edit_of_any_kernel_file_and_another_processor_get_a_folder_of_their_own(tmp_path: Path) -> None:
    copy = tmp_path / "kernels"
    shutil.copytree(ROOT / "kernels", copy, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {"COPY": str(copy), "PLAYGROUND_KERNEL_CACHE": str(tmp_path / "cache"), "NUMBA_CPU_NAME": None}
    lines = fresh_process(FOLDERS, **environment).splitlines()
    names = [line.rsplit(" ", 1)[1] for line in lines]
    assert len(names) == 3 + len(list(copy.rglob("*.py")))
    assert len(set(names)) == len(names), lines
    if "NUMBA_CPU_NAME" not in os.environ:
        assert FOLDER is not None
        assert names[0] != FOLDER.name, "another installation has a folder of its own"


@needs_folder
@pytest.mark.skipif(not hasattr(os, "getuid"), reason="symbolic links need rights on this system")
def test_a_link_in_the_folders_place_is_not_followed(tmp_path: Path) -> None:
    """Somebody else could have prepared what it points to, and a cache is code."""
    assert FOLDER is not None
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / FOLDER.name).symlink_to(tmp_path / "elsewhere")
    said = fresh_process(
        "from kernels.compiling import cache\nprint(cache.FOLDER)", PLAYGROUND_KERNEL_CACHE=str(tmp_path)
    )
    assert said == "None\n"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_folders_that_nobody_used_for_a_month_are_removed(tmp_path: Path) -> None:
    """The others stay, also those of other installations."""
    for name, days in (("old", 31), ("recent", 29), ("new", 0)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.nbc").write_bytes(b"machine code")
        moment = time.time() - days * 24 * 3600
        os.utime(tmp_path / name, (moment, moment))
    (tmp_path / "a file").write_bytes(b"not a folder")
    kernels.compiling.cache.forget_unused(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a file", "new", "recent"]
