"""Model files: a loaded run goes on as if it had never been interrupted, and what is no such file is told by name."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import re
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from safetensors.numpy import load as plain_load
from safetensors.numpy import save as plain_save

from playground.data import make_dataset
from playground.edits.changes import apply_settings, with_changes
from playground.engine.parameters import digest, initial_parameters
from playground.engine.state import RunState
from playground.errors import FileRefused
from playground.exchange import container, model_file, reading
from playground.exchange.files import load, parse, save
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam, RmsProp, Sgd
from playground.run.checkpoint import Checkpoint
from playground.run.recording import CAPACITY
from playground.run.session import Session
from tests.cases import cases
from tests.mutations import join, signed, split

SMALL = apply_settings(Experiment(), ["data.source.samples=40", "training.batch_size=7"])


def through_file(session: Session, folder: Path) -> Session:
    """The session as it comes back from disk."""
    save(folder / "run.nnp", session)
    return Session(load(folder / "run.nnp"))


def same(left: Session, right: Session) -> None:
    """Everything a run goes on from is equal, bit for bit."""
    assert left.digest() == right.digest()
    assert left.divergence == right.divergence
    assert np.array_equal(left.recording.rows_so_far(), right.recording.rows_so_far())
    assert left.recording.stride == right.recording.stride
    for name in ("parameters", "slots", "powers", "order", "chance"):
        a, b = getattr(left.state, name), getattr(right.state, name)
        assert a.dtype == b.dtype
        assert a.tobytes() == b.tobytes(), name
    assert left.state.counters[:3].tolist() == right.state.counters[:3].tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("optimizer", [Sgd(), Sgd(0.9), Sgd(0.9, True), RmsProp(), Adam()])
def test_a_loaded_run_goes_on_as_if_never_interrupted(optimizer: object, dtype: type, tmp_path: Path) -> None:
    session = Session(with_changes(SMALL, training__optimizer=optimizer), dtype=dtype)
    session.advance(epochs=5)
    session.advance(steps=2)
    assert session.state.position
    loaded = through_file(session, tmp_path)
    same(session, loaded)
    assert loaded.dtype == dtype
    for run in (session, loaded):
        run.advance(epochs=20)
        run.advance(steps=1)
    same(session, loaded)


def test_a_run_goes_on_after_its_history_was_thinned(tmp_path: Path) -> None:
    session = Session(SMALL)
    session.advance(epochs=CAPACITY + 500)
    assert session.recording.stride == 2
    loaded = through_file(session, tmp_path)
    for run in (session, loaded):
        run.advance(epochs=2 * CAPACITY)
    assert session.recording.stride == 4
    same(session, loaded)


def test_a_run_goes_on_after_edits(tmp_path: Path) -> None:
    session = Session(SMALL)
    session.advance(steps=11)
    session.apply(with_changes(SMALL, network=Network((Dense(5, "relu"), Dense(3), Dense(2))), training__batch_size=4))
    session.set_parameter(3, -1.25)
    session.advance(steps=9)
    session.apply(with_changes(session.experiment, data__source__name="moons", data__source__samples=60))
    session.advance(steps=2)
    loaded = through_file(session, tmp_path)
    assert loaded.experiment == session.experiment
    for run in (session, loaded):
        run.advance(epochs=7)
        run.apply(with_changes(run.experiment, training__learning_rate=0.2))
        run.advance(epochs=7)
    same(session, loaded)


def wild() -> Session:
    """A run that will diverge."""
    made = with_changes(SMALL, data__source__name="plane", network=Network((Dense(4, "linear"),)))
    return Session(with_changes(made, training__learning_rate=50.0))


def test_a_diverged_run_keeps_its_last_finite_state_and_its_reason(tmp_path: Path) -> None:
    session = wild()
    assert not session.advance(epochs=100)
    loaded = through_file(session, tmp_path)
    assert str(loaded.divergence) == str(session.divergence)
    assert not loaded.advance(epochs=1)
    same(session, loaded)
    for run in (session, loaded):
        run.apply(with_changes(run.experiment, training__learning_rate=0.001))
        run.advance(epochs=3)
    same(session, loaded)


def test_a_run_that_diverges_right_after_loading_keeps_its_history(tmp_path: Path) -> None:
    session = Session(with_changes(wild().experiment, training__learning_rate=0.001))
    session.advance(epochs=5)
    session.apply(with_changes(session.experiment, training__learning_rate=1e5))
    loaded = through_file(session, tmp_path)
    for run in (session, loaded):
        assert not run.advance(epochs=100)
    assert session.recording.rows >= 6
    same(session, loaded)


def test_an_untrained_run_with_a_weight_set_by_hand_keeps_it(tmp_path: Path) -> None:
    session = Session(SMALL)
    session.set_parameter(0, 3.0)
    loaded = through_file(session, tmp_path)
    for run in (session, loaded):
        run.apply(with_changes(run.experiment, training__learning_rate=0.5))
        assert run.state.parameters[0] == 3.0
    same(session, loaded)


def test_an_experiment_alone_fits_into_a_model_file(tmp_path: Path) -> None:
    save(tmp_path / "new.nnp", SMALL)
    found = load(tmp_path / "new.nnp")
    assert found.experiment == SMALL
    assert found.state is None
    assert Session(found).digest() == Session(SMALL).digest()


def test_a_test_set_may_be_empty_or_be_the_training_set(tmp_path: Path) -> None:
    for changes in ({"data__train_share": 1.0}, {"data__source__name": "xor_points", "data__source__samples": 4}):
        session = Session(with_changes(SMALL, **changes))
        session.advance(epochs=2)
        same(session, through_file(session, tmp_path))


@pytest.mark.parametrize("missing", [0.0, 0.1])
@pytest.mark.parametrize("validation", [0.0, 0.2])
def test_more_training_points_come_back(missing: float, validation: float, tmp_path: Path) -> None:
    changes = {"data__extra_training": 25, "data__imperfections__missing": missing}
    session = Session(with_changes(SMALL, data__validation_share=validation, **changes))
    session.advance(epochs=2)
    loaded = through_file(session, tmp_path)
    same(session, loaded)
    assert np.array_equal(loaded.dataset.train_points, session.dataset.train_points)
    assert not loaded._run.has_saved_dataset


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    files = []
    for name, calls in (("a", [30]), ("b", [1] * 30)):
        session = Session(with_changes(SMALL, title='Ünïcode 💡 "quoted" \\ and\nlines', training__optimizer=Adam()))
        for steps in calls:
            session.advance(steps=steps)
        save(tmp_path / f"{name}.nnp", session)
        save(tmp_path / f"{name}.safetensors", session.checkpoint())
        files += [(tmp_path / f"{name}{suffix}").read_bytes() for suffix in (".nnp", ".safetensors")]
    assert len(set(files)) == 1
    assert parse(files[0], "f").experiment.title.startswith("Ünïcode 💡")


def test_the_file_is_a_plain_safetensors_file_that_anyone_can_verify(tmp_path: Path) -> None:
    session = Session(SMALL)
    session.advance(epochs=1)
    data = model_file.write(session.checkpoint())
    tensors = plain_load(data)
    assert np.array_equal(tensors["param/output/weights"], session.layout.weights(session.state.parameters, 2))
    assert tensors["param/1/biases"].shape == (4,)
    found = re.search(rb'\\"sha256\\":\\"([0-9a-f]{64})', data)
    assert found is not None
    assert hashlib.sha256(data.replace(found[1], b"0" * 64, 1)).hexdigest().encode() == found[1]
    spec = json.loads(split(data)[0]["__metadata__"]["neural-playground"])
    assert spec["format"] == 1
    assert spec["progress"]["epoch"] == 1


def test_a_title_that_repeats_the_checksums_words_does_not_confuse_the_reader() -> None:
    trap = '"sha256":"' + "a" * 64 + '" \\"sha256\\":\\"' + "b" * 64 + '\\"'
    made = with_changes(SMALL, title=trap, notes=trap)
    assert model_file.read(model_file.write(Checkpoint(made))).experiment == made


def test_the_largest_network_fits_under_the_cap(tmp_path: Path) -> None:
    made = with_changes(Experiment(), network=Network((Dense(512),) * 4 + (Dense(405),)), data__source__samples=1000)
    assert made.parameter_count > 990_000
    state = RunState.start(initial_parameters(made), len(made.network.layers) + 1, 500, made.seed, made.training)
    save(tmp_path / "big.nnp", Checkpoint(made, state))
    assert (tmp_path / "big.nnp").stat().st_size < container.MAX_BYTES / 2
    found = load(tmp_path / "big.nnp").state
    assert found is not None
    assert digest(found.parameters) == digest(state.parameters)


def edited(change: dict[str, object], base: bytes | None = None) -> bytes:
    """A file with fields of its description replaced (`progress.step` and so on), and the right checksum."""
    if base is None:
        session = Session(SMALL)
        session.advance(steps=10)
        base = model_file.write(session.checkpoint())
    header, payload = split(base)
    spec = json.loads(header["__metadata__"]["neural-playground"])
    for path, value in change.items():
        holder = spec
        *way, last = path.split(".")
        for name in way:
            holder = holder[name]
        holder[last] = value
    header["__metadata__"]["neural-playground"] = json.dumps(spec, separators=(",", ":"), ensure_ascii=False)
    return signed(join(header, payload))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 2, "version": "7.1.0"}, "has format 2 and needs Neural Playground 7.1.0 or newer"),
        ({"format": True}, "does not say which format"),
        (
            {"experiment.later": 1, "version": "0.99.0"},
            "was written by Neural Playground 0.99.0 and needs that version",
        ),
        ({"later": 1, "version": "9"}, "was written by Neural Playground 9 and needs that version"),
        ({"later": 1}, "does not have the fields"),
        (
            {"experiment.training.learning_rate": -1},
            "training.learning_rate: expected a number from 0 to 1000000; got -1",
        ),
        ({"progress.step": -1}, "step: expected a whole number from 0"),
        ({"progress.step": 1, "progress.epoch": 2}, "2 epochs cannot be done in 1 steps"),
        ({"progress.position": 20}, "stands at sample 20 of 20"),
        ({"progress.dtype": "float16"}, "dtype: expected one of float32, float64"),
        ({"progress.dtype": "float64"}, "param/1/weights is F32 4×2, and its experiment asks for F64 4×2"),
        ({"progress.stride": 3}, "history/rows does not count its epochs"),
        ({"progress.epoch": 0}, "history/rows does not count its epochs"),
        ({"progress.epoch": 30, "progress.step": 100}, "history/rows does not count its epochs"),
        ({"progress.divergence": {"step": 1, "epoch": 0, "layer": 3}}, "it diverged in layer 4 of 3"),
        ({"progress": None, "log": None, "past": None}, "which does not belong to its experiment"),
        ({"progress": None}, "it has the log of a run, and no run"),
        ({"experiment.network.layers": []}, "opt/slots is F32 2×25, and its experiment asks for F32 2×3"),
        ({"experiment.data.source.samples": 41}, "data/test_points is F64 2×20, and its experiment asks for F64 2×21"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(FileRefused, match=re.escape(sentence)) as caught:
        parse(edited(change), "f.nnp")
    assert "Invalid" not in str(caught.value)


def test_a_missing_tensor_is_named() -> None:
    header, payload = split(model_file.write(Session(SMALL).checkpoint()))
    last = max(header, key=lambda name: header[name].get("data_offsets", [0, 0])[1])
    begin, _ = header.pop(last)["data_offsets"]
    with pytest.raises(FileRefused, match=f"is not consistent: {last} is missing"):
        parse(signed(join(header, payload[:begin])), "f.nnp")


def with_tensor(name: str, values: np.ndarray) -> bytes:
    """A file with one tensor replaced by another of the same size, and the right checksum."""
    session = Session(with_changes(SMALL, training__optimizer=Adam()))
    session.advance(steps=10)
    header, payload = split(model_file.write(session.checkpoint()))
    begin, end = header[name]["data_offsets"]
    raw = values.tobytes()
    assert len(raw) == end - begin
    return signed(join(header, payload[:begin] + raw + payload[end:]))


@cases(
    ("name", "values", "sentence"),
    [
        ("param/2/biases", np.float32([np.nan, 0]), "param/2/biases has values that are not finite"),
        ("opt/powers", np.array([1.5, 0.0, 1.0, 1.0]), "opt/powers must lie between 0 and 1"),
        ("run/order", np.zeros(20, np.int64), "run/order does not name every training point once"),
        ("run/order", np.arange(20) - 2**62, "run/order does not name every training point once"),
        ("run/chance", np.zeros(4, np.uint64), "run/chance is no state of a random generator"),
        ("data/test_labels", np.full(20, 0.5), "data/test_labels has labels that are none of its 2 classes"),
        ("data/test_points", np.full((2, 20), 1e9), "data/test_points has values beyond"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_are_refused(name: str, values: np.ndarray, sentence: str) -> None:
    with pytest.raises(FileRefused, match=re.escape(sentence)):
        parse(with_tensor(name, values), "f.nnp")


def test_points_that_this_version_would_not_draw_are_kept_with_the_run(tmp_path: Path) -> None:
    checkpoint = Session(SMALL).checkpoint()
    recipe = make_dataset(SMALL.data, SMALL.seed)
    assert load_back(checkpoint).dataset is None
    other = replace(recipe, train_points=recipe.train_points * 1.5)
    found = load_back(replace(checkpoint, dataset=other))
    assert found.dataset is not None
    assert np.array_equal(found.dataset.train_points, other.train_points)
    session = Session(found)
    assert np.array_equal(session.dataset.train_points, other.train_points)
    session.advance(epochs=3)
    same(session, through_file(session, tmp_path))
    session.apply(with_changes(session.experiment, data__features=("x", "y", "xy")))
    assert np.array_equal(session.dataset.train_points, other.train_points), "features do not decide the points"
    session.apply(with_changes(session.experiment, data__imperfections__position_noise=0.1))
    assert session.checkpoint().dataset is None


def load_back(checkpoint: Checkpoint) -> Checkpoint:
    return model_file.read(model_file.write(checkpoint))


def foreign(kind: str) -> bytes:
    """The bytes of a file that is no model file."""
    weights = {"weight": np.ones((2, 2), np.float32)}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("x", "y")
    array = io.BytesIO()
    np.save(array, np.ones(3))
    return {
        "safetensors": plain_save(weights),
        "safetensors with metadata": plain_save(weights, {"format": "pt"}),
        "two metadata keys": plain_save(weights, {"neural-playground": "{}", "x": "y"}),
        "PNG": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "zip": archive.getvalue(),
        "NumPy": array.getvalue(),
        "pickle": pickle.dumps({"weights": [1, 2, 3]}),
        "empty": b"",
        "zeros": bytes(100),
        "web page": b"<!DOCTYPE html><html></html>",
        "huge header": struct.pack("<Q", 90_000_000) + b'{"__metadata__":{}}' + bytes(50),
        "header past the end": struct.pack("<Q", 5000) + b'{"__metadata__":{}}',
        "header is no JSON": struct.pack("<Q", 3) + b"{x}",
        "header is no text": struct.pack("<Q", 7) + b'{"\xff\xfe": ',
        "list": struct.pack("<Q", 8) + b"{} []   ",
    }[kind]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("safetensors", "is a safetensors file of another program"),
        ("safetensors with metadata", "is a safetensors file of another program"),
        ("two metadata keys", "its metadata must be one text"),
        ("PNG", "is a PNG picture, not a model file"),
        ("zip", "is a zip archive"),
        ("NumPy", "is a NumPy array"),
        ("pickle", "is a Python pickle, which may run any program"),
        ("empty", "is empty."),
        ("zeros", "is not a model file, or its first bytes are damaged"),
        ("web page", "is a web page"),
        ("huge header", "has a header of 90000000 bytes"),
        ("header past the end", "is cut short"),
        ("header is no JSON", "its header cannot be read"),
        ("header is no text", "its header is not UTF-8"),
        ("list", "its header cannot be read"),
    ],
)
def test_what_is_no_model_file_is_told_by_name(kind: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "thing.nnp"
    path.write_bytes(foreign(kind))
    with pytest.raises(FileRefused, match=re.escape(sentence)) as caught:
        load(path)
    assert str(caught.value).startswith(str(path))


def test_a_folder_a_missing_file_and_a_giant_are_told_by_name(tmp_path: Path) -> None:
    giant = tmp_path / "giant.nnp"
    with giant.open("wb") as file:
        file.truncate(container.MAX_BYTES + 1)
    cases = {
        tmp_path: "is a folder",
        tmp_path / "none.nnp": "does not exist",
        giant: f"is too large: {container.MAX_BYTES + 1} bytes",
        Path("nul\0.nnp"): "cannot be read",
    }
    for path, sentence in cases.items():
        with pytest.raises(FileRefused, match=re.escape(sentence)):
            load(path)


def test_a_file_of_somebody_else_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.stat", forbidden)
    with pytest.raises(FileRefused, match="may not be read by you"):
        reading.read("theirs.nnp", 10)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs a file that is longer than it says")
def test_a_file_that_grows_while_it_is_read_is_still_capped() -> None:
    with pytest.raises(FileRefused, match="is too large: more than 10 bytes"):
        reading.read("/proc/self/maps", 10)


def test_four_thousand_tensors_are_enough() -> None:
    header, payload = split(model_file.write(Session(SMALL).checkpoint()))
    for index in range(4100):
        header[f"more/{index}"] = {"dtype": "F32", "shape": [0], "data_offsets": [len(payload), len(payload)]}
    with pytest.raises(FileRefused, match="holds 4119 tensors, where 4096 are allowed"):
        parse(signed(join(header, payload)), "f.nnp")


def test_nothing_identifies_the_machine_or_the_user(tmp_path: Path) -> None:
    save(tmp_path / "run.nnp", Session(SMALL))
    data = (tmp_path / "run.nnp").read_bytes()
    for private in (str(tmp_path), Path.home().name, "run.nnp"):
        assert private.encode() not in data or private == "root"
