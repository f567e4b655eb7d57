"""A checkpoint as a model file and back.

Owns the description's fields, what belongs together in a file, and every rule that makes a file a run that can go on;
knows nothing of bytes on disk. A file that passes `read` continues exactly as if it had never been interrupted. Files
of the first versions have neither run/watch nor run/probes, and two powers: they knew no schedules; files before
version 0.3 have no log, no history/probes, and six columns of history.

    param/1/weights (outputs × inputs), param/1/biases … param/output/…    the network, hidden layers counted from 1
    param/N/means, param/N/variances     running statistics of a batch normalization; layers have only what they need
    opt/slots (2, P), opt/powers (4,)    the optimizer's memory, its columns in the order of the layers above
    run/order (n,), run/chance (4,)      the order of the samples in this epoch, and the generator for the next ones
    run/watch (8,), run/probes (L, 9)    what schedule and early stopping remember, what was measured in each layer
    run/best (P,)                        with early stopping: the parameters of the best epoch
    history/rows (rows, 9)               the curves: see playground.run.snapshot.HISTORY_COLUMNS; NaN is not known
    history/probes (rows, L, 9)          the layers at the same moments: PROBE_COLUMNS there
    history/sizes (rows, L, 2)           how large the layers were then: SIZE_COLUMNS there; may be missing
    history/samples (rows, 3, n)         each training sample's loss, margin and right or wrong (of a regression the
                                         loss alone) at the ends of the epochs history/sample_epochs (rows,), which are
                                         history/sample_stride (1,) apart from now on; only where somebody has asked
                                         for them and 4 MB suffice
    base/…                               the same names for the state that the log begins with, where it was cut
    branch/N/…                           the same names for each branch beside the run, as it was left
    past/states (words,)                 states of the past of all of them, see playground.exchange.past_states
    data/…                               the points of the run, see playground.exchange.points
    points/DIGEST/…                      other own points that a branch or the past is about, each set once, see
                                         playground.exchange.point_sets; none in files before version 0.6
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from playground import __version__
from playground.errors import InvalidExperiment
from playground.exchange import container, foreign, points
from playground.exchange.branches import (
    SavedBranch,
    branch_shapes,
    branches_of,
    kept_branches,
    read_branches,
    saved_branches,
    sharing,
)
from playground.exchange.branches import experiments_of as experiments_about
from playground.exchange.container import Tensors, Unreadable
from playground.exchange.log_rules import check_log
from playground.exchange.logged import SavedLog, base_experiment, log_of, read_log, saved_log
from playground.exchange.past_states import Described, SavedTip, past_of, past_shapes, read_past, saved_past
from playground.exchange.point_sets import read_sets, set_shapes
from playground.exchange.points import FilePoints
from playground.exchange.progress import MOST, Progress, progress_of
from playground.exchange.run_tensors import BASE, Table, check_finite, check_shapes, run_of, run_shapes, run_tensors
from playground.exchange.sample_tensors import sample_shapes, sample_tensors, samples_in
from playground.experiment import schema
from playground.experiment.experiment import Experiment, amended, read_back
from playground.run.checkpoint import Checkpoint, Log
from playground.run.log import experiments_of, last_experiment, marks_of
from playground.run.stopping import Watched

FIELDS = {"sha256", "format", "version", "experiment", "progress"}
MOST_BASE_SAMPLES = 1_000_000
MOST_LOG_BYTES = 600_000
"""Entries longer than that do not fit in a header beside two experiments; no session writes them, see its Logbook."""


def write(checkpoint: Checkpoint) -> bytes:
    """The bytes of a model file; equal checkpoints give equal bytes."""
    past = None if checkpoint.log is None else saved_log(checkpoint.log)
    if past is not None and len(msgspec.json.encode(past["entries"])) > MOST_LOG_BYTES:
        checkpoint = _begun_anew(checkpoint, checkpoint.log)
        past = None if checkpoint.log is None else saved_log(checkpoint.log)
    experiment, log = checkpoint.experiment, checkpoint.log
    dataset = checkpoint.dataset_for(experiment)
    spec = {
        "version": __version__,
        "experiment": msgspec.to_builtins(experiment),
        "progress": msgspec.to_builtins(progress_of(checkpoint)),
    }
    tensors = run_tensors(checkpoint) | sample_tensors(checkpoint) | points.tensors(dataset, checkpoint.points)
    if log is not None:
        spec["log"] = past
        tensors |= {BASE + name: tensor for name, tensor in run_tensors(log.base).items()}
    kept = kept_branches(checkpoint)
    if checkpoint.branches:
        spec["branches"], beside = saved_branches(checkpoint, kept)
        tensors |= beside
    runs = [branch["number"] for branch in spec["branches"]] if checkpoint.branches else [0]
    told, states, sets = saved_past(checkpoint, runs, kept.sets)
    if told is not None:
        spec["past"] = told
        tensors |= states
    return container.pack(spec, tensors | sets.tensors)


class _Beside(NamedTuple):
    """What a description tells of beside the run: its branches, what each is about, stretches of the past."""

    branches: tuple[SavedBranch, ...]
    about: dict[int, Experiment]
    past: tuple[Described, ...]
    tips: tuple[SavedTip, ...]

    @property
    def experiments(self) -> list[Experiment]:
        """All that these are about."""
        return [*self.about.values(), *(each.experiment for each in self.past)]


def read(data: bytes) -> Checkpoint:
    """The checkpoint of a model file's bytes; raises Unreadable."""
    header = container.read_header(data)
    experiment, progress, log = read_spec(header.spec)
    branches = read_branches(header.spec.get("branches"))
    about = experiments_about(branches, experiment)
    beside = _Beside(branches, about, *read_past(header.spec.get("past"), experiment))
    check_shapes(header.tensors, _expected(experiment, progress, log, beside, header.tensors))
    tensors = container.read_tensors(data)
    check_finite(tensors)
    found = points.read(experiment, tensors)
    if progress is None:
        return Checkpoint(experiment, dataset=found.dataset, points=found.own)
    return _run_of(run_of(experiment, progress, tensors, found, _watched(tensors)), log, beside, tensors, found)


