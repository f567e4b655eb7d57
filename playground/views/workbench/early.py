"""What is done before a run can be made: the kernels are being prepared, and the window is used already.

Owns how it is done to the run once that is there; knows nothing of documents or files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.run.actions import Action
from playground.run.checkpoint import Checkpoint

if TYPE_CHECKING:  # imported by the preparation, while the window is there already
    from playground.run.session import Session


def session_of(opened: Checkpoint, early: list[Action]) -> Session:
    """The run that was opened, after what was done before it could be made."""
    from playground.run.performing import perform
    from playground.run.session import Session

    session = Session(opened)
    for action in early:
        perform(session, action)
    return session
