"""How many trainings at once are ended and told of, as they are asked for.

Owns what may be handed over for that; knows nothing of what is trained.
"""

from __future__ import annotations

import inspect
from typing import Any

from playground.errors import WrongUse
from playground.scalars import shown


def check_cancel(cancel: Any) -> None:
    """Raises WrongUse for what cannot be asked whether it is set."""
    if cancel is not None and not callable(getattr(cancel, "is_set", None)):
        raise WrongUse("`cancel` is a threading.Event; got {given}.", given=shown(cancel))


def check_done(done: Any, told: str) -> None:
    """Raises WrongUse for what cannot be called with one value. told: which, and when, in words."""
    if done is not None and not _takes_one(done):
        raise WrongUse("`done` is called with {told}; got {given}.", told=told, given=shown(done))


def _takes_one(done: object) -> bool:
    """Whether something can be called with one value, as far as it says."""
    if not callable(done):
        return False
    try:
        inspect.signature(done).bind(0)
    except TypeError:
        return False
    except ValueError:  # written in C: it says nothing of itself
        return True
    return True
