"""The own points that the branches of a model file and its past are about, where those are not the points of its run.

Owns their tensors, each set once, as it was given, by its digest; how many of them a file may hold; and what must be
true of them. Knows nothing of states, nor of the points of the run itself (see `playground.exchange.points`).

    points/DIGEST/features (columns, n), points/DIGEST/labels (n,)    a blank cell is NaN
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

import msgspec
import numpy as np
from msgspec.structs import replace

from playground.data import OwnPoints, PointsData
from playground.data.own_points import MAX_NUMBERS, MAX_SAMPLES, mismatch, points_problem
from playground.exchange.container import Tensors, Unreadable
from playground.exchange.points import OF_OTHERS, FilePoints
from playground.exchange.run_tensors import Table
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint

SHOWN = 12
"""Digits of a digest in a sentence."""

# -- to a file ---------------------------------------------------------------------------------------------------------


class PointSets(msgspec.Struct, frozen=True):
    """The sets of a file that is being written. own: those of its run; others: by their digests, in their order."""

    own: OwnPoints | None
    others: Mapping[str, OwnPoints] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> PointSets:
        """Those of a run alone."""
        return cls(checkpoint.points if checkpoint.experiment.source_kind.is_given else None)

    def holds(self, run: Checkpoint) -> bool:
        """Whether a run makes its own points, or is about some that are here."""
        points = PointSets.of(run).own
        return points is None or points.digest in self.others or points == self.own

    def with_those_of(self, run: Checkpoint) -> PointSets | None:
        """These and the points of one more run; None where all of them were more than a file may hold."""
        points = run.points
        if self.holds(run) or points is None:
            return self
        more = PointSets(self.own, {**self.others, points.digest: points})
        sizes = [each.features.shape for each in (self.own, *more.others.values()) if each is not None]
        return more if _may_be_together(sizes) else None

    def only(self, wanted: Container[str | None]) -> PointSets:
        """Without the sets that nothing is about. wanted: digests; None stands for points that are made."""
        return replace(self, others={digest: each for digest, each in self.others.items() if digest in wanted})

    @property
    def nbytes(self) -> int:
        """Bytes that the sets beside the run's own take in the file."""
        return sum(each.features.nbytes + each.labels.nbytes for each in self.others.values())

    @property
    def tensors(self) -> Tensors:
        """The tensors of the sets beside the run's own."""
        found: Tensors = {}
        for digest, each in self.others.items():
            found |= {_name(digest, "features"): each.features.T, _name(digest, "labels"): each.labels}
        return found


def digest_of(experiment: Experiment) -> str | None:
    """The digest of the own points that an experiment is about; None where it makes its points."""
    source = experiment.data.source
    return source.digest if isinstance(source, PointsData) else None


def _name(digest: str, what: str) -> str:
    return f"points/{digest}/{what}"


def _may_be_together(sizes: Iterable[tuple[int, int]]) -> bool:
    """Whether sets of so many samples and columns are no more, together, than the largest one may be."""
    shapes = list(sizes)
    return (
        sum(samples for samples, _ in shapes) <= MAX_SAMPLES
        and sum(samples * columns for samples, columns in shapes) <= MAX_NUMBERS
    )


# -- from a file -------------------------------------------------------------------------------------------------------


class RunPoints(msgspec.Struct, frozen=True):
    """What a file says of the points of all its runs. file: of those of its own experiment, `about`."""

    about: Experiment
    file: FilePoints
    others: Mapping[str, OwnPoints]

    def of(self, experiment: Experiment) -> FilePoints:
        """Those that another of its runs is about. Which samples a file's run was trained on is told of its own alone,
        and of runs of the very same data."""
        digest, own = digest_of(experiment), self.file.own
        if digest is not None and (own is None or own.digest != digest):
            own = self.others[digest]
        return FilePoints(self.file.dataset if self.are_alike(experiment) else None, None if digest is None else own)

    def are_alike(self, experiment: Experiment) -> bool:
        """Whether a run has the very data of the file's own."""
        return Checkpoint(self.about).has_points_of(experiment)


def set_shapes(about: Experiment, runs: Iterable[Experiment], found: Table) -> Table:
    """What the tensors of the sets must look like that the runs of a file about `about` name; raises Unreadable."""
    sources = _sources([about, *runs])
    sizes = [(source.samples, len(source.columns)) for source in sources.values()]
    sources.pop(digest_of(about) or "", None)
    if sources and not _may_be_together(sizes):
        sentence = (
            "is not consistent: its runs are about {given} own points together, where {high} are allowed, of {numbers} "
            "numbers"
        )
        raise Unreadable(sentence, given=sum(each for each, _ in sizes), high=MAX_SAMPLES, numbers=MAX_NUMBERS)
    shapes: Table = {}
    for digest, source in sources.items():
        own = {
            _name(digest, "features"): ("F64", (len(source.columns), source.samples)),
            _name(digest, "labels"): ("F64", (source.samples,)),
        }
        if own.keys() - found.keys():
            sentence = "is not consistent: one of its runs is about points that it does not hold, those of the digest "
            raise Unreadable(sentence + f"{digest[:SHOWN]}…")
        shapes |= own
    for name in found:
        if OF_OTHERS.match(name) and name not in shapes:
            raise Unreadable(f"is not consistent: it holds points that none of its runs is about: {name[:20]}…")
    return shapes


def _sources(runs: Iterable[Experiment]) -> dict[str, PointsData]:
    """One source of each digest that runs name; they must agree in how many numbers it stands for."""
    found: dict[str, PointsData] = {}
    for run in runs:
        source = run.data.source
        if isinstance(source, PointsData):
            known = found.setdefault(source.digest, source)
            if (known.samples, len(known.columns)) != (source.samples, len(source.columns)):
                sentence = (
                    "is not consistent: its runs do not agree in how many points those of the digest {digest} are"
                )
                raise Unreadable(sentence, digest=f"{source.digest[:SHOWN]}…")
    return found


def read_sets(about: Experiment, runs: Iterable[Experiment], tensors: Tensors, file: FilePoints) -> RunPoints:
    """The points of all runs of a file whose tensors have the right shapes; raises Unreadable."""
    found = {digest: _read(digest, tensors) for digest in _digests(tensors)}
    known = found if file.own is None else {**found, file.own.digest: file.own}
    for run in runs:
        source = run.data.source
        reason = mismatch(source, known[source.digest]) if isinstance(source, PointsData) else None
        if reason is not None:
            raise Unreadable(f"is not consistent: the points of one of its runs are not those that it names, {reason}")
    return RunPoints(about, file, found)


def _digests(tensors: Tensors) -> list[str]:
    return [name.split("/")[1] for name in tensors if OF_OTHERS.match(name) and name.endswith("/labels")]


def _read(digest: str, tensors: Tensors) -> OwnPoints:
    features, labels = tensors[_name(digest, "features")].T, tensors[_name(digest, "labels")]
    reason = points_problem(features, labels)
    if reason is not None:
        raise Unreadable(f"is not consistent: points of one of its runs cannot be used, {reason}")
    own = OwnPoints(np.asarray(features), labels)
    if own.digest != digest:
        raise Unreadable(
            f"is not consistent: points of one of its runs were changed: their digest is {own.digest[:SHOWN]}…, "
            f"and they are called {digest[:SHOWN]}…"
        )
    return own
