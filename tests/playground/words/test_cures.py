"""What cures are called, and what came of them, in words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast, get_args

import pytest
from msgspec.structs import replace

from playground.diagnosis.cures.cure import NAMES, Cure, Name
from playground.diagnosis.cures.measures import Measure
from playground.diagnosis.cures.verifying import CureResult, Pair
from playground.experiment.changing import Change, changed
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense, Dropout
from playground.experiment.optimizers import Adam
from playground.experiment.schedules import CosineSchedule, EarlyStopping
from playground.words.cures import (
    JUDGED,
    MEASURES,
    applies,
    came_of,
    changes_text,
    cure_title,
    effect_sign,
    effect_text,
    explained,
    seeds_of,
    word_of,
)
from tests.cases import cases


@cases("name", NAMES)
def test_every_cure_has_a_title_in_words(name: Name) -> None:
    title = cure_title(Cure(name, (), Experiment()))
    assert title
    assert "_" not in title
    assert title[0].isupper() or title[0].isdigit()


@pytest.mark.parametrize(
    ("name", "path", "value", "title"),
    [
        ("weight_penalty", "training.l2", 0.003, "L2 0.003"),
        ("rate_swept", "training.learning_rate", 0.01, "Learning rate 0.01"),
        ("small_batch", "training.batch_size", 20, "Batch size 20"),
        ("standardize_swept", "training.learning_rate", 0.3, "Standardize inputs, rate 0.3"),
    ],
)
def test_a_cure_says_what_it_sets(name: Name, path: str, value: object, title: str) -> None:
    changes = (Change(path, value),)
    assert cure_title(Cure(name, changes, changed(Experiment(), changes))) == title


@cases(
    ("measure", "effect", "text"),
    [
        ("accuracy", 0.5, "+50 points"), ("accuracy", 0.01, "+1 point"), ("success", 1.0, "+100 points"),
        ("optimism", -0.1, "-10 points"), ("r2", 0.0004, "0.00"), ("clean_r2", 0.31, "+0.31"),
        ("loss", -0.187, "-19 %"), ("accuracy", 0.005, "0 points"), ("accuracy", -0.005, "0 points"),
    ],
)  # fmt: skip
def test_an_effect_is_told_in_points_or_of_a_loss_as_its_share(measure: Measure, effect: float, text: str) -> None:
    result = CureResult(Cure("adam", (), Experiment()), "helped", effect, measure, (), 300)
    found, short = (
        said.replace("\u202f", " ").replace("\u2212", "-") for said in (effect_text(result), effect_sign(result))
    )
    assert (found, short) == (text, text.replace("points", "pp").replace("point", "pp"))


@cases(
    ("path", "value", "text"),
    [
        ("training.learning_rate", 0.003, "learning rate 0.003"),
        ("training.optimizer", Adam(), "optimizer Adam"),
        ("training.schedule", CosineSchedule(40), "schedule cosine"),
        ("training.early_stopping", EarlyStopping(30), "early stopping after 30 epochs"),
        ("training.clip_norm", None, "clip norm none"),
        ("training.initializer", "he_normal", "initializer he normal"),
        ("training.batch_size", 20, "batch size 20"),
        ("data.stratified", True, "stratified on"),
        ("data.features", ("x", "x_squared"), "inputs x, x²"),
        ("network.layers", (Dense(8, "relu"), Dropout(0.3)), "layers 8 relu, dropout 0.3"),
        ("network.layers", (), "layers none"),
    ],
)
def test_a_cure_tells_which_fields_it_sets(path: str, value: object, text: str) -> None:
    changes = (Change(path, value),)
    assert changes_text(Cure("adam", changes, changed(Experiment(), changes))) == text


def test_several_fields_are_told_in_their_order() -> None:
    changes = (Change("training.optimizer", Adam()), Change("training.learning_rate", 0.01))
    cure = Cure("adam", changes, changed(Experiment(), changes))
    assert changes_text(cure) == "optimizer Adam; learning rate 0.01"
    assert applies(cure) == "A fresh run with optimizer Adam; learning rate 0.01. Undo brings the run before back."


def test_the_last_resort_is_called_by_the_variant_that_it_became() -> None:
    layers = (Change("network.layers", (Dense(32, "relu"),) * 3),)
    assert cure_title(Cure("last_resort", layers, changed(Experiment(), layers))) == "32-32-32 ReLU, Adam"
    scaled = (*layers, Change("data.scaling", "standardize"))
    assert cure_title(Cure("last_resort", scaled, changed(Experiment(), scaled))) == "32-32-32 ReLU, Adam, standardized"


def test_each_measure_has_words() -> None:
    assert set(JUDGED) == set(MEASURES) == set(get_args(Measure))


def test_what_came_of_a_cure_in_one_line() -> None:
    result = CureResult(Cure("clipping", (), Experiment()), "no_help", 0.0, "balanced_accuracy", (), 300)
    said = came_of(result).replace("\u202f", " ").replace("\u00a0", " ")
    assert said == "Clip at 1: balanced accuracy 0 points, no help, 0 of 0 better"


def test_no_help_that_made_most_pairs_better_has_its_reason() -> None:
    """There is no fourth word, and why a good figure is none is said beside it."""
    fine, broke = (SimpleNamespace(figures=SimpleNamespace(diverged=each)) for each in (False, True))
    for treated, run, reason in (
        ((0.49, 0.48), fine, " (too little to count)"), ((0.1, 0.2), broke, " (a run with it broke)"),
        ((0.1, 0.2, 0.9), fine, " (another seed alone does as much)"), ((0.1, 0.9), fine, ""), ((0.9, 0.9), fine, ""),
    ):  # fmt: skip
        pairs = tuple(Pair(seed, 0.5, loss, cast(Any, fine), cast(Any, run)) for seed, loss in enumerate(treated))
        result = CureResult(Cure("clipping", (), Experiment()), "no_help", -0.8, "loss", pairs, 300)
        assert word_of(result) == "no help"
        assert explained(result) == f"no help{reason}"
        assert explained(replace(result, verdict="helped")) == "helped"
    pairs = tuple(Pair(seed, 0.4, 0.5, cast(Any, fine), cast(Any, fine)) for seed in range(5))
    guessing = CureResult(Cure("clipping", (), Experiment()), "no_help", 0.1, "accuracy", pairs, 300)
    assert [seeds_of([replace(guessing, pairs=count * pairs)]) for count in (1, 2)] == [5, 5]
    assert seeds_of([replace(guessing, pairs=3 * pairs, measure="success")]) == 15
    assert explained(guessing) == "no help (no better than always the same answer)"
