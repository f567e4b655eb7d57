"""Data that misbehave: what each imperfection does to samples, and in which order.

Owns every flaw but position noise and imbalance, which belong to the making of points. The order is fixed:

1. label noise, 2. outliers, 3. the split (of the labels as they were before 1), 4. the shifted test set, 5. irrelevant
inputs, 6. correlated inputs, 7. the leaked target, 8. blank cells, 9. held-out copies of training samples, 10. the
imputer, fitted on the training part; then features, their rescaling and shift, and last the scaling of inputs.

Each draws from a stream of its own, a number for every sample or cell whether it is used or not: what a flaw does not
touch stays bit for bit, and a larger share touches what the smaller one did, and more. Painted points draw theirs by
their coordinates, so that each keeps its fate from stroke to stroke.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose
from playground.data.added import AddedInput, Beside
from playground.data.draws import ByPoint, Draws, InOrder, bits_of
from playground.data.imputing import Filling, known_of, mean_of, median_of
from playground.data.rounding import rounded, to_twenty_bits
from playground.data.source import Imperfections
from playground.data.split import Parts
from playground.data.task import Task

Array = NDArray[np.float64]
Places = NDArray[np.int64]
Hits = NDArray[np.bool_]

NEAREST_OUTLIER, OUTLIER_REACH = 2.0, 1.0
"""An outlier lies 2 to 3 deviations from the middle in each column, taken together: at least 2·√columns away."""
OF_SAMPLES = ("label_noise", "outliers", "missing")
"""Flaws whose reports count samples, or cells of them, one by one."""
COPY_NOISE = 0.1
"""How far a correlated input strays from its column, in standard deviations: their correlation is .995."""
AT_ONCE = 8_192
"""Distances that are taken together, so that they stay in the processor's cache."""
BORDER_WORK = 20_000_000
"""Differences that the search for the border may take; beyond, every sample is compared with every k-th one."""


class FlawReport(msgspec.Struct, frozen=True, eq=False):
    """What a flaw did. kind: its field. count of `of`: samples, cells (missing) or inputs that it touched or added.

    indices: the samples that it touched, counted over the training, then the validation, then the test set.
    """

    kind: str
    count: int
    of: int
    indices: Places


class Spoiled(msgspec.Struct, frozen=True, eq=False):
    """Samples after all flaws: points (rows, n) without blank cells and labels (n,), both in the order of `parts`.

    parts: who is left in which part, after `drop`; places are those of the samples that came in.
    """

    points: Array
    labels: Array
    parts: Parts
    beside: Beside
    done: tuple[FlawReport, ...]


