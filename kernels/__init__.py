"""Compiled training and evaluation of small networks: arrays in, arrays out.

Owns the mathematics; must not know names, files, time or windows. The calls, and Numba with them, are loaded when they
are first used: whoever needs nothing but the table of the contract (`kernels.plan.codes`) gets it at no cost.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kernels.bends import ends_of_tridiagonals as ends_of_tridiagonals
    from kernels.bends import hessian_products as hessian_products
    from kernels.plan.arguments import Records as Records
    from kernels.plan.arguments import RunState as RunState
    from kernels.plan.arguments import Samples as Samples
    from kernels.plan.memory import tangents as tangents
    from kernels.plan.memory import workspace as workspace
    from kernels.runs import activations as activations
    from kernels.runs import evaluate as evaluate
    from kernels.runs import evaluate_many as evaluate_many
    from kernels.runs import first_orders as first_orders
    from kernels.runs import gradients as gradients
    from kernels.runs import penalty as penalty
    from kernels.runs import probe as probe
    from kernels.runs import train as train
    from kernels.warming import warm as warm

_HOMES = {
    "Records": "kernels.plan.arguments",
    "RunState": "kernels.plan.arguments",
    "Samples": "kernels.plan.arguments",
    "activations": "kernels.runs",
    "ends_of_tridiagonals": "kernels.bends",
    "evaluate": "kernels.runs",
    "evaluate_many": "kernels.runs",
    "first_orders": "kernels.runs",
    "gradients": "kernels.runs",
    "hessian_products": "kernels.bends",
    "penalty": "kernels.runs",
    "probe": "kernels.runs",
    "tangents": "kernels.plan.memory",
    "train": "kernels.runs",
    "warm": "kernels.warming",
    "workspace": "kernels.plan.memory",
}

__all__ = [*_HOMES]

os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"
"""Intel's vector mathematics rounds as the processor likes; Numba reads this when it is imported, by whichever file."""


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'kernels' has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(_HOMES[name]), name)
    return found
