"""Undo and redo: names, merging, saving, and random walks of real edits."""

from __future__ import annotations

import random

import pytest

from playground.edits.changes import with_changes
from playground.edits.history import MAX_STEPS, History
from playground.errors import InvalidExperiment
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment, checked, validate
from playground.experiment.layers import Dense
from tests.seeds import seeds


def test_undo_and_redo_return_the_values_and_their_names() -> None:
    history = History("a")
    history.push("Make b", "b")
    history.push("Make c", "c")
    assert (history.undo_name, history.redo_name) == ("Make c", None)
    assert history.undo() == "b"
    assert (history.undo_name, history.redo_name) == ("Make b", "Make c")
    assert history.undo() == "a"
    assert history.undo() == "a"
    assert history.undo_name is None
    assert history.redo() == "b"


def test_a_new_edit_forgets_what_was_undone() -> None:
    history = History(0)
    history.push("one", 1)
    history.undo()
    history.push("two", 2)
    assert history.redo_name is None
    assert history.undo() == 0


def test_a_drag_is_one_step_until_it_settles() -> None:
    history = History(0)
    for value in (1, 2, 3):
        history.push("Rate", value, merge="rate")
    history.settle()
    history.push("Rate", 4, merge="rate")
    assert history.undo() == 3
    assert history.undo() == 0


def test_drags_of_two_sliders_do_not_merge() -> None:
    history = History(0)
    history.push("Rate", 1, merge="rate")
    history.push("Noise", 2, merge="noise")
    assert history.undo() == 1


def test_an_equal_value_is_no_step() -> None:
    history = History(1)
    history.push("Same", 1)
    assert history.undo_name is None


def test_saved_mark_follows_the_value() -> None:
    history = History(0)
    history.push("one", 1)
    assert history.unsaved
    history.mark_saved(history.current)
    assert not history.unsaved
    history.undo()
    assert history.unsaved
    history.redo()
    assert not history.unsaved
    history.undo()
    history.push("two", 2)
    assert history.unsaved


def test_old_steps_are_dropped_beyond_the_limit() -> None:
    history = History(0)
    for value in range(1, MAX_STEPS + 50):
        history.push("step", value)
    undone = 0
    while history.undo_name is not None:
        history.undo()
        undone += 1
    assert undone == MAX_STEPS - 1


def random_edit(experiment: Experiment, rng: random.Random) -> Experiment:
    """One edit a user could make; may be refused."""
    network = experiment.network
    count = len(network.layers)
    place = rng.randrange(max(count, 1))
    match rng.randrange(9):
        case 0:
            return with_changes(
                experiment, network=network.with_inserted(rng.randrange(count + 1), Dense(rng.randint(1, 9)))
            )
        case 1 if count:
            return with_changes(experiment, network=network.without(place))
        case 2 if count:
            return with_changes(experiment, network=network.with_moved(place, rng.randrange(count)))
        case 3 if count:
            return with_changes(experiment, network=network.with_duplicate(place))
        case 4 if count:
            return with_changes(experiment, network=network.with_layer(place, units=rng.randint(0, 12)))
        case 5 if count:
            return with_changes(experiment, network=network.with_layer(place, activation=rng.choice(list(ACTIVATIONS))))
        case 6:
            return with_changes(experiment, data__imperfections__label_noise=rng.choice([0.0, 0.2, 7.0]))
        case 7:
            return with_changes(experiment, data__source__name=rng.choice(["xor", "plane", "blobs"]))
        case _:
            return with_changes(experiment, training__learning_rate=rng.choice([0.1, 1.0, -1.0]))


@pytest.mark.parametrize("seed", seeds(4, 500))
def test_a_random_walk_of_edits_is_undone_and_redone_exactly(seed: int) -> None:
    rng = random.Random(seed)
    history = History(Experiment())
    seen = [history.current]
    for _ in range(200):
        try:
            history.push("edit", random_edit(history.current, rng))
        except InvalidExperiment:
            assert history.current == seen[-1]
        if history.current != seen[-1]:
            seen.append(history.current)
        assert validate(history.current) == []
    last = history.current
    back = [last]
    while history.undo_name is not None:
        back.append(history.undo())
    assert back == seen[::-1]
    while history.redo_name is not None:
        history.redo()
    assert history.current == checked(last)
    assert len(seen) > 60
