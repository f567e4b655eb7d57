"""Records of single samples in a model file: it comes back, is left out where large, refused where forged."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.errors import FileRefused
from playground.exchange import container, model_file, sample_tensors
from playground.exchange.files import load, parse, save
from playground.experiment.experiment import Experiment
from playground.run.session import Session

SMALL = with_changes(Experiment(), data__source__samples=40)
REGRESSION = with_changes(SMALL, data__source__name="plane", training__loss="absolute")


def recorded(experiment: Experiment = SMALL, epochs: int = 5) -> Session:
    session = Session(experiment)
    session.record_samples()
    session.advance(epochs=epochs)
    return session


@pytest.mark.parametrize("experiment", [SMALL, REGRESSION])
def test_a_record_comes_back_and_goes_on(experiment: Experiment, tmp_path: Path) -> None:
    session = recorded(experiment, 70)
    save(tmp_path / "run.nnp", session)
    loaded = Session(load(tmp_path / "run.nnp"))
    assert loaded.samples_history.epochs == session.samples_history.epochs == tuple(range(0, 71, 2))
    for each in (session, loaded):
        each.record_samples()
        each.advance(epochs=12)
    one, other = session.samples_history, loaded.samples_history
    assert one.stride == other.stride == 2
    assert one.epochs == other.epochs == tuple(range(0, 83, 2))
    for name in ("losses", "margins", "right", "learned_at", "hardest_first"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True), name
    assert loaded.digest() == session.digest()
    assert not other.rows[0].losses.flags.writeable


def test_who_asks_nothing_of_the_samples_has_none_in_the_file() -> None:
    session = Session(SMALL)
    session.advance(epochs=3)
    plain = model_file.write(session.checkpoint())
    assert not [name for name in container.read_header(plain).tensors if "sample" in name]
    assert Session(parse(plain, "f.nnp")).samples_history.rows == ()


def test_a_large_record_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    session = recorded()
    held = 6 * 3 * 20 * 4
    monkeypatch.setattr(sample_tensors, "MOST_BYTES", held)
    assert parse(model_file.write(session.checkpoint()), "f.nnp").samples.rows
    monkeypatch.setattr(sample_tensors, "MOST_BYTES", held - 1)
    assert parse(model_file.write(session.checkpoint()), "f.nnp").samples.rows == ()


def test_a_run_that_begins_anew_has_another_record() -> None:
    loaded = Session(parse(model_file.write(recorded().checkpoint()), "f.nnp"))
    loaded.reset()
    assert loaded.samples_history.rows == ()
    assert loaded.checkpoint().samples.rows == ()


def forged(missing: str = "", **tensors: Any) -> bytes:
    """A file with tensors of its record replaced, or one left out."""
    data = model_file.write(recorded().checkpoint())
    spec, found = container.read_header(data).spec, container.read_tensors(data)
    for name in ("sha256", "format"):
        del spec[name]
    found |= {f"history/{name}": values for name, values in tensors.items()}
    return container.pack(spec, {name: each for name, each in found.items() if name != f"history/{missing}"})


VALUES = np.zeros((6, 3, 20), np.float32)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"missing": "samples"}, "history/samples is missing"),
        ({"missing": "sample_epochs"}, "history/samples is F32 6×3×20, and its experiment asks for F32 1×3×20"),
        ({"missing": "sample_stride"}, "history/sample_stride is missing"),
        ({"samples": VALUES[:5]}, "history/samples is F32 5×3×20"),
        ({"samples": VALUES[:, :1]}, "history/samples is F32 6×1×20"),
        ({"samples": VALUES[:, :, :19]}, "history/samples is F32 6×3×19"),
        ({"samples": VALUES.astype(np.float64)}, "history/samples is F64"),
        ({"samples": VALUES + np.float32(np.nan)}, "history/samples has values that are not finite"),
        ({"samples": VALUES - 1}, "holds a loss below 0"),
        ({"samples": VALUES + np.float32(0.5)}, "or answers neither right nor wrong"),
        ({"sample_epochs": np.arange(6)[::-1].copy()}, "does not count epochs of its run"),
        ({"sample_epochs": np.arange(6) - 1}, "does not count epochs of its run"),
        ({"sample_epochs": np.arange(6) + 1}, "does not count epochs of its run"),
        ({"sample_epochs": np.array(3)}, "its experiment asks for"),
        ({"sample_epochs": np.zeros(0, np.int64), "samples": VALUES[:0]}, "its experiment asks for"),
        ({"sample_epochs": np.arange(65), "samples": np.zeros((65, 3, 20), np.float32)}, "asks for F32 64×3×20"),
        ({"sample_stride": np.array([0])}, "does not count epochs of its run"),
        ({"sample_stride": np.array([3])}, "does not count epochs of its run"),
        ({"sample_stride": np.array([-(2**63)])}, "does not count epochs of its run"),
    ],
)
def test_what_no_run_has_written_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FileRefused, match=re.escape(sentence)):
        parse(forged(**change), "f.nnp")


def test_what_the_last_test_starts_from_is_right() -> None:
    found = parse(forged(samples=VALUES), "f.nnp").samples
    assert found.epochs == (0, 1, 2, 3, 4, 5)
