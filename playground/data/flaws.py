"""Data that misbehave: what each imperfection does to samples, and in which order.

Owns every flaw but position noise and imbalance, which belong to the making of points. The order is fixed:

1. label noise, 2. outliers, 3. the split (of the labels as they were before 1), 4. the shifted test set, 5. irrelevant
inputs, 6. correlated inputs, 7. the leaked target, 8. blank cells, 9. held-out copies of training samples, 10. the
imputer, fitted on the training part; then features, their rescaling and shift, and last the scaling of inputs.

Each draws from a stream of its own, a number for every sample or cell whether it is used or not: what a flaw does not
touch stays bit for bit, and a larger share touches what the smaller one did, and more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.data.added import AddedInput, Beside
from playground.data.imputing import Filling, mean_of
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
BORDER_WORK = 20_000_000
"""Differences that the search for the border may take; beyond, every sample is compared with every k-th one."""


@dataclass(frozen=True, slots=True, eq=False)
class FlawReport:
    """What a flaw did. kind: its field. count of `of`: samples, cells (missing) or inputs that it touched or added.

    indices: the samples that it touched, counted over the training, then the validation, then the test set.
    """

    kind: str
    count: int
    of: int
    indices: Places


@dataclass(frozen=True, slots=True, eq=False)
class Spoiled:
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
    """

    def __init__(self, flaws: Imperfections, seed: int, points: Array, labels: Array, exact: bool) -> None:
        self.flaws, self._seed, self._exact = flaws, seed, exact
        self.points, self.labels = points, labels
        self._touched: list[tuple[str, int, int, Places]] = []

    def _note(self, kind: str, hit: Hits, of: int | None = None, count: int | None = None) -> None:
        found = np.flatnonzero(hit)
        self._touched.append(
            (kind, found.size if count is None else count, self.labels.size if of is None else of, found)
        )

    def _stream(self, purpose: Purpose) -> np.random.Generator:
        return stream(self._seed, purpose)

    # -- before the split -------------------------------------------------------------------------------------------

    def add_label_noise(self, task: Task) -> None:
        """Regression: N(0, noise²) added. Classes: labels become another class; of which points, the kind says."""
        if self.flaws.label_noise:
            before = self.labels
            rng = self._stream(Purpose.LABEL_NOISE)
            self.labels = _noisy(before, self.points, task, self.flaws, rng, self._exact)
            self._note("label_noise", np.not_equal(self.labels, before))

    def throw_out(self) -> None:
        """Outliers: in a random direction from the middle, so many standard deviations of the columns away."""
        if not self.flaws.outliers:
            return
        rng, (rows, count) = self._stream(Purpose.OUTLIERS), self.points.shape
        hit, far = np.less(rng.random(count), self.flaws.outliers), rng.random(count)
        towards = rounded(rng.standard_normal((count, rows)).T)
        length = np.zeros(count)
        for row in towards:
            length += row * row
        reach = (NEAREST_OUTLIER + OUTLIER_REACH * far) * np.sqrt(rows) / np.maximum(np.sqrt(length), 1e-6)
        middle, spread = _middles(self.points), _spreads(self.points)
        thrown = self._on_grid(middle[:, None] + spread[:, None] * rounded(towards * reach))
        self.points = np.where(hit & ~np.isnan(self.points), thrown, self.points)
        self._note("outliers", hit)

    # -- after the split --------------------------------------------------------------------------------------------

    def shift_test(self, test: Places) -> None:
        """The test set lies so many standard deviations of the first column to the right."""
        if self.flaws.test_shift and test.size:
            moved, hit = self.points.copy(), np.zeros(self.labels.size, bool)
            hit[test] = True
            moved[0, test] += self.flaws.test_shift * _spreads(self.points[:1])[0]
            self.points = np.where(hit, self._on_grid(moved), self.points)
            self._note("test_shift", hit)

    def added(self, inputs: tuple[AddedInput, ...]) -> Array:
        """(inputs, n): noise as wide as the first column, near copies of columns, the label itself."""
        count, kinds = self.labels.size, [each.kind for each in inputs]
        if not kinds:
            return np.zeros((0, count))
        noise = self._stream(Purpose.IRRELEVANT).standard_normal((kinds.count("noise"), count))
        stray = self._stream(Purpose.CORRELATED).standard_normal((kinds.count("copy"), count))
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
            hit, share = self._stream(Purpose.MISSING).random(self.points.shape[::-1]).T, self.flaws.missing
            if self.flaws.missing_kind == "dependent":
                middle = np.array([np.median(row[~np.isnan(row)]) if (~np.isnan(row)).any() else 0.0
                                   for row in self.points])  # fmt: skip
                blank = (hit < 2.0 * share) & (self.points > middle[:, None])
            else:
                blank = hit < share
            self.points = np.where(blank, np.nan, self.points)
        gaps = np.isnan(self.points)
        if gaps.any():
            self._note("missing", _in_columns(gaps), gaps.size, int(gaps.sum()))

    def copy_training(self, parts: Parts, added: Array) -> Array:
        """Held-out samples that are copies of training ones, labels too; returns the added inputs."""
        if not self.flaws.duplicates or not parts.train.size:
            return added
        rng, count = self._stream(Purpose.DUPLICATES), self.labels.size
        hit, which = rng.random(count) < self.flaws.duplicates, rng.random(count)
        held = np.zeros(count, bool)
        held[np.concatenate([parts.validation, parts.test])] = True
        hit &= held
        source = np.where(hit, parts.train[np.floor(which * parts.train.size).astype(np.int64)], np.arange(count))
        self.points, self.labels, added = self.points[:, source], self.labels[source], added[:, source]
        self._note("duplicates", hit, of=int(held.sum()))
        return added

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
        filling = Filling.fit(self.flaws.imputer, self.points[:, parts.train], blank)
        left = parts
        if blank and self.flaws.imputer == "drop":
            gaps = _in_columns(np.isnan(self.points))
            left = Parts(*(_complete(part, gaps) for part in parts))
            self._note("imputer", np.zeros(0, bool), parts.all().size, parts.all().size - left.all().size)
        values = np.concatenate([added, filling.indicators(self.points)])
        train, validation, test = (np.ascontiguousarray(values[:, part]) for part in left)
        usual = np.array([mean_of(row) for row in train])
        order = left.all()
        points = np.ascontiguousarray(filling.filled(self.points)[:, order] if blank else self.points[:, order])
        copied = tuple(each.column if each.kind == "copy" else None for each in inputs)
        beside = Beside(train, validation, test, usual, filling, copied)
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


