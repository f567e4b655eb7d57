"""The states that a model file keeps of the past of its runs, so that a file that was opened is gone back in as fast.

Owns their description and their one tensor, `past/states`: packed states one behind the other, as
`playground.past.packing` has them, filled up to whole words. What is wrong with them is told by
`playground.exchange.past_rules`. A stretch about own points that the file has no room for is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from playground.engine.layout import Layout
from playground.engine.state import EPOCH, STEP
from playground.errors import InvalidExperiment
from playground.exchange.container import Tensors, Unreadable
from playground.exchange.past_rules import check_states
from playground.exchange.point_sets import PointSets, RunPoints, digest_of
from playground.exchange.progress import MOST, Count, Look, look_of, saved_look
from playground.exchange.run_tensors import Table
from playground.experiment.difference import changed_by, changes_between
from playground.experiment.experiment import Experiment, amended, check_rules
from playground.past.curves import Sight, Tables, begun
from playground.past.lines import Kept, Line, Place
from playground.past.packing import Frame, Packed
from playground.past.saved import MOST_BYTES, MOST_STRETCHES, Stretch, Ways, thinned
from playground.run.checkpoint import Checkpoint
from playground.run.recording import empty_record
from playground.run.stopping import REASONS, Reason

STATES = "past/states"
MOST_RUNS = 16
MOST_SAMPLES = 1_000_000
MOST_TEXT = 120_000
"""Bytes of the description; where it were longer there are fewer stretches."""
MOST_POINT_SETS, MOST_POINT_BYTES = 64, 4_000_000
"""Of own points that nothing but the past is about: a stroke of the brush makes others."""
WORD = 8
Run = Annotated[int, Meta(ge=0, le=MOST)]


class SavedStretch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many states of one size, see `playground.past.saved.Stretch`; `changes` lead from the file's experiment to its
    own. slots: which rows of the optimizer's memory each has."""

    after: Count | None
    at: Count
    states: Annotated[int, Meta(ge=1, le=MOST)]
    dtype: Literal["float32", "float64"]
    samples: Annotated[int, Meta(ge=1, le=MOST_SAMPLES)]
    slots: tuple[bool, bool]
    changes: dict[str, Any] = {}
    spent: Annotated[tuple[Reason, ...], Meta(max_length=5)] = ()
    test_look: Look | None = None


class SavedTip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last stretch of a run, and its last moment."""

    run: Run
    after: Count
    at: Count


class SavedPast(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The stretches, each behind the one that it goes on from."""

    stretches: Annotated[tuple[SavedStretch, ...], Meta(max_length=MOST_STRETCHES)]
    tips: Annotated[tuple[SavedTip, ...], Meta(max_length=4 * MOST_RUNS)]


# -- to a file ---------------------------------------------------------------------------------------------------------


def saved_past(checkpoint: Checkpoint, runs: Sequence[int], sets: PointSets) -> tuple[Any, Tensors, PointSets]:
    """The description as built-in values, None where nothing is kept, the tensor, and the points with those that it is
    about. runs: those that the file has; sets: the points that these are about."""
    ways = {number: way for number, way in checkpoint.past.items() if number in runs}
    ways = dict(list(ways.items())[-MOST_RUNS:])
    most, found, more = MOST_STRETCHES, list[SavedStretch](), _with_earlier(sets, ways)
    while ways and most:
        chosen = thinned(ways, lambda kept: _fits(kept, more), most)
        found = [_described(each, checkpoint.experiment) for each in chosen.stretches]
        tips = tuple(SavedTip(number, after, at) for number, (after, at) in chosen.tips.items())
        raw = msgspec.to_builtins(SavedPast(tuple(found), tips))
        if len(msgspec.json.encode(raw)) <= MOST_TEXT:
            break
        most //= 2
    if not found:
        return None, {}, sets
    data = b"".join(kept.packed.data for each in chosen.stretches for kept in each.kept)
    told = {digest_of(_beside(each.kept[0]).experiment) for each in chosen.stretches}
    tensor = np.frombuffer(data + bytes(-len(data) % WORD), "<u8")
    return raw, {STATES: tensor}, more.only({*sets.others, *told})


