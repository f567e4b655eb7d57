"""Links of our own: what goes in comes out, and whatever else is pasted is told."""

from __future__ import annotations

import base64
import json
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import OwnPoints
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset, on_points
from playground.errors import FileRefused
from playground.exchange.own_link import LONGEST, SCHEME, is_own_link, own_link, read_own_link
from playground.exchange.sources import open_source
from playground.experiment.experiment import Experiment
from playground.run.session import Session
from tests.cases import cases

START = with_changes(Experiment(), title="Ünder way", data__features=("x", "y", "sin(3*x)"), seed=7)
OWN = OwnPoints(np.random.default_rng(1).normal(size=(60, 2)), np.arange(60) % 2)


def packed(said: object) -> str:
    return f"{SCHEME}1/{base64.urlsafe_b64encode(zlib.compress(json.dumps(said).encode())).decode()}"


def test_an_experiment_comes_back_whole() -> None:
    link = own_link(START)
    assert is_own_link(link)
    assert len(link) < 1000
    assert open_source(link).experiment == START
    assert open_source(own_link(on_dataset(START, "digits"))).experiment == on_dataset(START, "digits")


def test_own_points_travel_in_it() -> None:
    found = read_own_link(own_link(on_points(START, OWN.source(2)), OWN))
    assert found.points == OWN
    runs = [Session(found), Session(on_points(START, OWN.source(2)), points=OWN)]
    for run in runs:
        run.advance(epochs=2)
    assert runs[0].digest() == runs[1].digest()


def test_what_mail_programs_do_to_it_does_not_matter() -> None:
    link = own_link(START)
    wrapped = "\n".join(link[at : at + 60] for at in range(0, len(link), 60))
    for text in (f"  {wrapped} \n", f"{link}.", f"{link}>)", link.replace(SCHEME, SCHEME.upper()), f"{link}=="):
        assert read_own_link(text).experiment == START


def test_too_much_for_a_link_is_refused() -> None:
    many = OwnPoints(np.random.default_rng(1).normal(size=(20_000, 2)), np.arange(20_000) % 2)
    with pytest.raises(FileRefused, match="Save it as a model file"):
        own_link(on_points(START, many.source(2)), many)
    some = OwnPoints(np.random.default_rng(1).normal(size=(2_000, 2)), np.arange(2_000) % 2)
    with pytest.raises(FileRefused, match="needs more"):
        own_link(on_points(START, some.source(2)), some)


@cases(
    ("text", "said"),
    [
        (SCHEME, "after the colon"),
        (f"{SCHEME}1", "after the colon"),
        (f"{SCHEME}2/abc", "newer program"),
        (f"{SCHEME}1/", "missing"),
        (f"{SCHEME}1/!!!", "letters are missing"),
        (f"{SCHEME}1/{'A' * 70_000}", "longer than any"),
        (own_link(START)[:-20], "missing"),
        (own_link(START)[:60] + "x" + own_link(START)[61:], "letters are missing or were changed"),
        (packed([1]), "no experiment"),
        (packed({"experiment": {"seed": -1}}), "seed"),
        (packed({"experiment": {}, "more": 1}), "no experiment"),
        (packed({"experiment": {}, "features": 3, "labels": []}), "no lists"),
        (packed({"experiment": {}, "features": [[1], [1, 2]], "labels": [0, 1]}), "different numbers"),
        (packed({"experiment": {}, "features": [[1, "a"]], "labels": [0]}), "no number"),
        (packed({"experiment": {}, "features": [[1, True]], "labels": [0]}), "no number"),
        (packed({"experiment": {}, "features": [[1, 10**400], [1, 2]], "labels": [0, 1]}), "too large"),
        (packed({"experiment": {}, "features": [[1, 2], [1, 3]], "labels": [0, 1]}), "makes its points itself"),
        (packed({"experiment": {"data": {"source": {"kind": "points", "samples": 2, "digest": "0" * 64}}}}), "missing"),
        (packed("x" * 1_100_000), "more than"),
    ],
)
def test_what_is_no_link_is_told(text: str, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        read_own_link(text)


@given(place=st.integers(0, len(own_link(START)) - 1), letter=st.sampled_from("AZaz09-_ \x00é"), cut=st.booleans())
def test_a_changed_letter_is_the_same_experiment_or_a_sentence(place: int, letter: str, cut: bool) -> None:
    link = own_link(START)
    changed = link[:place] if cut else link[:place] + letter + link[place + 1 :]
    if not is_own_link(changed):
        return
    try:
        found = read_own_link(changed).experiment
    except FileRefused as refused:
        found = None
        said = str(refused)
    assert found == START if found is not None else said.endswith(".")
    assert len(link) < LONGEST
