"""The sentences about a divergence: where, why, what helps."""

from __future__ import annotations

from typing import get_args

from playground.causes.divergence import Cause, Cure, Diagnosis
from playground.experiment.changing import Change
from playground.experiment.experiment import Experiment
from playground.numbers import GROUP
from playground.run.snapshot import Divergence
from playground.words.divergence import CAUSES, cause_sentence, cure_label, cure_name, diverged_sentence, diverged_text


def test_where_a_run_diverged() -> None:
    found = Divergence(21_400, 85, 1, "layer 2", 1234)
    assert diverged_text(found) == f"diverged at step 21{GROUP}400 in layer 2"
    sentence = diverged_sentence(found)
    assert sentence.startswith(
        f"Diverged at step 21{GROUP}400 (epoch 85) in layer 2 at training sample 1{GROUP}234: the numbers grew"
    )
    assert "at training sample" not in diverged_sentence(Divergence(21_400, 85, 1, "layer 2"))
    assert str(found) == "Diverged at step 21400 (epoch 85) in layer 2 at training sample 1234."


def test_why_it_diverged_and_what_was_tried() -> None:
    cures = (
        Cure("penalty", Experiment(), (Change("training.l2", 0.03),)),
        Cure("rate", Experiment(), (Change("training.learning_rate", 0.03),)),
    )
    assert cause_sentence(Diagnosis("penalty", cures, 3.0, 2.0, 600)) == (
        "Cause: rate × L2 is 3; above 2 weights grow at every step. Tried, and helps: L2 0.03 or rate 0.03."
    )
    assert [cure_label(cure) for cure in cures] == ["Reset with L2 0.03", "Reset with rate 0.03"]
    assert [cure_name(cure) for cure in cures] == ["Lower L2", "Lower learning rate"]


def test_at_rate_0_nothing_is_said_to_help() -> None:
    cures = (Cure("numerics", Experiment(), (Change("training.numerics", "stable"),)),)
    sentence = cause_sentence(Diagnosis("numerics", cures, steps=600, learns=False))
    assert sentence.endswith("Tried, and no longer diverges: the stable soft-max. Nothing is learned at rate 0.")
    assert "learn" not in cause_sentence(Diagnosis("unknown", steps=600, learns=False))


def test_changes_that_help_together_are_one_cure() -> None:
    changes = (
        Change("training.numerics", "stable"),
        Change("training.l2", 0.03),
        Change("training.learning_rate", 1.0),
    )
    cure = Cure("several", Experiment(), changes)
    assert cause_sentence(Diagnosis("several", (cure,), steps=600)) == (
        "Cause: several settings at once; no single change helps. "
        "Tried, and helps: the stable soft-max, L2 0.03 and rate 1."
    )
    assert cure_label(cure) == "Reset with the stable soft-max, L2 0.03 and rate 1"
    assert cure_name(cure) == "Calmer settings"


def test_without_a_cure_it_says_that_only_a_reset_is_left() -> None:
    for steps in (0, 300):
        sentence = cause_sentence(Diagnosis("unknown", steps=steps))
        assert "Only a reset is left" in sentence
        assert "rate" not in sentence or steps
    assert "Reset to go on" in cause_sentence(Diagnosis("by_hand", steps=300))


def test_every_cause_has_its_words() -> None:
    assert {*CAUSES, "unknown"} == set(get_args(Cause))
