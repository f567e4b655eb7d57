"""Which imperfections and which ways to split fit which data, and why others do not.

Owns these rules; knows nothing of networks. Whoever moves an experiment to other data asks `fitted_data`, whoever
checks one asks `misfits`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from playground.data.added import input_count
from playground.data.source import Data
from playground.data.source_kind import SourceKind
from playground.data.split import has_validation
from playground.errors import Problem

AS_THEY_ARE = "own points are as they are, so only {usual} fits here; got {given}"
NO_COLUMNS = "an image has pixels and no columns, so only {usual} fits here; got {given}"
NO_CLASSES = "a regression has no classes, so only {usual} fits here; got {given}"
NO_HELD_OUT = "this set is trained and tested on the same points, so only {usual} fits here; got {given}"
PLAIN = Data()
OF_COLUMNS = (
    "outliers", "missing", "irrelevant_features", "correlated_features", "leaked_target", "feature_scale",
    "feature_shift", "test_shift",
)  # fmt: skip
OF_MAKING = ("position_noise", "imbalance")
OF_INPUTS = ("feature_scale", "feature_shift")
OF_CLASSES = ("label_noise_kind",)
OF_HELD_OUT = ("duplicates", "test_shift", "extra_training", "nested")
OF_DATA = ("extra_training", "nested")
"""Fields of the data themselves, not of their imperfections."""


def refused(kind: SourceKind) -> dict[str, str]:
    """The imperfections and fields of the data that do not fit, each with its reason, a sentence with gaps."""
    found: dict[str, str] = {}
    for applies, fields, reason in (
        (kind.is_given, (*OF_MAKING, *OF_DATA), AS_THEY_ARE),
        (kind.image is not None, OF_COLUMNS, NO_COLUMNS),
        (not kind.task.is_classification, OF_CLASSES, NO_CLASSES),
        (kind.whole, OF_HELD_OUT, NO_HELD_OUT),
    ):
        if applies:
            found |= {field: reason for field in fields if field not in found}
    return found


def misfits(data: Data, kind: SourceKind) -> Iterator[Problem]:
    """The problems of an experiment's imperfections and split."""
    for name, reason in refused(kind).items():
        given, usual = _value(data, name), _value(PLAIN, name)
        if given != usual:
            path = f"data.{name}" if name in OF_DATA else f"data.imperfections.{name}"
            yield Problem.of(path, "range", reason, given=_said(given), usual=_said(usual))
    inputs = input_count(data, kind)
    for name in OF_INPUTS if inputs else ():
        numbers = len(getattr(data.imperfections, name))
        if numbers > inputs:
            sentence = "there are {high} inputs, so at most {high} numbers, one each; got {given}"
            yield Problem.of(f"data.imperfections.{name}", "length", sentence, high=inputs, given=numbers)
    if data.train_share + data.validation_share > 1 + 1e-9:
        sentence = "training leaves at most {high} of the samples for validation; got {given}"
        high = round(1 - data.train_share, 6)
        yield Problem.of("data.validation_share", "range", sentence, high=high, given=data.validation_share)
    if data.test_sealed and not has_validation(data, kind.samples, kind.whole):
        sentence = (
            "a sealed test set needs a validation set that is looked at in its place: give data.validation_share more "
            "than 0"
        )
        yield Problem("data.test_sealed", sentence, "no_validation")


def fitted_data(data: Data, kind: SourceKind) -> Data:
    """The same settings without what does not fit data of this kind."""
    usual: dict[str, Any] = {name: _value(PLAIN, name) for name in refused(kind)}
    own = {name: usual.pop(name, getattr(data, name)) for name in OF_DATA}
    flaws, inputs = msgspec.structs.replace(data.imperfections, **usual), input_count(data, kind)
    flaws = msgspec.structs.replace(flaws, **{name: getattr(flaws, name)[:inputs] for name in OF_INPUTS})
    sealed = data.test_sealed and has_validation(data, kind.samples, kind.whole)
    return msgspec.structs.replace(data, imperfections=flaws, test_sealed=sealed, **own)


def _value(data: Data, name: str) -> Any:
    return getattr(data if name in OF_DATA else data.imperfections, name)


def _said(value: Any) -> Any:
    """A value as it is written: nothing for an empty list."""
    return str(list(value)) if isinstance(value, tuple) else value
