"""How a run has come to an end, as the JSON of commands has it: the values, and the sentence that a person reads.

Owns these two objects; knows nothing of the commands that print them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.run.snapshot import Divergence
from playground.run.stopping import Stopped
from playground.words.divergence import cause_sentence, diverged_sentence
from playground.words.run import stopped_sentence

if TYPE_CHECKING:
    from playground.causes.divergence import Diagnosis


def broken(fault: Divergence, diagnosis: Diagnosis | None = None) -> dict[str, Any]:
    """Where a run diverged; `sample` is null where no single sample did it.

    diagnosis: why, with the cures that help, each a list of changes (paths and values); without one the object tells of
    neither.
    """
    values = {name: getattr(fault, name) for name in ("step", "epoch", "layer", "sample")}
    where = diverged_sentence(fault)
    if diagnosis is None:
        return {**values, "message": where}
    cures = [
        {"changes": [{"path": change.path, "value": change.value} for change in cure.changes]}
        for cure in diagnosis.cures
    ]
    message = f"{where} {cause_sentence(diagnosis)}"
    return {**values, "cause": diagnosis.cause, "cures": cures, "message": message}


def stopped(rule: Stopped) -> dict[str, Any]:
    """The rule that has ended a run."""
    return {"reason": rule.reason, "epoch": rule.epoch, "message": stopped_sentence(rule)}