def _with_earlier(sets: PointSets, ways: Ways) -> PointSets:
    """The points of a file with those that its runs were about before, the newest first, as far as there is room."""
    lines = dict.fromkeys(place.line for number in sorted(ways, reverse=True) for place in ways[number])
    known, more = set[int](), sets
    for kept in (kept for line in lines for kept in reversed(tuple(line.kept))):
        beside = _beside(kept)
        if id(beside) not in known:  # states between two actions share it
            known.add(id(beside))
            wider = more.with_those_of(beside)
            more = wider if wider is not None and _is_little(wider, sets) else more
    return more


def _is_little(wider: PointSets, sets: PointSets) -> bool:
    """Whether the points that some have more than others are no more than the past may have for itself."""
    count = len(wider.others) - len(sets.others)
    return count <= MOST_POINT_SETS and wider.nbytes - sets.nbytes <= MOST_POINT_BYTES


def _beside(kept: Kept) -> Checkpoint:
    assert isinstance(kept.beside, Checkpoint)
    return kept.beside


def _fits(kept: Kept, sets: PointSets) -> bool:
    """Whether a file can have a state: nothing has ended its run, and it is about points that the file has."""
    beside = _beside(kept)
    return beside.divergence is None and beside.stopped is None and sets.holds(beside)


def _described(stretch: Stretch, experiment: Experiment) -> SavedStretch:
    frame, beside = stretch.kept[0].packed.frame, _beside(stretch.kept[0])
    dtype: Any = frame.dtype
    return SavedStretch(
        stretch.after, stretch.at, len(stretch.kept), dtype, frame.samples, frame.slots,
        changes_between(experiment, beside.experiment),
        tuple(reason for reason in REASONS if reason in beside.spent), saved_look(beside.test_look),
    )  # fmt: skip


# -- from a file -------------------------------------------------------------------------------------------------------


class Described(NamedTuple):
    """A stretch of a file: what is said of it, what it is about, the sizes of its states."""

    saved: SavedStretch
    experiment: Experiment
    layout: Layout
    frame: Frame


def read_past(raw: Any, experiment: Experiment) -> tuple[tuple[Described, ...], tuple[SavedTip, ...]]:
    """The past of a description, about what each stretch is; raises Unreadable."""
    if raw is None:
        return (), ()
    try:
        found = msgspec.convert(raw, SavedPast)
    except msgspec.ValidationError as error:
        raise Unreadable(f"is not consistent: it tells of a past that no run has ({error})") from None
    known: dict[bytes, Experiment] = {}
    described = []
    for place, each in enumerate(found.stretches):
        if each.after is not None and each.after >= place:
            raise Unreadable("is not consistent: the stretches of its past are in no order")
        told = msgspec.json.encode(each.changes)
        known[told] = known.get(told) or _changed(experiment, each.changes)
        described.append(_sized(each, known[told]))
    if not described or any(tip.after >= len(described) for tip in found.tips):
        raise Unreadable("is not consistent: a run of its past has no stretch")
    if sum(each.saved.states * each.frame.layout.itemsize for each in described) > MOST_RUNS * MOST_BYTES:
        raise Unreadable("is not consistent: it has more states of its past than a file may have")
    return tuple(described), found.tips


def _changed(experiment: Experiment, changes: dict[str, Any]) -> Experiment:
    try:
        found = changed_by(experiment, changes)
        check_rules(amended(found)[0])  # of rules that are younger the file may know nothing
    except InvalidExperiment as error:
        raise Unreadable(f"is not consistent: its past is about no experiment ({error})") from None
    return found


def _sized(saved: SavedStretch, experiment: Experiment) -> Described:
    layout = Layout.of(experiment)
    best = experiment.training.early_stopping is not None
    frame = Frame(saved.dtype, layout.size, saved.samples, len(layout.slots), saved.slots, best)
    return Described(saved, experiment, layout, frame)