def _middles(points: Array) -> Array:
    """(rows,) the mean of what is known of each row, with twenty binary digits."""
    known = [row[~np.isnan(row)] for row in points]
    return np.array([mean_of(row) if row.size else 0.0 for row in known])


def _spreads(points: Array) -> Array:
    """(rows,) the standard deviation of what is known of each row, with twenty binary digits."""
    known = [row[~np.isnan(row)] for row in points]
    return to_twenty_bits(np.array([row.std() if row.size else 0.0 for row in known]))


# -- label noise -------------------------------------------------------------------------------------------------------


def _noisy(
    labels: Array, points: Array, task: Task, flaws: Imperfections, rng: np.random.Generator, exact: bool
) -> Array:
    """Regression: N(0, noise²) added. Classes: each label of those that the kind of noise hits becomes another class.

    random: each with chance `noise`; one_class: each of the first class; border: the share `noise` of all points whose
    nearest point of another class is nearest.
    exact: the labels are not rounded afterwards, and targets may have any scale, so the noise is in units of their
    standard deviation; what is added is rounded, because the last bits of a normal number differ between processors.
    """
    noise = flaws.label_noise
    if not task.is_classification:
        added = noise * rng.standard_normal(labels.size)
        return labels + (rounded(added) * to_twenty_bits(np.asarray(labels.std())) if exact else added)
    hit = rng.random(labels.size) < noise
    shift = 1 + np.floor(rng.random(labels.size) * (task.classes - 1))
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
    found = np.full(count, np.inf)
    for other in range(0, count, step):
        apart = np.zeros(count)
        for row in known:
            apart += (row - row[other]) ** 2
        found = np.where(labels != labels[other], np.minimum(found, apart), found)
    return found
