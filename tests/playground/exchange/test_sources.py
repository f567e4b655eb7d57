"""What a SOURCE stands for: a file, a data set, standard input, and clear sentences for the rest."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from playground.data import DATASETS
from playground.errors import FileRefused, WrongUse
from playground.exchange.files import save
from playground.exchange.sources import file_of, open_source
from playground.experiment.experiment import Experiment, to_json, validate
from playground.run.session import Session
from tests.cases import cases


@cases("name", list(DATASETS))
def test_every_data_set_is_a_source_with_its_own_number_of_points(name: str) -> None:
    found = open_source(f"dataset:{name}")
    assert found.state is None
    assert found.experiment.data.source.name == name
    assert found.experiment.data.source.samples == DATASETS[name].samples
    assert validate(found.experiment) == []


def test_other_names_of_a_data_set_work_too() -> None:
    assert open_source("dataset:Two Spirals").experiment == open_source("dataset:spirals").experiment


def test_files_are_sources(tmp_path: Path) -> None:
    session = Session(Experiment())
    session.advance(epochs=2)
    for name in ("a.nnp", "b.safetensors", "c.json", "odd:name.nnp"):
        save(tmp_path / name, session)
        found = open_source(str(tmp_path / name))
        assert found.experiment == session.experiment
        assert (found.state is None) == name.endswith(".json")


def test_an_experiment_may_come_from_standard_input() -> None:
    made = Experiment(seed=7, title="Ü")
    assert open_source("-", io.BytesIO(to_json(made).encode())).experiment == made
    with pytest.raises(FileRefused, match="standard input is not a valid experiment: seed"):
        open_source("-", io.BytesIO(b'{"seed": -1}'))
    with pytest.raises(FileRefused, match="standard input is empty"):
        open_source("-", io.BytesIO(b""))


@cases(
    ("source", "error", "sentence"),
    [
        ("dataset:spirls", WrongUse, "Did you mean spirals"),
        ("dataset:", WrongUse, "The data sets are: circles"),
        ("lesson:first", WrongUse, "a SOURCE is a file .*, dataset:NAME, a link .*, or -"),
        ("preset:x", WrongUse, "a SOURCE is a file .*, dataset:NAME, a link .*, or -"),
        ("dataset:" + "x" * 5000, WrongUse, "There is no data set called"),
        ("x" * 5000 + ".nnp", FileRefused, "cannot be read"),
        ("nothing.nnp", FileRefused, "nothing.nnp does not exist"),
        ("C:\\nothing.nnp", FileRefused, "does not exist"),
    ],
)
def test_what_is_no_source_is_told(source: str, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        open_source(source)


def test_only_files_have_a_path(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    assert file_of(str(tmp_path / "x.json")) == str(tmp_path / "x.json")
    assert file_of("dataset:xor") is None
    assert file_of("-") is None