class Flaws:
    """The flaws of one experiment, applied one after another to its samples.

    points (rows, n) may have blank cells; exact: they are somebody's own, of any scale, and not put on the grid.
    by_point: chance comes from each point's coordinates and not from its place among the others. target_unit: what
    noise of a regression's targets is measured in; None for their standard deviation where they are somebody's own.
    """

    def __init__(
        self, flaws: Imperfections, seed: int, points: Array, labels: Array, exact: bool, by_point: bool = False,
        target_unit: float | None = None,
    ) -> None:  # fmt: skip
        self.flaws, self._seed, self._exact = flaws, seed, exact
        self._bits = bits_of(points) if by_point else None
        self._target_unit = target_unit
        self.points, self.labels = points, labels
        self._touched: list[tuple[str, int, int, Places]] = []

    def _note(self, kind: str, hit: Hits, of: int | None = None, count: int | None = None) -> None:
        found = np.flatnonzero(hit)
        self._touched.append(
            (kind, found.size if count is None else count, self.labels.size if of is None else of, found)
        )

    def _draws(self, purpose: Purpose) -> Draws:
        if self._bits is None:
            return InOrder(self._seed, purpose, self.labels.size)
        return ByPoint(self._seed, purpose, self._bits)

    # -- before the split -------------------------------------------------------------------------------------------

    def add_label_noise(self, task: Task) -> None:
        """Regression: N(0, noise²) added. Classes: labels become another class; of which points, the kind says."""
        if self.flaws.label_noise:
            before = self.labels
            draws = self._draws(Purpose.LABEL_NOISE)
            self.labels = (
                _flipped(before, self.points, task, self.flaws, draws)
                if task.is_classification
                else self._moved(before, draws)
            )
            self._note("label_noise", np.not_equal(self.labels, before))

    def _moved(self, targets: Array, draws: Draws) -> Array:
        """N(0, noise²) added. Somebody's own targets may have any scale, so the noise is in units of their standard
        deviation, or in the one that is told; they are not rounded afterwards, so what is added is."""
        added = self.flaws.label_noise * draws.normal()
        if not self._exact:
            return targets + added
        unit = to_twenty_bits(np.asarray(targets.std())) if self._target_unit is None else self._target_unit
        return targets + rounded(added) * unit

    def throw_out(self) -> None:
        """Outliers: in a random direction from the middle, so many standard deviations of the columns away."""
        if not self.flaws.outliers:
            return
        draws, rows = self._draws(Purpose.OUTLIERS), len(self.points)
        hit, far = np.less(draws.uniform(), self.flaws.outliers), draws.uniform()
        which = np.flatnonzero(hit)
        towards = rounded(np.ascontiguousarray(draws.normals(rows).T[which].T))
        length = np.zeros(which.size)
        for row in towards:
            length += row * row
        reach = (NEAREST_OUTLIER + OUTLIER_REACH * far[which]) * np.sqrt(rows) / np.maximum(np.sqrt(length), 1e-6)
        middle, spread = _middles(self.points), _spreads(self.points)
        thrown = self._on_grid(middle[:, None] + spread[:, None] * rounded(towards * reach))
        points = self.points.copy()
        points[:, which] = np.where(np.isnan(np.take(points, which, axis=1)), np.nan, thrown)
        self.points = points
        self._note("outliers", hit)

    # -- after the split --------------------------------------------------------------------------------------------

    def shift_test(self, test: Places) -> None:
        """The test set lies so many standard deviations of the first column to the right."""
        if self.flaws.test_shift and test.size:
            moved, hit = self.points.copy(), np.zeros(self.labels.size, bool)
            hit[test] = True
            moved[0, test] = self._on_grid(moved[0, test] + self.flaws.test_shift * _spreads(self.points[:1])[0])
            self.points = moved
            self._note("test_shift", hit)

    def added(self, inputs: tuple[AddedInput, ...]) -> Array:
        """(inputs, n): noise as wide as the first column, near copies of columns, the label itself."""
        count, kinds = self.labels.size, [each.kind for each in inputs]
        if not kinds:
            return np.zeros((0, count))
        noise, stray = (
            _rows_of(self._draws(purpose), kinds.count(kind), count)
            for purpose, kind in ((Purpose.IRRELEVANT, "noise"), (Purpose.CORRELATED, "copy"))
        )
        copied = [each.column for each in inputs if each.column is not None and each.kind == "copy"]
        middles, spreads = _middles(self.points), _spreads(self.points)
        known = np.where(np.isnan(self.points), middles[:, None], self.points)
        made = np.concatenate(
            [
                rounded(noise) * (spreads[0] if spreads[0] else 1.0),
                known[copied] + COPY_NOISE * rounded(stray) * spreads[copied][:, None],
                self.labels[None] if "target" in kinds else self.labels[None, :0].reshape(0, count),
            ]
        )
        for kind, field in (("noise", "irrelevant_features"), ("copy", "correlated_features")):
            if kind in kinds:
                self._note(field, np.zeros(0, bool), of=len(self.points), count=kinds.count(kind))
        if "target" in kinds:
            self._note("leaked_target", np.zeros(0, bool), count=count)
        return self._on_grid(made)

    def make_blank(self) -> None:
        """Cells at random, or only of those above their column's median, twice as often."""
        if self.flaws.missing:
            dependent = self.flaws.missing_kind == "dependent"
            share = 2.0 * self.flaws.missing if dependent else self.flaws.missing
            blank = np.ascontiguousarray(self._draws(Purpose.MISSING).uniforms(len(self.points)) < share)
            if dependent:
                known = map(known_of, self.points)
                middle = np.array([median_of(row) if row.size else 0.0 for row in known])
                blank &= self.points > middle[:, None]
            points = self.points.copy()
            np.copyto(points, np.nan, where=blank)
            self.points = points
        gaps = np.isnan(self.points)
        if gaps.any():
            self._note("missing", _in_columns(gaps), gaps.size, int(gaps.sum()))

    def copy_training(self, parts: Parts, added: Array) -> Array:
        """Held-out samples that are copies of training ones, labels too; returns the added inputs."""
        if not self.flaws.duplicates or not parts.train.size:
            return added
        draws, count = self._draws(Purpose.DUPLICATES), self.labels.size
        hit, which = draws.uniform() < self.flaws.duplicates, draws.uniform()
        held = np.zeros(count, bool)
        held[np.concatenate([parts.validation, parts.test])] = True
        hit &= held
        source = np.where(hit, self._copied(parts.train, which), np.arange(count))
        self.points, self.labels = np.take(self.points, source, axis=1), self.labels[source]
        added = np.take(added, source, axis=1)
        self._note("duplicates", hit, of=int(held.sum()))
        return added

    def _copied(self, train: Places, which: Array) -> Places:
        """(n,) the training sample that each would be a copy of, by a number from 0 to 1 of its own.

        By point, it is the one whose own number comes next, which few strokes change.
        """
        if self._bits is None:
            return train[np.floor(which * train.size).astype(np.int64)]
        ring = train[np.argsort(which[train], kind="stable")]
        return ring[np.searchsorted(which[ring], which, side="right") % train.size]

    def joined(self, extra: Flaws, parts: Parts) -> Parts:
        """Take samples in behind the others, which all train, with what was done to them; returns the parts."""
        count = self.labels.size
        self.points = np.concatenate([self.points, extra.points], axis=1)
        self.labels = np.concatenate([self.labels, extra.labels])
        of_extra = {kind: (hits, of, places) for kind, hits, of, places in extra._touched}
        for at, (kind, hits, of, places) in enumerate(self._touched):
            if kind in OF_SAMPLES and kind in of_extra:
                more = of_extra[kind]
                told = np.concatenate([places, more[2] + count])
                self._touched[at] = (kind, hits + more[0], of + more[1], told)
        return parts._replace(train=np.concatenate([parts.train, np.arange(count, self.labels.size)]))

    def finished(
        self, parts: Parts, added: Array, inputs: tuple[AddedInput, ...], blank: tuple[int, ...]
    ) -> Spoiled:  # fmt: skip
        """Blank cells filled, or their samples left out, and all samples in the order of the parts."""
        left, trained = parts, None
        if blank and self.flaws.imputer == "drop":
            gaps = _in_columns(np.isnan(self.points))
            left = Parts(*(_complete(part, gaps) for part in parts))
            self._note("imputer", np.zeros(0, bool), parts.all().size, parts.all().size - left.all().size)
            trained = np.take(self.points, parts.train, axis=1)
        order = left.all()
        points = np.take(self.points, order, axis=1)
        trained = points[:, : parts.train.size] if trained is None else trained
        filling = Filling.fit(self.flaws.imputer, trained, blank)
        values = np.concatenate([added, filling.indicators(self.points)])
        train, validation, test = (np.take(values, part, axis=1) for part in left)
        usual = np.array([mean_of(row) for row in train])
        gaps = np.isnan(points) if blank else np.zeros((0, 0), np.bool_)
        if gaps.any():
            np.copyto(points, filling.values[:, None], where=gaps)
        copied = tuple(each.column if each.kind == "copy" else None for each in inputs)
        beside = Beside(train, validation, test, usual, filling, copied, gaps if gaps.any() else None)
        return Spoiled(points, np.ascontiguousarray(self.labels[order]), left, beside, tuple(self._reports(left)))

    def _reports(self, parts: Parts) -> Iterator[FlawReport]:
        order = parts.all()
        for kind, count, of, touched in self._touched:
            yield FlawReport(kind, count, of, np.flatnonzero(np.isin(order, touched)))

    def _on_grid(self, values: Array) -> Array:
        return values if self._exact else rounded(values)


