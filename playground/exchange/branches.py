"""The branches beside the run of a model file: what each is about, and the state in which it was left.

Owns their description and the names of their tensors, which are those of a run behind `branch/<number>/`; knows nothing
of bytes. A branch about other own points than the file's is left out, as is what the file has no room for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from playground.errors import InvalidExperiment
from playground.exchange.container import Tensors, Unreadable
from playground.exchange.points import FilePoints
from playground.exchange.progress import MOST, Count, Progress, progress_of
from playground.exchange.run_tensors import Table, run_of, run_shapes, run_tensors
from playground.experiment.difference import changed_by, changes_between
from playground.experiment.experiment import Experiment, check_rules
from playground.past.branches import LONGEST_NAME
from playground.run.checkpoint import Checkpoint, KeptBranch
from playground.run.shelf import MAX_BYTES
from playground.run.stopping import Watched

MOST_SAVED = 64
"""Branches in a file; a session has more only where sixteen have names."""
MOST_TENSORS = 3_500
"""Tensors of all branches of a file together; with those of the run and of its log's beginning a file may be read."""
MOST_SAMPLES = 1_000_000
Number = Annotated[int, Meta(ge=0, le=MOST // 2)]
"""Branches that begin later have higher ones, and are to be saved, too."""


class SavedBranch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A branch; `changes` lead from the file's experiment to its own. progress: None of the present one, which is the
    file's run itself."""

    number: Number
    name: Annotated[str, Meta(max_length=LONGEST_NAME)] = ""
    parent: Number | None = None
    left_at: Count | None = None
    changes: dict[str, Any] = {}
    progress: Progress | None = None


Saved = Annotated[tuple[SavedBranch, ...], Meta(max_length=MOST_SAVED)]


def prefix(number: int) -> str:
    """In front of the names of a branch's tensors."""
    return f"branch/{number}/"


def part_of(name: str) -> str:
    """The name of a tensor without the branch that it belongs to."""
    return name.split("/", 2)[2] if name.startswith("branch/") and name.count("/") > 1 else name


def saved_branches(checkpoint: Checkpoint) -> tuple[list[Any], Tensors]:
    """Descriptions as built-in values, and the tensors; the present branch, and the newest of the others where there
    is not room for all."""
    described: list[Any] = []
    tensors: Tensors = {}
    room = MAX_BYTES
    others = [branch.number for branch in checkpoint.branches if branch.run is not None][1 - MOST_SAVED :]
    for branch in reversed(checkpoint.branches):
        made: Tensors = {} if branch.run is None or branch.number not in others else run_tensors(branch.run)
        room -= sum(tensor.nbytes for tensor in made.values())
        fits = bool(made) and room >= 0 and len(tensors) + len(made) <= MOST_TENSORS
        if branch.run is not None and not (fits and has_points_of(branch.run, checkpoint)):
            continue
        progress = None if branch.run is None else progress_of(branch.run)
        about = checkpoint.experiment if branch.run is None else branch.run.experiment
        changes = changes_between(checkpoint.experiment, about)
        saved = SavedBranch(branch.number, branch.name, branch.parent, branch.left_at, changes, progress)
        described.append(msgspec.to_builtins(saved))
        tensors |= {prefix(branch.number) + name: tensor for name, tensor in made.items()}
    return described[::-1], tensors


def has_points_of(run: Checkpoint, file: Checkpoint) -> bool:
    """Whether a branch makes its own points, or is about those of the file."""
    given = run.experiment.source_kind.is_given
    return not given or (file.points is not None and run.points is not None and run.points.digest == file.points.digest)


def read_branches(raw: Any) -> tuple[SavedBranch, ...]:
    """The branches of a description, their structure checked; raises Unreadable."""
    if raw is None:
        return ()
    try:
        found = msgspec.convert(raw, Saved)
    except msgspec.ValidationError as error:
        raise Unreadable(f"is not consistent: it has a branch that no run has ({error})") from None
    numbers = {branch.number for branch in found}
    present = [branch for branch in found if branch.progress is None]
    printable = all(branch.name.isprintable() for branch in found)
    if len(numbers) < len(found) or len(present) != 1 or present[0].changes or not printable:
        raise Unreadable("is not consistent: its branches are not told apart, or none of them is the present one")
    return tuple(found)


def experiments_of(saved: Sequence[SavedBranch], experiment: Experiment) -> dict[int, Experiment]:
    """What each branch is about, where the file is about `experiment`; raises Unreadable."""
    found = {}
    for branch in saved:
        try:
            found[branch.number] = changed_by(experiment, branch.changes)
            check_rules(found[branch.number])
        except InvalidExperiment as error:
            raise Unreadable(f"is not consistent: branch {branch.number} is about no experiment ({error})") from None
    return found


def branch_shapes(saved: Sequence[SavedBranch], about: dict[int, Experiment], found: Table) -> Table:
    """What the tensors of the branches must look like; how many samples each saw is its own."""
    shapes: Table = {}
    for branch in saved:
        if branch.progress is not None:
            start = prefix(branch.number)
            inner = {name.removeprefix(start): tensor for name, tensor in found.items() if name.startswith(start)}
            samples = min((inner.get("run/order", ("", (0,)))[1] or (0,))[0], MOST_SAMPLES)
            expected = run_shapes(about[branch.number], branch.progress, samples, inner)
            shapes |= {start + name: tensor for name, tensor in expected.items()}
    return shapes


def branches_of(
    saved: Sequence[SavedBranch], about: dict[int, Experiment], tensors: Tensors, points: FilePoints, watched: Watched
) -> tuple[KeptBranch, ...]:
    """The branches of these tensors; raises Unreadable for one that cannot go on."""
    found = []
    for branch in saved:
        run, start = None, prefix(branch.number)
        if branch.progress is not None:
            inner = {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}
            experiment = about[branch.number]
            sets: Watched = "validation" if experiment.has_validation else watched
            run = run_of(experiment, branch.progress, inner, points, sets)
        found.append(KeptBranch(branch.number, branch.name, branch.parent, branch.left_at, run))
    return tuple(found)


def sharing(
    branches: Sequence[KeptBranch], saved: Sequence[SavedBranch], experiment: Experiment
) -> tuple[KeptBranch, ...]:  # fmt: skip
    """The branches of a file with the layers that they share with its experiment, as the same objects."""
    about = experiments_of(saved, experiment)
    return tuple(
        branch if branch.run is None else replace(branch, run=replace(branch.run, experiment=about[branch.number]))
        for branch in branches
    )
