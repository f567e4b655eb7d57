"""The branches of a session: its numbered runs, from which and where each has left, and what they are called.

Owns how many there are and which of them goes for another; knows nothing of what a run is. What is deleted can be
brought back, and is not listed meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from playground.data import OwnPoints
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.scalars import shown

MOST_BRANCHES = 16
LONGEST_NAME = 60


class Branch(msgspec.Struct, frozen=True):
    """A branch as it stands.

    number: its own, as actions name it. parent: the number of the branch that it has left, which may be deleted by now;
    None for the first one. left_at: the step up to which it is the same run as its parent; None where it began anew.
    step, epoch: how far it has come. points: somebody's own, where the experiment is about such. present: whether it is
    the one that goes on.
    """

    number: int
    name: str
    parent: int | None
    left_at: int | None
    step: int
    epoch: int
    experiment: Experiment
    present: bool
    points: OwnPoints | None = None


def name_given(name: Any) -> str:
    """A name for a branch; raises WrongUse for what is none."""
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not (name.isprintable() or not name):
        sentence = "The name of a branch is a text of up to {most} letters; got {given}."
        raise WrongUse(sentence, most=LONGEST_NAME, given=shown(name))
    return name.strip()


class Branches:
    """The branches by their numbers, oldest first; the present one is told of by whoever asks."""

    def __init__(self, first: Branch) -> None:
        self._all = {first.number: first}
        self._gone: dict[int, int | None] = {}
        """The deleted ones, and which branch has taken the place of each, if one has."""
        self.present = first.number

    @classmethod
    def of(cls, all_: Sequence[Branch], present: int) -> Branches:
        """Those of a file, oldest first."""
        made = cls(all_[0])
        made._all, made.present = {branch.number: branch for branch in all_}, present
        return made

    @property
    def next_number(self) -> int:
        """A number that no branch has, or had."""
        return 1 + max(self._all)

    def listed(self) -> tuple[Branch, ...]:
        """Those that there are, the present one as it was told last."""
        there = [branch for number, branch in self._all.items() if number not in self._gone]
        return tuple(replace(branch, present=branch.number == self.present) for branch in there)

    def found(self, number: int) -> Branch | None:
        """The branch of a number, deleted or not."""
        return self._all.get(number)

    def has(self, number: int) -> bool:
        """Whether there is a branch of this number."""
        return number in self._all and number not in self._gone

    def tell(self, branch: Branch) -> None:
        """How far a branch has come; its name and where it comes from are those that are known."""
        known = self._all.get(branch.number, branch)
        self._all[branch.number] = replace(branch, name=known.name, parent=known.parent, left_at=known.left_at)

    def begin(self, number: int, parent: int | None, left_at: int | None) -> Branch | None:
        """A branch begins, and is the present one; it is told of next. The one that had to go for it, if one had."""
        before = self._all[self.present]
        if parent == number:
            parent = left_at = None
        for each in [each for each in self._all.values() if each.parent == number]:
            self._all[each.number] = replace(each, parent=None, left_at=None)
        self._all.pop(number, None)
        self._gone.pop(number, None)
        self._all[number] = replace(before, number=number, name="", parent=parent, left_at=left_at)
        self.present = number
        return self._crowd_out()

    def begun_anew(self, number: int) -> None:
        """What a branch did so far is no longer there: it shares no step with any other."""
        for each in [each for each in self._all.values() if number in (each.number, each.parent) and each.left_at]:
            self._all[each.number] = replace(each, parent=None, left_at=None)

    def _crowd_out(self, for_: int | None = None) -> Branch | None:
        """Where there are too many, the oldest without a name goes, but for the present one and those it comes from.

        for_: the branch that it goes for, if not the present one.
        """
        if len(self.listed()) <= MOST_BRANCHES:
            return None
        kept: set[int] = set()
        number: int | None = self.present
        while number is not None and number not in kept:
            kept.add(number)
            branch = self._all.get(number)
            number = None if branch is None or branch.left_at is None else branch.parent
        spare = [each for each in self.listed() if each.number not in kept and not each.name]
        if not spare:
            return None
        self._gone[spare[0].number] = self.present if for_ is None else for_
        return spare[0]

    def return_to(self, branch: Branch) -> None:
        """A branch is the present one again, whether it was known or not."""
        taken_by = self._gone.pop(branch.number, None)
        self.present = branch.number
        self.tell(branch)
        self._crowd_out(taken_by)

    def name(self, number: int, name: str) -> None:
        """Call a branch so."""
        self._all[number] = replace(self._all[number], name=name)

    def drop(self, number: int) -> None:
        """Delete a branch; those that had to go for it are there again."""
        self._gone[number] = None
        for each in [each for each, taken_by in self._gone.items() if taken_by == number]:
            del self._gone[each]

    def bring_back(self, number: int) -> None:
        """Delete a branch no more."""
        self._gone.pop(number, None)

    def forget_others(self, number: int) -> None:
        """The present one is the only one, and has this number."""
        branch = self._all[self.present]
        self._gone = {}
        self._all = {number: replace(branch, number=number, parent=None, left_at=None)}
        self.present = number
