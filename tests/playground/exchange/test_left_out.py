"""Model files of runs whose samples with blank cells are left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset
from playground.exchange.files import load, save
from playground.experiment.experiment import Experiment
from playground.run.session import Session


@pytest.mark.parametrize("name", ["xor_points", "circles"])
def test_a_run_without_its_blank_samples_is_saved_and_goes_on(name: str, tmp_path: Path) -> None:
    asked = with_changes(on_dataset(Experiment(), name), data__imperfections__missing=0.3)
    session = Session(asked)
    assert session.dataset.train_labels.size < asked.data.source.samples
    session.advance(epochs=3)
    save(tmp_path / "run.nnp", session)
    again = Session(load(tmp_path / "run.nnp"))
    assert not again.dataset.is_own
    assert again.dataset.test_labels.tobytes() == session.dataset.test_labels.tobytes()
    for each in (again, session):
        each.advance(epochs=2)
    assert again.digest() == session.digest()
