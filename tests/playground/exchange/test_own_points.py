"""Model files about own points: nothing twice, put back bit for bit, refused in words where they do not fit."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import playground
from playground.data import PointsData
from playground.data.own_points import MAX_COLUMNS, MAX_SAMPLES
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_points
from playground.errors import FileRefused, PointsRefused
from playground.exchange import container, model_file, points
from playground.exchange.files import load, parse, save
from playground.exchange.sources import open_source
from playground.experiment.experiment import Experiment, from_json, to_json
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from tests.own_points import about, made

NOISY = {"data__imperfections__label_noise": 0.3}


def trained(columns: int = 3, classes: Any = 3, samples: int = 40, **changes: Any) -> Session:
    own = made(columns, samples, classes)
    run = Session(about(own, classes, **changes), points=own)
    run.advance(epochs=2)
    run.advance(steps=1)
    return run


def tensors_of(run: Session) -> dict[str, np.ndarray]:
    return container.read_tensors(model_file.write(run.checkpoint()))


def packed(run: Session, tensors: dict[str, np.ndarray], **spec: Any) -> bytes:
    """A file with other tensors or another description, its checksum right."""
    told = container.read_header(model_file.write(run.checkpoint())).spec
    del told["sha256"]
    if "experiment" in spec:
        del told["log"]  # it would not lead to another experiment
    told |= spec
    return container.pack(told, tensors)


# -- there and back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, NOISY, {"data__train_share": 1.0}, {"seed": 9}])
@pytest.mark.parametrize(("columns", "classes"), [(1, 0), (2, 2), (3, 3), (64, 0)])
def test_a_run_about_own_points_goes_on_as_if_never_interrupted(
    columns: int, classes: int, changes: dict[str, Any], tmp_path: Path
) -> None:
    run, path = trained(columns, classes, **changes), tmp_path / "own.nnp"
    playground.save(path, run)
    opened = playground.load(path)
    assert opened.dataset is None, "the split is this version's own"
    again = playground.Session(opened)
    assert again.points == run.points
    assert again.points is not None
    assert again.points.features.tobytes() == run.points.features.tobytes()
    for each in (run, again):
        each.advance(epochs=2)
    assert again.digest() == run.digest()
    again.apply(with_changes(again.experiment, seed=77))
    fresh = Session(again.experiment, points=made(columns, 40, classes))
    assert again.digest() == fresh.digest(), "another seed splits them anew"


def test_the_same_run_gives_the_same_bytes() -> None:
    first, second = (model_file.write(trained(**NOISY).checkpoint()) for _ in range(2))
    assert first == second
    assert model_file.write(model_file.read(first)) == first


def test_an_untrained_experiment_keeps_its_points(tmp_path: Path) -> None:
    own = made(4)
    save(tmp_path / "own.nnp", Checkpoint(about(own), points=own))
    opened = load(tmp_path / "own.nnp")
    assert opened.state is None
    assert opened.points == own
    assert Session(opened).digest() == Session(about(own), points=own).digest()


def test_outsiders_read_the_same_tensors_and_nothing_is_there_twice() -> None:
    run = trained(3, 3, samples=40, data__train_share=0.75)
    found = tensors_of(run)
    data = {name: tensor.shape for name, tensor in found.items() if name.startswith("data/")}
    assert data == {
        "data/train_points": (3, 30),
        "data/train_labels": (30,),
        "data/test_points": (3, 10),
        "data/test_labels": (10,),
        "data/order": (40,),
    }
    assert run.points is not None
    order = found["data/order"]
    assert np.array_equal(found["data/train_points"], run.points.features[order[:30]].T)
    assert np.array_equal(found["data/test_labels"], run.points.labels[order[30:]])


def test_labels_as_given_lie_beside_noisy_ones() -> None:
    run = trained(**NOISY)
    found = tensors_of(run)
    assert run.points is not None
    assert np.array_equal(found["data/labels"], run.points.labels)
    noisy = np.concatenate([found["data/train_labels"], found["data/test_labels"]])
    assert not np.array_equal(noisy, found["data/labels"][found["data/order"]])


def test_a_split_of_another_version_is_kept_with_the_run(tmp_path: Path) -> None:
    """As if another NumPy had drawn another permutation: the run goes on with its own training set."""
    run = trained()
    found, turned = tensors_of(run), np.roll(np.arange(40), 7)
    features = np.concatenate([found["data/train_points"], found["data/test_points"]], axis=1)[:, turned]
    labels = np.concatenate([found["data/train_labels"], found["data/test_labels"]])[turned]
    found |= {
        "data/train_points": features[:, :20], "data/train_labels": labels[:20], "data/test_points": features[:, 20:],
        "data/test_labels": labels[20:], "data/order": found["data/order"][turned],
    }  # fmt: skip
    opened = parse(packed(run, found), "f.nnp")
    assert opened.points == run.points
    assert opened.dataset is not None
    again = Session(opened)
    assert np.array_equal(again.dataset.train_points, features[:, :20])
    save(tmp_path / "again.nnp", again)
    kept = load(tmp_path / "again.nnp").dataset
    assert kept is not None
    assert np.array_equal(kept.train_points, features[:, :20])
    again.apply(with_changes(again.experiment, data__train_share=0.6))
    assert again.dataset.train_labels.size == 24, "another share splits them by this version's rule"


def test_an_experiment_without_own_points_is_written_as_before() -> None:
    assert to_json(from_json(to_json(Experiment()))) == to_json(Experiment())
    assert '"kind": "generated"' in to_json(Experiment())
    found = container.read_tensors(model_file.write(Checkpoint(Experiment())))
    assert set(found) == {f"data/{part}" for part in ("train_points", "train_labels", "test_points", "test_labels")}


# -- files that do not fit ---------------------------------------------------------------------------------------------


def changed(name: str, change: Any) -> Any:
    def spoil(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {**found, name: np.ascontiguousarray(change(found[name].copy()))}

    return spoil


def with_value(value: float) -> Any:
    def put(values: np.ndarray) -> np.ndarray:
        values.flat[0] = value
        return values

    return put


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (changed("data/train_points", with_value(0.5)), "its points are not those of its experiment, its digest is"),
        (changed("data/test_labels", lambda values: 1.0 - values), "not those of its experiment"),
        (changed("data/train_points", with_value(np.nan)), "data/train_points has values that are not finite"),
        (changed("data/train_points", with_value(2e70)), "there are features beyond"),
        (changed("data/train_labels", with_value(1e71)), "there are labels beyond"),
        (changed("data/train_points", lambda values: values[:2]), "is F64 2×20, and its experiment asks for F64 3×20"),
        (changed("data/order", lambda order: order[:-1]), "data/order is I64 39"),
        (changed("data/order", lambda order: order * 0), "does not name every sample once"),
        (changed("data/order", lambda order: order + 1), "does not name every sample once"),
        (changed("data/order", lambda order: order[::-1]), "not those of its experiment"),
        (lambda found: {name: found[name] for name in found if name != "data/order"}, "data/order is missing"),
        (lambda found: {**found, "data/labels": np.zeros(40)}, "'data/labels', which does not belong"),
    ],
)
def test_spoiled_points_are_refused_in_words(spoil: Any, sentence: str) -> None:
    run = trained(classes=2)
    with pytest.raises(FileRefused, match=r"^f\.nnp is not consistent: ") as refusal:
        parse(packed(run, spoil(tensors_of(run))), "f.nnp")
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"digest": "0" * 64}, "its digest is 000000000000…"),
        ({"samples": 39}, "data/test_points is F64 3×20, and its experiment asks for F64 3×19"),
        ({"columns": ["a", "b"]}, "asks for F64 2×20"),
        ({"classes": 2}, "labels that are none of its 2 classes, 0 to 1"),
        ({"digest": "abc"}, "data.source.digest: expected text that matches"),
        ({"samples": 200_001}, "data.source.samples: expected a whole number from 1 to 200000"),
        ({"columns": []}, "data.source.columns: at least 1 is needed"),
        ({"columns": ["a"] * 65}, "data.source.columns: at most 64 entries are allowed"),
        ({"columns": ["a", "", "b"]}, "data.source.columns[1]: at least 1 character is needed"),
        ({"columns": ["a", "b", "a"]}, "data.source.columns: each column needs a name of its own"),
        ({"classes": 11}, "data.source.classes: expected a whole number from 0 to 10"),
        ({"classes": 1}, "data.source.classes: 0 stands for a regression"),
        ({"classes": "two"}, "expected a whole number from 0 to 10 or a list in brackets; got 'two'"),
        ({"kind": "tables"}, "data.source.kind: expected one of generated, points"),
    ],
)
def test_descriptions_that_do_not_fit_the_points_are_refused_in_words(changes: dict[str, Any], sentence: str) -> None:
    run = trained()
    experiment = container.read_header(model_file.write(run.checkpoint())).spec["experiment"]
    experiment["data"]["source"] |= changes
    spec = {"experiment": experiment, "progress": None, "past": None}
    found = {name: tensor for name, tensor in tensors_of(run).items() if name.startswith("data/")}
    with pytest.raises(FileRefused) as refusal:
        parse(packed(run, found, **spec), "f.nnp")
    assert sentence in str(refusal.value)


def test_noise_that_no_label_has_asks_for_no_labels() -> None:
    run = trained()
    found = tensors_of(run)
    experiment = container.read_header(model_file.write(run.checkpoint())).spec["experiment"]
    experiment["data"]["imperfections"]["label_noise"] = 0.01
    opened = parse(packed(run, found, experiment=experiment), "f.nnp")
    assert opened.points == run.points
    noisy = tensors_of(trained(**NOISY))
    del noisy["data/labels"]
    with pytest.raises(FileRefused, match="its points are not those of its experiment"):
        parse(packed(trained(**NOISY), noisy), "f.nnp")


# -- an experiment alone -----------------------------------------------------------------------------------------------


def test_an_experiment_alone_has_no_points_and_says_where_they_are(tmp_path: Path) -> None:
    own = made(3)
    alone = tmp_path / "own.json"
    save(alone, Session(about(own), points=own))
    assert alone.stat().st_size < 5_000
    opened = load(alone)
    assert opened.experiment == about(own)
    with pytest.raises(
        FileRefused, match=r"own\.json cannot be opened alone.*40 points of its own.*model file \(\.nnp\)"
    ):
        open_source(str(alone))
    with pytest.raises(PointsRefused, match="missing"):
        Session(opened)
    assert Session(opened, points=own).points == own
    with pytest.raises(PointsRefused, match="missing"):
        save(tmp_path / "own.nnp", opened)
    assert not (tmp_path / "own.nnp").exists()


# -- caps --------------------------------------------------------------------------------------------------------------


def test_the_largest_own_points_fit_in_a_file() -> None:
    source = PointsData(MAX_SAMPLES, "0" * 64, tuple(f"x{index}" for index in range(MAX_COLUMNS)))
    shapes = points.shapes(on_points(Experiment(), source), {})
    size = sum(8 * math.prod(shape) for _, shape in shapes.values())
    assert size > 100 * 2**20
    assert 2 * size < container.MAX_BYTES


def test_many_samples_come_back(tmp_path: Path) -> None:
    own = made(2, MAX_SAMPLES)
    save(tmp_path / "many.nnp", Session(about(own), points=own))
    opened = load(tmp_path / "many.nnp")
    assert opened.points == own
    assert opened.dataset is None
