"""The sentences about a run: why it has stopped."""

from __future__ import annotations

import pytest

from playground.numbers import GROUP
from playground.run.stopping import REASONS, Stopped
from playground.words.run import preparing_sentence, preparing_texts, stopped_sentence, stopped_texts
from tests.cases import cases


@cases(
    ("stopped", "sentence"),
    [
        (
            Stopped("early_stopping", 1240, 20, "test", 1220),
            "Stopped early at epoch 1_240: no better test loss for 20 epochs; the best weights, of epoch 1_220, are "
            "back.",
        ),
        (
            Stopped("early_stopping", 3, 1, "train", 2),
            "Stopped early at epoch 3: no better training loss for 1 epoch; the best weights, of epoch 2, are back.",
        ),
        (Stopped("loss", 12, 1e-5), "Stopped at epoch 12: the training loss has reached 1e−5."),
        (Stopped("accuracy", 9, 0.975, "test"), "Stopped at epoch 9: the test accuracy has reached 97.5 %."),
        (Stopped("accuracy", 9, 0.07, "train"), "Stopped at epoch 9: the training accuracy has reached 7 %."),
        (Stopped("epochs", 12_500, 12_500), "Stopped at epoch 12_500: the run was to take 12_500 epochs."),
        (Stopped("seconds", 1, 1.0), "Stopped at epoch 1: the run was to take 1 second."),
        (Stopped("seconds", 1, 2.5), "Stopped at epoch 1: the run was to take 2.5 seconds."),
    ],
)
def test_why_a_run_has_stopped(stopped: Stopped, sentence: str) -> None:
    assert stopped_sentence(stopped).replace(GROUP, "_") == sentence


@pytest.mark.parametrize("reason", REASONS)
def test_the_short_forms_end_with_one_word(reason: str) -> None:
    texts = stopped_texts(Stopped(reason, 12, 1.0, best_epoch=7))  # type: ignore[arg-type]
    assert texts[-1] == "Stopped"
    assert len(texts) >= 3


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_preparation_is_told_without_the_words_of_compilers(precision: str) -> None:
    texts = [*preparing_texts(precision), preparing_sentence()]
    assert not any(word in text.lower() for text in texts for word in ("kernel", "compil"))
    assert "first start only" in preparing_sentence()
    assert preparing_texts("float32")[1] == "Preparing, first start only"
    widths = [len(text) for text in preparing_texts(precision)]
    assert widths == sorted(widths, reverse=True)
