"""Remedies of what the network is shown: more samples, other inputs, scalings, parts, blank cells.

Owns these edits and their numbers; knows nothing of training but its sweep of rates.
"""

from __future__ import annotations

import msgspec

from playground.data import GeneratedData, make_dataset
from playground.data.source import MOST_EXTRA
from playground.diagnosis.cures.remedies.case import Case, Make, Wish, Wishes
from playground.diagnosis.cures.remedies.training import swept
from playground.diagnosis.signals.facts import facts_of
from playground.experiment.layers import Scaling

COPIES = 0.05
"""Share of held-out samples that more training samples may repeat."""
MORE = 8
"""So many times the training samples."""


def more_data(case: Case) -> Wishes:
    """Eight times the training samples of the same law; the held-out ones stay. None where the law has so little chance
    in it that new samples are the held-out ones again: that would be no cure but a leak."""
    data, count = case.experiment.data, int(case.dataset.train_labels.size)
    if not isinstance(data.source, GeneratedData):
        return []
    extra = min(MOST_EXTRA, data.extra_training + (MORE - 1) * count)
    if extra <= data.extra_training or _repeats(case, extra):
        return []
    return [{"data.extra_training": extra}]


def _repeats(case: Case, extra: int) -> bool:
    """Whether more training samples would be copies of held-out ones."""
    data = msgspec.structs.replace(case.experiment.data, extra_training=extra)
    larger = msgspec.structs.replace(case.experiment, data=data)
    copies = facts_of(larger, make_dataset(data, larger.seed)).copies
    before = facts_of(case.experiment, case.dataset).copies
    return copies is not None and before is not None and copies.mean() - before.mean() > COPIES


def add_features(case: Case) -> Wishes:
    """All columns, and what was read besides."""
    columns, read = case.dataset.columns, case.experiment.chosen_inputs
    if case.dataset.image is not None:
        return []
    return [{"data.features": (*columns, *(name for name in read if name not in columns))}]


def standard(case: Case) -> Wish:
    """Inputs, and a regression's targets, in their own deviations; layers that scale inputs before all others go."""
    wish: Wish = {"data.scaling": "standardize"}
    if not case.experiment.task.is_classification:
        wish["data.target_scaling"] = "standardize"
    network = case.experiment.network
    while network.layers and isinstance(network.layers[0], Scaling):
        network = network.without(0)
    return wish if network is case.experiment.network else {**wish, "network.layers": network.layers}


def standardize(case: Case) -> Wishes:
    return [standard(case)]


def standardize_swept(case: Case) -> Wishes:
    return swept(case, standard(case))


def robust_scaling(case: Case) -> Wishes:
    return [{"data.scaling": "robust"}]


def by_point(case: Case) -> Wishes:
    """The part of a point drawn by its coordinates: copies come to lie in one part."""
    return [{"data.source.split": "by_point"}] if case.is_given else []


def stratified(case: Case) -> Wishes:
    return [{"data.stratified": True}]


def fit_on_training(case: Case) -> Wishes:
    return [{"data.scaling_fit": "train"}]


def without_inputs(case: Case) -> Wishes:
    """Without the inputs that the finding names; those that the settings add are no longer added."""
    experiment, wish = case.experiment, Wish()
    named = {name for place, name in enumerate(experiment.input_names) if place in case.finding.place.inputs}
    kept = tuple(name for name in experiment.chosen_inputs if name not in named)
    if kept and len(kept) < len(experiment.chosen_inputs):
        wish["data.features"] = kept
    kinds = {each.kind for each in experiment.added_inputs if each.name in named}
    for kind, field, usual in (
        ("noise", "irrelevant_features", 0), ("copy", "correlated_features", 0), ("target", "leaked_target", False),
    ):  # fmt: skip
        if kind in kinds:
            wish[f"data.imperfections.{field}"] = usual
    return [wish] if wish else []


CLEAN: dict[str, Wish] = {
    "outliers": {"data.imperfections.outliers": 0.0},
    "duplicates": {"data.imperfections.duplicates": 0.0},
    "shifted_test": {"data.imperfections.test_shift": 0.0},
    "missing_values": {"data.imperfections.missing": 0.0},
    "leaked_column": {"data.imperfections.leaked_target": False},
    "irrelevant_features": {"data.imperfections.irrelevant_features": 0, "data.imperfections.correlated_features": 0},
}


def clean_data(case: Case) -> Wishes:
    """The imperfection taken away, where the settings have brought it in."""
    wish = CLEAN.get(case.finding.rule)
    return [] if wish is None else [wish]


def filled(imputer: str) -> Make:
    """Blank cells filled in another way."""
    return lambda case: [{"data.imperfections.imputer": imputer}]