def _expected(
    experiment: Experiment, progress: Progress | None, log: SavedLog | None, beside: _Beside, found: Table
) -> Table:
    """What the tensors of a file must look like."""
    expected = points.shapes(experiment, found)
    if progress is not None:
        samples = expected["data/train_labels"][1][0]
        expected |= run_shapes(experiment, progress, samples, found)
        expected |= sample_shapes(experiment, samples, found)
    if log is not None and log.base.progress is not None:
        expected |= _base_shapes(log, found)
    expected |= branch_shapes(beside.branches, beside.about, found)
    return expected | set_shapes(experiment, beside.experiments, found) | past_shapes(beside.past)


def _run_of(run: Checkpoint, log: SavedLog | None, beside: _Beside, tensors: Tensors, found: FilePoints) -> Checkpoint:
    """The run of a file with all that belongs to it."""
    assert run.state is not None
    watched, sets = _watched(tensors), read_sets(run.experiment, beside.experiments, tensors, found)
    branches = branches_of(beside.branches, beside.about, tensors, sets, watched)
    run = replace(run, samples=samples_in(tensors, run.state.epoch), branches=branches)
    if log is not None:
        run = _with_log(run, log, tensors, found, watched)
        run = replace(run, branches=sharing(run.branches, beside.branches, run.experiment))
    others = [branch.run.experiment for branch in run.branches if branch.run is not None]
    told = (*(() if run.log is None else experiments_of(run.log)), *others, run.experiment)
    return replace(run, past=past_of(beside.past, beside.tips, tensors, sets, _runs(run), told))


def _runs(run: Checkpoint) -> dict[int, Checkpoint]:
    """How the runs of a file stand, by their numbers."""
    return {branch.number: branch.run or run for branch in run.branches} or {0: run}


