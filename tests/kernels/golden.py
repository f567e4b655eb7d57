"""The digests that the kernels gave when they were last decided upon.

    python -m tests.kernels.golden "why they change"

writes the table anew; the reason is kept in it. A digest that changes without one is a defect.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from kernels.plan import codes
from tests.kernels.drawing import choice
from tests.kernels.networks import Run, assortment, digest_of, variety

TABLE = Path(__file__).with_suffix(".json")


def runs(dtype: type) -> dict[str, Run]:
    """Trainings by a name that says what they are about."""
    dense = {f"dense {run.twin.loss_name} {run.rule.optimizer} {i}": run for i, run in enumerate(variety(dtype))}
    abouts = [choice(number) for number in range(11, 33)]
    names = [f"{each.kind} {each.activation} {each.loss} {each.optimizer}" for each in abouts]
    return dense | dict(zip(names, assortment(dtype), strict=True))


def digests(dtype: type) -> dict[str, str]:
    """What each of them comes to after 300 steps: parameters, optimizer, order, records, probes, outputs, gradient."""
    found = {}
    for name, run in runs(dtype).items():
        run.train(300, stride=7)
        records = run.records[..., : codes.RECORD_VALIDATION_LOSS].copy()  # the columns behind came later, and are 0
        found[name] = digest_of(run.content(), records, run.probes, run.evaluate(), run.gradients())
    return found


def table() -> dict[str, Any]:
    """`reasons`, the oldest first, and for each precision the digests by name."""
    content: dict[str, Any] = json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {"reasons": []}
    return content


def renew(reason: str) -> None:
    content = table()
    made = {dtype.__name__: digests(dtype) for dtype in (np.float32, np.float64)}
    if all(content.get(name) == found for name, found in made.items()):
        sys.exit("Nothing changes.")
    TABLE.write_text(json.dumps({"reasons": [*content["reasons"], reason], **made}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit(__doc__)
    renew(sys.argv[1])
