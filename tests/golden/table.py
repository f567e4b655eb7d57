"""The golden table: experiments as JSON values, and the digests that their runs gave when they were last decided upon.

Owns the file digests.json and how its digests come about. An experiment is written sparsely: what is left out is the
default, so a default that changes shows as well. Every run is named by what it is about.

    {"notes": [{"why": "...", "seal": "..."}],
     "runs": {"NAME": {"epochs": 200, "experiment": {...}, "float32": "...", "float64": "..."}}}

A digest is that of the parameters' bytes, the one that `playground train` prints. Every change of known digests has a
note that says why; its seal is a hash of all digests, so one that was changed by hand shows too. What kernels hand back
beside parameters (records, probes, gradients) has a table of its own, tests/kernels/golden.json.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment, checked
from playground.run.session import Session

PATH = Path(__file__).with_name("digests.json")
PRECISIONS = ("float32", "float64")

Runs = dict[str, dict[str, Any]]


def read() -> dict[str, Any]:
    """The table as it stands."""
    content: dict[str, Any] = json.loads(PATH.read_text("utf-8"))
    return content


def experiment_of(run: dict[str, Any], precision: str) -> Experiment:
    """The checked experiment of a run, in single or double precision."""
    return with_changes(checked(run["experiment"]), training__precision=precision)


def trained(run: dict[str, Any], precision: str) -> Session:
    """The session of a run, advanced by its epochs, or up to where a rule ends it."""
    session = Session(experiment_of(run, precision))
    session.advance(epochs=run["epochs"])
    return session


def digests(precision: str) -> dict[str, str]:
    """What every run of the table comes to now, by name."""
    return {name: trained(run, precision).digest() for name, run in read()["runs"].items()}


def seal(runs: Runs) -> str:
    """A hash of all digests with their names: 16 digits."""
    lines = [f"{name} {precision} {run.get(precision)}" for name, run in runs.items() for precision in PRECISIONS]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def as_text(content: dict[str, Any]) -> str:
    """The table as JSON with one line a note, and one for every part of a run."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def block(members: list[str], indent: str) -> str:
        return "{\n" + ",\n".join(indent + "  " + member for member in members) + f"\n{indent}}}"

    def of_run(run: dict[str, Any]) -> str:
        parts = [f"{line(key)}: {line(value)}" for key, value in run["experiment"].items()]
        rest = {key: line(value) for key, value in run.items()} | {"experiment": block(parts, "      ")}
        return block([f"{line(key)}: {value}" for key, value in rest.items()], "    ")

    notes = ",\n".join("    " + line(note) for note in content["notes"])
    runs = block([f"{line(name)}: {of_run(run)}" for name, run in content["runs"].items()], "  ")
    return block([f'"notes": [\n{notes}\n  ]', f'"runs": {runs}'], "") + "\n"
