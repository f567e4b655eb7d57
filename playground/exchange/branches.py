"""The branches beside the run of a model file: what each is about, and the state in which it was left.

Owns their description and the names of their tensors, which are those of a run behind `branch/<number>/`, and which of
them a file has no room for; knows nothing of bytes. The own points that they are about lie beside them, see
`playground.exchange.point_sets`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from playground.errors import InvalidExperiment
from playground.exchange.container import MAX_BYTES as MAX_FILE
from playground.exchange.container import MAX_HEADER, Tensors, Unreadable
from playground.exchange.past_states import MOST_POINT_BYTES, MOST_RUNS
from playground.exchange.point_sets import PointSets, RunPoints
from playground.exchange.points import most_bytes
from playground.exchange.progress import MOST, Count, Progress, progress_of
from playground.exchange.run_tensors import Table, run_of, run_shapes, run_tensors
from playground.exchange.sample_tensors import sample_tensors
from playground.experiment.difference import changed_by, changes_between
from playground.experiment.experiment import Experiment, check_rules
from playground.past.branches import LONGEST_NAME, Branch
from playground.past.saved import MOST_BYTES
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


class Kept(NamedTuple):
    """The branches beside the run that go into a file: their tensors by number, and the points that all are about."""

    tensors: dict[int, Tensors]
    sets: PointSets


def kept_branches(checkpoint: Checkpoint) -> Kept:
    """The newest of the branches beside the run, as many as a file has room for."""
    found, sets = dict[int, Tensors](), PointSets.of(checkpoint)
    room, whole, tensors = MAX_BYTES, room_beside(checkpoint) if checkpoint.branches else 0, MOST_TENSORS
    for branch in reversed([each for each in checkpoint.branches if each.run is not None][1 - MOST_SAVED :]):
        assert branch.run is not None
        made, more = run_tensors(branch.run), sets.with_those_of(branch.run)
        if more is None or not made:
            continue
        size, own = sum(tensor.nbytes for tensor in made.values()), more.nbytes - sets.nbytes
        count = len(made) + len(more.tensors) - len(sets.tensors)
        if size <= room and size + own <= whole and count <= tensors:
            room, whole, tensors = room - size, whole - size - own, tensors - count
            found[branch.number], sets = made, more
    return Kept(found, sets)


def left_out(checkpoint: Checkpoint) -> tuple[Branch, ...]:
    """The branches that are not in a file of this run, oldest first: there is no room for them, or nothing is kept of
    them any more."""
    kept = kept_branches(checkpoint).tensors
    return tuple(each for each in checkpoint.all_branches() if not each.present and each.number not in kept)


def room_beside(checkpoint: Checkpoint) -> int:
    """Bytes that a file has left beside the run itself, its log's beginning and the states of its past."""
    log = checkpoint.log
    own = (run_tensors(checkpoint), sample_tensors(checkpoint), {} if log is None else run_tensors(log.base))
    taken = sum(tensor.nbytes for tensors in own for tensor in tensors.values())
    states = min(len(checkpoint.past), MOST_RUNS) * MOST_BYTES + MOST_POINT_BYTES
    return MAX_FILE - MAX_HEADER - taken - most_bytes(checkpoint.experiment) - states


def saved_branches(checkpoint: Checkpoint, kept: Kept) -> tuple[list[Any], Tensors]:
    """Descriptions as built-in values, and the tensors, of those that are kept and of the present one."""
    described: list[Any] = []
    tensors: Tensors = {}
    for branch in checkpoint.branches:
        if branch.run is not None and branch.number not in kept.tensors:
            continue
        progress = None if branch.run is None else progress_of(branch.run)
        about = checkpoint.experiment if branch.run is None else branch.run.experiment
        changes = changes_between(checkpoint.experiment, about)
        saved = SavedBranch(branch.number, branch.name, branch.parent, branch.left_at, changes, progress)
        described.append(msgspec.to_builtins(saved))
        made = kept.tensors.get(branch.number, {})
        tensors |= {prefix(branch.number) + name: tensor for name, tensor in made.items()}
    return described, tensors


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
    saved: Sequence[SavedBranch], about: dict[int, Experiment], tensors: Tensors, points: RunPoints, watched: Watched
) -> tuple[KeptBranch, ...]:
    """The branches of these tensors; raises Unreadable for one that cannot go on. watched: by the file's own run."""
    found = []
    for branch in saved:
        run, start = None, prefix(branch.number)
        if branch.progress is not None:
            inner = {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}
            experiment = about[branch.number]
            sets = watched if points.are_alike(experiment) else watched_by(experiment)
            run = run_of(experiment, branch.progress, inner, points.of(experiment), sets)
        found.append(KeptBranch(branch.number, branch.name, branch.parent, branch.left_at, run))
    return tuple(found)


def watched_by(experiment: Experiment) -> Watched:
    """The held-out set of a run, or the training set where it has none."""
    tested, validated = experiment.sets_known
    return "validation" if validated else "test" if tested else "train"


def sharing(
    branches: Sequence[KeptBranch], saved: Sequence[SavedBranch], experiment: Experiment
) -> tuple[KeptBranch, ...]:  # fmt: skip
    """The branches of a file with the layers that they share with its experiment, as the same objects."""
    about = experiments_of(saved, experiment)
    return tuple(
        branch if branch.run is None else replace(branch, run=replace(branch.run, experiment=about[branch.number]))
        for branch in branches
    )
