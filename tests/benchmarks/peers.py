"""Peers in processes of their own: questions and answers, one JSON object a line.

Owns who the peers are and the conversation with them; a peer that is not installed or fails is said to be so.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .contender import Bench, Taken
from .workloads import WORKLOADS, Workload

ROOT = Path(__file__).resolve().parents[2]
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
TITLES = {"jax": "JAX", "torch": "PyTorch", "sklearn": "scikit-learn", "compiled": "C"}
DISTRIBUTIONS = {"jax": "jax", "torch": "torch", "sklearn": "scikit-learn"}


class PeerFailed(Exception):
    """A peer's process has ended; the text is its last words."""


class Peer:
    """A peer's process, from the parent's side: it answers the questions of a `Bench`."""

    def __init__(self, name: str) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.peers_{name}"], cwd=ROOT, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said,
        )  # fmt: skip

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._said.close()

    def losses(self, workload: Workload) -> dict[str, float]:
        return self._ask("losses", workload)

    def speed(self, workload: Workload, seconds: float) -> Taken:
        return Taken(*self._ask("speed", workload, seconds))

    def maps_ms(self, workload: Workload, seconds: float) -> Taken:
        return Taken(*self._ask("maps_ms", workload, seconds))

    def _ask(self, question: str, workload: Workload, *rest: float) -> Any:
        try:
            print(json.dumps([question, workload.name, *rest]), file=self._process.stdin, flush=True)
        except OSError:
            raise PeerFailed(self._last_words()) from None
        answer = self._process.stdout.readline()
        if not answer:
            raise PeerFailed(self._last_words())
        return json.loads(answer)

    def _last_words(self) -> str:
        self._process.wait(10)
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"ended with code {self._process.returncode}"


def serve(make: Callable[[], Bench]) -> None:
    """The peer's side: answer until the parent goes away. Whatever a framework prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    bench = make()
    for line in sys.stdin:
        question, name, *rest = json.loads(line)
        answer = getattr(bench, question)(WORKLOADS[name], *rest)
        print(json.dumps(answer), file=answers, flush=True)


def compiler() -> str | None:
    """A C compiler on the path, or None."""
    return next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)


def reason_against(peer: str, workload: Workload | None) -> str | None:
    """Why a peer cannot take part, in two words, or None; without a workload: in the maps."""
    if workload is None and peer != "jax":
        return "n/a"
    if peer == "compiled":
        return None if compiler() else "no compiler"
    return None if importlib.util.find_spec(peer) else "not installed"


def versions() -> dict[str, str]:
    """The peers that are installed, and the C compiler as it calls itself."""
    found = {name: version(known) for name, known in DISTRIBUTIONS.items() if importlib.util.find_spec(name)}
    if chosen := compiler():
        told = subprocess.run([chosen, "--version"], capture_output=True, text=True).stdout.splitlines()
        found["compiled"] = told[0] if told else chosen
    return found
