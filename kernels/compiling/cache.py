"""Where compiled kernels are kept between runs.

Owns the choice of the private folder and its removal. Plain Python, imported before anything is compiled. Must not
know any kernel.

Numba's own cache key is the text of one file, so an edit in a helper file would silently keep the old machine code, and
a cache folder that others may write is code that others may run. Therefore the folder is the user's own, readable by
nobody else, and named by a hash of everything that decides the result: all kernel sources, the versions of Numba,
llvmlite, NumPy and Python, and the processor with what Numba was told to use of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
import stat
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1]
UNUSED = 30 * 24 * 3600.0  # seconds after which a folder that nobody opened is removed


def parent() -> Path:
    """The folder that holds one sub-folder for each version of the kernels."""
    if chosen := os.environ.get("PLAYGROUND_KERNEL_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "neural-playground" / "kernels"


def fingerprint() -> str:
    """Hash of everything the machine code depends on, and of the place and times of the sources.

    Numba's own index holds the latter, so another installation, or the same one laid anew, needs a folder of its own.
    """
    digest = hashlib.sha256(str(SOURCES).encode() + b"\0")
    for source in sorted(SOURCES.rglob("*.py")):
        digest.update(source.relative_to(SOURCES).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
        digest.update(f"{source.stat().st_mtime_ns}\0".encode())
    for package in ("numba", "llvmlite", "numpy"):
        digest.update(f"{package} {version(package)}\0".encode())
    digest.update(f"{sys.version} {os.environ.get('NUMBA_CPU_NAME') or processor()}".encode())
    for limit in ("NUMBA_CPU_FEATURES", "NUMBA_ENABLE_AVX"):  # of what the processor may be asked for
        digest.update(f" {os.environ.get(limit, '')}".encode())
    return digest.hexdigest()[:24]


def processor() -> str:
    """The processor's name; from a file where there is one, because `platform.processor` may start a program."""
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    return " ".join([platform.machine(), *[line for line in lines if line.startswith("model name")][:1]])


def prepare(folder: Path) -> bool:
    """Create `folder` for its owner only; False if it cannot be trusted or written."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if hasattr(os, "getuid"):
            facts = folder.lstat()
            if facts.st_uid != os.getuid() or not stat.S_ISDIR(facts.st_mode):
                return False
            folder.chmod(0o700)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"probe")
    except OSError:
        return False
    return True


def choose() -> Path | None:
    """The folder for this version of the kernels, or None if nothing can be written."""
    try:
        folder = parent() / fingerprint()
    except (OSError, RuntimeError):  # RuntimeError: there is no home folder
        return None
    if not prepare(folder):
        return None
    with contextlib.suppress(OSError):
        os.utime(folder)
        forget_unused(folder.parent)
    return folder


def forget_unused(place: Path) -> None:
    """Remove the folders of kernels that no program has used for a month, so that updates do not pile up."""
    for folder in place.iterdir():
        if folder.is_dir() and not folder.is_symlink() and time.time() - folder.stat().st_mtime > UNUSED:
            shutil.rmtree(folder, ignore_errors=True)


def clear() -> None:
    """Delete what is cached for this version of the kernels."""
    if FOLDER is not None:
        shutil.rmtree(FOLDER, ignore_errors=True)
        prepare(FOLDER)


def configure() -> Path | None:
    """Tell Numba where to cache, before it compiles anything."""
    folder = choose()
    if folder is not None:
        os.environ["NUMBA_CACHE_DIR"] = str(folder)
        if "numba" in sys.modules:
            sys.modules["numba"].config.CACHE_DIR = str(folder)
    return folder


FOLDER = configure()
