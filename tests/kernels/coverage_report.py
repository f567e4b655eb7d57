"""Which lines of the kernels the tests run: `python -m tests.kernels.coverage_report`.

Two measurements, each in a process of its own, with the standard library's trace hook and nothing else:

- with the compiler off, the tests marked `interpreted`: every line of every file that computes;
- with the compiler on and an empty cache, compiling in both precisions: the files that write machine code, whose
  functions never run otherwise.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KERNELS = ROOT / "kernels"
WRITERS = ("compiling/jit.py", "lanes/addressing.py", "lanes/lowering.py", "lanes/tracing.py", "lanes/vectors.py")
"""What writes machine code, or hands over to it; some of these lines run only while something is compiled."""
KEEPERS = ("compiling/cache.py", "warming.py")
"""The cache on disk; compiling/test_cache.py breaks it in processes of their own, which are not measured."""
INTERPRETED = ["-m", "interpreted", "-n", "0", "-x", "-q", "-p", "no:cacheprovider", "tests/kernels"]
COMPILED = [
    "-n",
    "0",
    "-x",
    "-q",
    "-p",
    "no:cacheprovider",
    "--timeout",
    "900",
    "tests/kernels/lanes/test_elementary.py",
]


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """A code object and all that are defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_in(constant)


def lines_of(path: Path) -> set[int]:
    """The lines that hold something to run."""
    code = compile(path.read_text("utf-8"), str(path), "exec")
    return {line for each in codes_in(code) for _, _, line in each.co_lines() if line}


class Tracer:
    """Collects the lines of kernel files that run, in every thread."""

    def __init__(self) -> None:
        self.seen: dict[str, set[int]] = {str(path): set() for path in KERNELS.rglob("*.py")}

    def start(self) -> None:
        threading.settrace(self.enter)
        sys.settrace(self.enter)

    def enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self.step if frame.f_code.co_filename in self.seen else None

    def step(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self.seen[frame.f_code.co_filename].add(frame.f_lineno)
        return self.step


def measure(arguments: list[str], result: Path) -> int:
    """In a process of its own: run pytest and keep the lines that ran."""
    import pytest

    tracer = Tracer()
    tracer.start()
    if not os.environ.get("NUMBA_DISABLE_JIT"):
        import numpy as np

        import kernels

        for dtype in (np.float32, np.float64):
            kernels.warm(dtype)
    status = int(pytest.main(arguments))
    sys.settrace(None)
    result.write_text(
        json.dumps({Path(name).relative_to(KERNELS).as_posix(): sorted(lines) for name, lines in tracer.seen.items()}),
        "utf-8",
    )
    return status


def measured(arguments: list[str], compiler: bool) -> dict[str, set[int]]:
    """The lines of each file that ran in a fresh process; it must end well."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "lines.json"
        environment = {**os.environ, "PLAYGROUND_KERNEL_CACHE": folder, "QT_QPA_PLATFORM": "offscreen"}
        environment.pop("NUMBA_DISABLE_JIT", None)
        if not compiler:
            environment["NUMBA_DISABLE_JIT"] = "1"
        command = [sys.executable, "-m", "tests.kernels.coverage_report", str(result), *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"the tests failed:\n{done.stdout[-3000:]}{done.stderr[-2000:]}")
        found = json.loads(result.read_text("utf-8"))
    return {name: set(lines) for name, lines in found.items()}


def table(title: str, files: list[str], ran: dict[str, set[int]]) -> float:
    """Print a line a file and the total; the total's share in percent."""
    print(f"\n{title}")
    all_lines = missing_lines = 0
    for name in files:
        lines = lines_of(KERNELS / name)
        missing = sorted(lines - ran[name])
        all_lines, missing_lines = all_lines + len(lines), missing_lines + len(missing)
        share = 100 * (1 - len(missing) / max(len(lines), 1))
        where = f"  missing {', '.join(map(str, missing))}" if missing else ""
        print(f"  {name:22} {len(lines):4} lines {share:6.1f} %{where}")
    total = 100 * (1 - missing_lines / max(all_lines, 1))
    print(f"  {'all':22} {all_lines:4} lines {total:6.1f} %")
    return total


def main() -> None:
    names = sorted(path.relative_to(KERNELS).as_posix() for path in KERNELS.rglob("*.py"))
    algorithms = [name for name in names if name not in (*WRITERS, *KEEPERS)]
    without = measured(INTERPRETED, compiler=False)
    computing = table("Compiler off: the files that compute", algorithms, without)
    compiling = measured(COMPILED, compiler=True)
    both = {name: compiling[name] | without[name] for name in WRITERS}
    writing = table("Compiling, and compiler off: the files that write machine code", list(WRITERS), both)
    print(f"\nkernel line coverage: computing {computing:.1f} %, writing machine code {writing:.1f} %")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(measure(sys.argv[2:], Path(sys.argv[1])))
    main()