def _in_columns(gaps: Hits) -> Hits:
    """(n,) whether a sample has any."""
    return np.asarray(gaps.any(axis=0), dtype=np.bool_)


def _complete(part: Places, gaps: Hits) -> Places:
    """Those without a blank cell; all, where there is none: a part that has samples keeps some."""
    whole = part[~gaps[part]]
    return whole if whole.size else part


def _rows_of(draws: Draws, rows: int, count: int) -> Array:
    """(rows, count) normal numbers, drawn row by row."""
    return np.array([draws.normal() for _ in range(rows)]).reshape(rows, count)


def _middles(points: Array) -> Array:
    """(rows,) the mean of what is known of each row, with twenty binary digits."""
    known = map(known_of, points)
    return np.array([mean_of(row) if row.size else 0.0 for row in known])


def _spreads(points: Array) -> Array:
    """(rows,) the standard deviation of what is known of each row, with twenty binary digits."""
    known = map(known_of, points)
    return to_twenty_bits(np.array([row.std() if row.size else 0.0 for row in known]))


# -- label noise -------------------------------------------------------------------------------------------------------


def _flipped(labels: Array, points: Array, task: Task, flaws: Imperfections, draws: Draws) -> Array:
    """Each label of those that the kind of noise hits becomes another class.

    random: each with chance `noise`; one_class: each of the first class; border: the share `noise` of all points whose
    nearest point of another class is nearest.
    """
    noise = flaws.label_noise
    hit = draws.uniform() < noise
    shift = 1 + np.floor(draws.uniform() * (task.classes - 1))
    if flaws.label_noise_kind == "one_class":
        hit &= labels == 0
    elif flaws.label_noise_kind == "border":
        nearest = np.argsort(border_distances(points, labels), kind="stable")[: round(noise * labels.size)]
        hit = np.isin(np.arange(labels.size), nearest)
    return np.where(hit, (labels + shift) % task.classes, labels)


