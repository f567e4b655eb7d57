"""What cures are called, and what came of them, in words."""

from __future__ import annotations

import pytest

from playground.diagnosis.cures.cure import NAMES, Cure, Name
from playground.diagnosis.cures.measures import Measure
from playground.diagnosis.cures.verifying import CureResult
from playground.experiment.changing import Change, changed
from playground.experiment.experiment import Experiment
from playground.words.cures import cure_title, effect_text


@pytest.mark.parametrize("name", NAMES)
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


@pytest.mark.parametrize(
    ("measure", "effect", "text"),
    [("accuracy", 0.5, "+50 %"), ("loss", -0.187, "-19 %"), ("r2", 0.0004, "0 %"), ("optimism", -0.1, "-10 %")],
)
def test_an_effect_is_a_share_with_its_sign(measure: Measure, effect: float, text: str) -> None:
    result = CureResult(Cure("adam", (), Experiment()), "helped", effect, measure, (), 300)
    assert effect_text(result).replace("\u202f", " ").replace("\u2212", "-").replace("\u00a0", " ") == text
