"""Parameters as CSV and JSON: every number with every digit, and where it belongs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.errors import FileRefused
from playground.exchange.parameter_files import HEAD, csv_of, json_of, write_parameters
from playground.experiment.experiment import Experiment
from playground.experiment.layers import BatchNorm, Dense, Dropout
from playground.experiment.network import Network
from playground.run.session import Session


@pytest.fixture(scope="module")
def session() -> Session:
    network = Network((Dense(3), BatchNorm(), Dropout(), Dense(2)))
    return Session(with_changes(Experiment(), data__source__samples=60, network=network))


def test_csv_has_a_line_for_each_number(session: Session) -> None:
    layout, parameters = session.layout, session.state.parameters
    head, *lines = csv.reader(io.StringIO(csv_of(layout, parameters).decode()))
    assert tuple(head) == HEAD
    assert len(lines) == layout.size
    assert np.array_equal(np.array([float(line[-1]) for line in lines], np.float32), parameters)
    assert lines[0][:5] == ["1", "dense", "weights", "1", "1"]
    assert lines[-1][:3] == ["output", "dense", "biases"]
    assert {line[2] for line in lines if line[0] == "2"} == {"gains", "shifts", "running_means", "running_variances"}


def test_json_has_the_arrays_of_each_layer_in_their_shape(session: Session) -> None:
    found = json.loads(json_of(session.layout, session.state.parameters))
    assert [layer["layer"] for layer in found["layers"]] == ["1", "2", "4", "output"]
    assert np.array_equal(np.array(found["layers"][0]["weights"], np.float32), session.snapshot().weights(0))
    assert np.array_equal(np.array(found["layers"][1]["running_variances"]), np.ones(3))


def test_the_name_tells_the_form_and_a_bad_path_is_told_in_words(session: Session, tmp_path: Path) -> None:
    layout, parameters = session.layout, session.state.parameters
    for name, make in (("a.csv", csv_of), ("a.JSON", json_of)):
        write_parameters(tmp_path / name, layout, parameters)
        assert (tmp_path / name).read_bytes() == make(layout, parameters)
    with pytest.raises(FileRefused, match="does not exist"):
        write_parameters(tmp_path / "none" / "a.csv", layout, parameters)
