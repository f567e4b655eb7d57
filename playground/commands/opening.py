"""The SOURCE of a command.

Owns saying what had to be changed of it; which forms there are is told by `playground.exchange.sources`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.commands.output import say

if TYPE_CHECKING:
    from playground.run.checkpoint import Checkpoint


def opened(source: str) -> Checkpoint:
    """The experiment of a SOURCE, with its run if it has one; says on standard error what was changed of the file."""
    from playground.exchange.sources import open_source
    from playground.words.errors import told_changes

    checkpoint = open_source(source)
    if checkpoint.amended:
        say(told_changes(checkpoint.amended))
    return checkpoint
