"""Neural Playground: assemble, train and look into small neural networks.

Owns the version and the public names, which are loaded when they are first used, so that importing the package costs
next to nothing; must not know what they do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.data.own_points import OwnPoints as OwnPoints
    from playground.edits.changes import apply_settings as apply_settings
    from playground.edits.on_dataset import on_points as on_points
    from playground.errors import PlaygroundError as PlaygroundError
    from playground.exchange.files import load as load
    from playground.exchange.files import save as save
    from playground.experiment.experiment import Experiment as Experiment
    from playground.run.checkpoint import Checkpoint as Checkpoint
    from playground.run.checkpoint import Log as Log
    from playground.run.replaying import replay as replay
    from playground.run.session import Session as Session
    from playground.run.snapshot import Demand as Demand

__version__ = "0.4.0"

_HOMES = {
    "Checkpoint": "playground.run.checkpoint",
    "Demand": "playground.run.snapshot",
    "Experiment": "playground.experiment.experiment",
    "OwnPoints": "playground.data.own_points",
    "PlaygroundError": "playground.errors",
    "Session": "playground.run.session",
    "apply_settings": "playground.edits.changes",
    "Log": "playground.run.checkpoint",
    "load": "playground.exchange.files",
    "on_points": "playground.edits.on_dataset",
    "replay": "playground.run.replaying",
    "save": "playground.exchange.files",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'playground' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