def _watched(tensors: Tensors) -> Watched:
    """The held-out set of a file's points."""
    if "data/validation_labels" in tensors:
        return "validation"
    return "test" if tensors["data/test_labels"].size else "train"


def _base_shapes(log: SavedLog, found: Table) -> Table:
    """What the state at the beginning of a log must look like; how many samples it saw is the file's own."""
    assert log.base.progress is not None
    inner = {name.removeprefix(BASE): tensor for name, tensor in found.items() if name.startswith(BASE)}
    samples = min((inner.get("run/order", ("", (0,)))[1] or (0,))[0], MOST_BASE_SAMPLES)
    shapes = run_shapes(base_experiment(log), log.base.progress, samples, inner)
    return {BASE + name: tensor for name, tensor in shapes.items()}


def _with_log(run: Checkpoint, saved: SavedLog, tensors: Tensors, found: FilePoints, watched: Watched) -> Checkpoint:
    """The run with its log. Both share the last experiment, so that later edits find the same layers in it.

    Where the file's points are not those that this version makes, those that an earlier entry asks for are not known,
    and the log begins anew.
    """
    base = _base(saved, tensors, found, watched)
    log = log_of(saved, base, run.experiment)
    check_log(log, run)
    whole = replace(run, experiment=last_experiment(log), log=log)
    if (
        max([log.first, *(entry.number for entry in log.entries[-1:])]) > MOST // 2
    ):  # later ones would not fit in a file
        return _begun_anew(replace(whole, log=replace(log, entries=(), first=0)), log)
    known = run.dataset is None or all(run.has_points_of(each) for each in experiments_of(log))
    # a run that broke rules which are younger is not replayed
    allowed = not any(amended(each)[1] for each in experiments_of(log))
    return whole if known and allowed else _begun_anew(whole, log)


def _begun_anew(run: Checkpoint, log: Log | None) -> Checkpoint:
    """The run with a log that begins here; `log` tells which marks its curves have."""
    return run if log is None or run.state is None else run.without_past(marks_of(log, run.state.step))


def _base(saved: SavedLog, tensors: Tensors, found: FilePoints, watched: Watched) -> Checkpoint:
    experiment, progress = base_experiment(saved), saved.base.progress
    if progress is None:
        return Checkpoint(experiment, dataset=found.dataset, points=found.own)
    inner = {name.removeprefix(BASE): tensor for name, tensor in tensors.items() if name.startswith(BASE)}
    return run_of(experiment, progress, inner, found, watched)


def read_spec(spec: dict[str, Any]) -> tuple[Experiment, Progress | None, SavedLog | None]:
    """Experiment, progress and log of a description."""
    version = spec.get("version")
    try:
        if set(spec) - {"log", "branches", "past"} != FIELDS or not isinstance(version, str):
            raise Unreadable("is not consistent: its description does not have the fields it must have")
        experiment = read_back(spec["experiment"])
        if spec["progress"] is None:
            if any(spec.get(name) is not None for name in ("log", "branches", "past")):
                raise Unreadable(
                    "is not consistent: it has the log of a run, and no run, or branches or a past of none"
                )
            return experiment, None, None
        found = schema.problems(spec["progress"], Progress)
        if found:
            raise InvalidExperiment(found)
    except (InvalidExperiment, Unreadable) as error:
        if isinstance(version, str) and _is_newer(version):
            raise Unreadable(
                f"was written by Neural Playground {version[:40]} and needs that version or a newer one; "
                f"this is {__version__}"
            ) from error
        if isinstance(error, InvalidExperiment):
            raise Unreadable("{problems}", problems=foreign.NotValid(error)) from error
        raise
    return experiment, msgspec.convert(spec["progress"], Progress), read_log(spec.get("log"))


def _is_newer(version: str) -> bool:
    """Whether a version such as 1.10.2 comes after this program's."""
    there, here = (
        [int(part) for part in text.split(".") if part.isascii() and part.isdigit() and len(part) < 9]
        for text in (version, __version__)
    )
    return there > here
