"""Which of two runs is better is told where both were held against the same samples, by the same loss."""

from __future__ import annotations

import playground as pg
from playground.edits.changes import with_changes
from playground.figures.comparing import held_out_accuracy, held_out_loss
from playground.run.snapshot import Snapshot
from tests.cases import cases

USUAL = pg.Experiment()


def shot(experiment: pg.Experiment, epochs: int = 3) -> Snapshot:
    session = pg.Session(experiment)
    session.advance(epochs=epochs)
    return session.snapshot()


def test_on_the_same_samples_the_smaller_loss_and_the_larger_accuracy_are_better() -> None:
    early, late = shot(USUAL, 1), shot(USUAL, 200)
    assert held_out_loss(early, late).better == 1
    assert held_out_loss(late, early).better == 0
    assert held_out_accuracy(early, late).better == 1
    again = shot(with_changes(USUAL, training__learning_rate=0.1), 200)
    assert held_out_loss(early, again).better == 1, "made anew, but the same samples"


@cases("other", [
    with_changes(USUAL, data__source__name="spirals"), with_changes(USUAL, seed=5),
    with_changes(USUAL, data__imperfections__position_noise=0.4), with_changes(USUAL, data__train_share=0.7),
])  # fmt: skip
def test_of_other_samples_none_is_better(other: pg.Experiment) -> None:
    loss, accuracy = held_out_loss(shot(USUAL), shot(other)), held_out_accuracy(shot(USUAL), shot(other))
    assert loss.better is accuracy.better is None
    assert loss.gap
    assert loss.gap > 0.0


def test_losses_of_another_kind_are_not_compared_but_accuracies_are() -> None:
    other = shot(with_changes(USUAL, training__loss="binary_cross_entropy"), 200)
    assert held_out_loss(shot(USUAL, 1), other).better is None
    assert held_out_accuracy(shot(USUAL, 1), other).better == 1
