"""Files saved before a rule that refuses them: they open, go on, and say what was changed."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from playground.errors import InvalidExperiment
from playground.exchange import files, model_file
from playground.experiment.experiment import Experiment, amended, checked, read_back
from playground.experiment.layers import BatchNorm, Conv2d, Dense
from playground.experiment.network import Network
from playground.experiment.schedules import ConstantSchedule, EarlyStopping, PlateauSchedule
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.words.errors import told_changes

REFUSED = {
    "batch_size": (
        {"training": {"batch_size": 1}, "network": {"layers": [{"kind": "dense"}, {"kind": "batch_norm"}]}},
        "training.batch_size: batch normalization needs at least 2 samples per step",
        "The batch size was 1, which gives batch normalization no variance; it is 2 now.",
    ),
    "early_stopping": (
        {"training": {"early_stopping": {}}, "data": {"train_share": 1.0}},
        "training.early_stopping: early stopping watches the test loss, and there are no test samples",
        "Early stopping watched the test loss, but there are no test samples; it is off now.",
    ),
    "schedule": (
        {"training": {"schedule": {"kind": "reduce_on_plateau"}}, "data": {"train_share": 1.0}},
        "training.schedule: the schedule watches the test loss, and there are no test samples",
        "the rate is constant now.",
    ),
}


@pytest.mark.parametrize("field", REFUSED)
def test_an_edit_is_refused_with_the_reason_and_a_file_opens_with_a_note(field: str, tmp_path: Path) -> None:
    raw, reason, said = REFUSED[field]
    with pytest.raises(InvalidExperiment, match=reason):
        checked(raw)
    (tmp_path / "old.json").write_text(json.dumps(raw))
    opened = files.load(tmp_path / "old.json")
    assert said in told_changes(opened.amended)
    assert checked(opened.experiment) == opened.experiment
    plain = msgspec.structs.replace(opened.experiment, training=read_back(raw).training)
    assert plain == read_back(raw), "nothing else has changed"


@pytest.mark.parametrize("field", REFUSED)
def test_a_run_goes_on_from_where_it_was_saved(field: str, tmp_path: Path) -> None:
    """The log of what is not allowed any more is not replayed: it begins here."""
    session = Session(Checkpoint(read_back(REFUSED[field][0])))
    session.advance(epochs=3)
    session.advance(steps=1)
    data = model_file.write(session.checkpoint())
    opened = files.parse(data, "old.nnp")
    assert len(opened.amended) == 2
    assert opened.state is not None
    assert opened.state.parameters.tobytes() == session.state.parameters.tobytes()
    assert opened.state.step == session.state.step
    assert opened.log is not None
    assert opened.log.begins_with_a_state
    again = Session(opened)
    again.advance(epochs=2)
    assert np.isfinite(again.state.parameters).all()
    files.save(tmp_path / "new.nnp", again)
    assert files.load(tmp_path / "new.nnp").amended == ()


def test_a_log_that_passes_through_what_is_refused_begins_where_it_ends() -> None:
    session = Session(Checkpoint(read_back(REFUSED["batch_size"][0])))
    session.advance(epochs=1)
    session.apply(amended(session.experiment)[0])
    session.advance(epochs=1)
    opened = files.parse(model_file.write(session.checkpoint()), "old.nnp")
    assert opened.amended == ()
    assert opened.log is not None
    assert opened.log.begins_with_a_state
    assert Session(opened).digest() == session.digest()


def test_images_and_rules_that_have_something_to_watch_are_allowed() -> None:
    image = Network((Conv2d(2), BatchNorm()))
    data = read_back({"data": {"source": {"kind": "generated", "name": "bars"}}}).data
    one = msgspec.structs.replace(Experiment().training, batch_size=1)
    assert checked(Experiment(data=data, network=image, training=one))
    on_training = msgspec.structs.replace(
        Experiment().training, early_stopping=EarlyStopping(monitor="train_loss"), schedule=PlateauSchedule()
    )
    assert checked({"data": {"train_share": 1.0}, "training": msgspec.to_builtins(on_training)})
    assert checked(
        {
            "data": {"source": {"kind": "generated", "name": "xor_points", "samples": 4}},
            "training": {"early_stopping": {}},
        }
    )
    assert amended(Experiment(network=Network((Dense(2), BatchNorm())))) == (
        Experiment(network=Network((Dense(2), BatchNorm()))), (),
    )  # fmt: skip
    assert isinstance(amended(read_back(REFUSED["schedule"][0]))[0].training.schedule, ConstantSchedule)
