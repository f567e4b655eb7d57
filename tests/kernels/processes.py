"""Kernels in processes of their own, and what Numba has compiled in this one."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def fresh_process(script: str, *arguments: str, **environment: str | None) -> str:
    """What a script prints in an interpreter of its own; None removes a variable. It must end well."""
    changed = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"))), **environment}
    variables = {name: value for name, value in changed.items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def has_avx2() -> bool:
    """Whether code for a haswell runs here."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    binding = pytest.importorskip("llvmlite.binding", reason="llvmlite names the processor")
    return bool(binding.get_host_cpu_features().get("avx2", False))


def dispatchers() -> dict[str, Any]:
    """Everything of the kernels that Numba compiles, by module and name; that of training is loaded if need be."""
    import kernels.runs  # noqa: F401 - `kernels` itself loads nothing

    modules = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "kernels"}
    found = {
        f"{each.py_func.__module__}.{each.py_func.__name__}": each
        for module in modules.values()
        for each in vars(module).values()
        if hasattr(each, "signatures")
    }
    return dict(sorted(found.items()))


def compiled() -> dict[str, int]:
    """How often each of them was compiled, or loaded from the cache, in this process."""
    return {name: len(each.signatures) for name, each in dispatchers().items()}
