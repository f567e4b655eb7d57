"""Neural Playground: assemble, train and look into small neural networks.

The public names below are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.changes import apply_settings as apply_settings
    from playground.checkpoint import Checkpoint as Checkpoint
    from playground.errors import PlaygroundError as PlaygroundError
    from playground.exchange import load as load
    from playground.exchange import save as save
    from playground.experiment import Experiment as Experiment
    from playground.session import Session as Session
    from playground.snapshot import Demand as Demand

__version__ = "0.2.0"

_HOMES = {
    "Checkpoint": "playground.checkpoint",
    "Demand": "playground.snapshot",
    "Experiment": "playground.experiment",
    "PlaygroundError": "playground.errors",
    "Session": "playground.session",
    "apply_settings": "playground.changes",
    "load": "playground.exchange",
    "save": "playground.exchange",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'playground' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
