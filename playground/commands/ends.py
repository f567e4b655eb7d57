"""How a run has come to an end, as the JSON of commands has it: the values, and the sentence that a person reads.

Owns these two objects; knows nothing of the commands that print them.
"""

from __future__ import annotations

from typing import Any

from playground.run.snapshot import Divergence
from playground.run.stopping import Stopped
from playground.words.run import diverged_sentence, stopped_sentence


def broken(fault: Divergence) -> dict[str, Any]:
    """Where a run diverged; `sample` is null where no single sample did it."""
    values = {name: getattr(fault, name) for name in ("step", "epoch", "layer", "sample")}
    return {**values, "message": diverged_sentence(fault)}


def stopped(rule: Stopped) -> dict[str, Any]:
    """The rule that has ended a run."""
    return {"reason": rule.reason, "epoch": rule.epoch, "message": stopped_sentence(rule)}