def border_distances(points: Array, labels: Array) -> Array:
    """(n,) the squared distance to the nearest point of another class, every column in its standard deviations.

    Blank cells count as the middle. Infinite where there is no other class. Compared with at most so many other points
    as BORDER_WORK allows, evenly taken.
    """
    spread = _spreads(points)
    known = np.where(np.isnan(points), _middles(points)[:, None], points)
    known = known / np.where(spread > 0, spread, 1.0)[:, None]
    count = labels.size
    step = max(1, -(-count // max(64, BORDER_WORK // (count * len(points)))))
    others, other_labels = known[:, ::step], labels[::step]
    found = np.full(count, np.inf)
    for label in np.unique(labels):
        own, far = np.flatnonzero(labels == label), others[:, other_labels != label]
        at_once = max(64, AT_ONCE // max(far.shape[1], 1))
        for first in range(0, own.size if far.size else 0, at_once):
            some = own[first : first + at_once]
            found[some] = _nearest(np.take(known, some, axis=1), far)
    return found


def _nearest(points: Array, others: Array) -> Array:
    """(n,) the squared distance of points (rows, n) to the nearest of others (rows, m)."""
    apart, away = np.zeros((2, others.shape[1], points.shape[1]))
    for row, places in zip(points, others, strict=True):
        np.subtract(row, places[:, None], out=away)
        np.multiply(away, away, out=away)
        np.add(apart, away, out=apart)
    return np.asarray(apart.min(axis=0))
