"""Decoded JSON of the default experiment with fields replaced: what the checks are tried on."""

from __future__ import annotations

import json
from typing import Any

from playground.experiment.experiment import Experiment, to_json


def broken(**parts: Any) -> dict[str, Any]:
    """The default experiment's JSON; paths are written with double underscores for dots."""
    raw: dict[str, Any] = json.loads(to_json(Experiment()))
    for path, value in parts.items():
        here = raw
        *names, last = path.split("__")
        for name in names:
            here = here[name]
        here[last] = value
    return raw