def past_shapes(described: Sequence[Described]) -> Table:
    """What the tensor of the states must look like."""
    size = sum(each.saved.states * each.frame.layout.itemsize for each in described)
    return {STATES: ("U64", (-(-size // WORD),))} if described else {}


def past_of(
    described: Sequence[Described], tips: Sequence[SavedTip], tensors: Tensors, points: RunPoints,
    runs: Mapping[int, Checkpoint], told: Sequence[Experiment],
) -> Ways:  # fmt: skip
    """The ways of these states; raises Unreadable where they are none. runs: how each run stands, by its number.

    told: the experiments that the log tells of, the file's own last: later edits find the same layers in the past.
    """
    if not described:
        return {}
    data, place, lines = tensors[STATES].tobytes(), 0, list[Line]()
    known = {experiment: experiment for experiment in told}
    curve_of = _curves(described, tips, runs)
    for number, each in enumerate(described):
        states = np.frombuffer(data, each.frame.layout, each.saved.states, place)
        place += states.nbytes
        before = None if each.saved.after is None else lines[each.saved.after]
        check_states(states, each.layout, each.experiment.training)
        steps = states["counters"][:, STEP]
        if before is not None and not before.start <= each.saved.at <= steps[0]:
            raise Unreadable("is not consistent: a stretch of its past goes on from none")
        came_from = None if before is None else Place(before, 0, each.saved.at)
        line = Line(None, None, int(steps[0]), came_from)
        line.end = int(steps[-1])
        about = known.get(each.experiment) or changed_by(told[-1], each.saved.changes)
        line.kept = _kept(each, states, known.setdefault(about, about), points, curve_of(number))
        lines.append(line)
    ways = {}
    for tip in tips:
        run = runs.get(tip.run)
        if run is None or run.state is None or not lines[tip.after].start <= tip.at <= run.state.step:
            raise Unreadable("is not consistent: it tells of the past of a run that it does not have")
        ways[tip.run] = tuple(Place(lines[tip.after], 0, tip.at).lineage())
    return ways


def _kept(
    each: Described, states: NDArray[np.void], about: Experiment, points: RunPoints, sight: Callable[[int], Sight]
) -> list[Kept]:  # fmt: skip
    saved, own = each.saved, points.of(each.experiment)
    beside = Checkpoint(
        about, dataset=own.dataset, spent=frozenset(saved.spent), points=own.own,
        test_look=look_of(saved.test_look),
    )  # fmt: skip
    counters = states["counters"]
    return [
        Kept(int(told[STEP]), 0, Packed(each.frame, state.tobytes()), beside, sight(int(told[EPOCH])), event=not place)
        for place, (told, state) in enumerate(zip(counters, states, strict=True))
    ]


def _curves(
    described: Sequence[Described], tips: Sequence[SavedTip], runs: Mapping[int, Checkpoint]
) -> Callable[[int], Callable[[int], Sight]]:
    """What the curves of a stretch, by its place, were at an epoch, as far as those that a run has now tell of it.

    A network of other layers had other probes: of those nothing is told.
    """
    sights: dict[int, tuple[Sight, Tables]] = {}
    for tip in tips:
        run, place = runs.get(tip.run), tip.after
        if run is None or run.record is None:
            continue
        tables = Tables(run.record.rows, run.record.probes, run.record.sizes)
        sight = begun(tables, run.record.stride)
        at: int | None = place
        while at is not None and at not in sights:
            if described[at].experiment.network == run.experiment.network:
                sights[at] = sight, tables
            at = described[at].saved.after

    def of(number: int) -> Callable[[int], Sight]:
        sight, tables = sights.get(number) or _nothing(described[number])
        epochs = tables.rows[:, 0]

        def until(epoch: int) -> Sight:
            count = int(np.searchsorted(epochs, epoch, "right"))
            return Sight(sight.curve, sight.span, count, sight.stride)

        return until

    return of


def _nothing(each: Described) -> tuple[Sight, Tables]:
    record = empty_record(len(each.layout.slots))
    tables = Tables(record.rows, record.probes, record.sizes)
    return begun(tables, record.stride), tables
