"""Spoiled model files: nothing but FileRefused, nothing accepted that was changed, nothing slow, nothing touched."""

from __future__ import annotations

import contextlib
import copy
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import pytest

from playground.edits.changes import apply_settings
from playground.errors import FileRefused
from playground.exchange import model_file
from playground.exchange.files import parse
from playground.experiment.experiment import Experiment
from playground.experiment.given import field_type
from playground.experiment.schema import problems
from playground.run import log as log_module
from playground.run.checkpoint import Checkpoint
from playground.run.performing import perform
from playground.run.session import Session
from tests.mutations import join, mutations, signed, split
from tests.own_points import about, made
from tests.playground.run.lives import Life

SLOW = 0.25
"""Seconds of processor time for one file, some hundred times what it takes."""
FORBIDDEN = ("open", "exec", "compile", "import", "socket.", "subprocess.", "ctypes.", "os.", "pickle.")
SMALL = ["data.source.samples=20", 'network.layers=[{"kind":"dense","units":3}]']

RULES = [
    ['training.early_stopping={"patience":3}', 'training.optimizer={"kind":"rmsprop"}'],
    ["training.stop.epochs=4", 'network.layers=[{"kind":"dense","units":3},{"kind":"batch_norm"}]'],
]

watching = False
events: list[str] = []


def watch(event: str, arguments: object) -> None:
    """An audit hook cannot be removed, so this one can be switched."""
    if watching and event.startswith(FORBIDDEN):
        events.append(f"{event} {arguments!r:.150}")


sys.addaudithook(watch)


def bases() -> list[bytes]:
    """An untrained experiment, a plain run, Adam in mid-epoch, a run that diverged, classes in float64, own points, and
    branches about several sets of them."""
    plain = apply_settings(Experiment(), SMALL)
    adam = apply_settings(plain, ['training.optimizer={"kind":"adam"}', "training.batch_size=3"])
    wild = apply_settings(plain, ["training.learning_rate=1e6", "network.layers[0].activation=linear"])
    wild = apply_settings(wild, ["data.source.name=plane"])
    blobs = apply_settings(plain, ["data.source.name=blobs", 'training.optimizer={"kind":"sgd","momentum":0.9}'])
    runs = [Session(plain), Session(adam), Session(wild), Session(blobs, dtype=np.float64)]
    for run, steps in zip(runs, (40, 11, 500, 7), strict=True):
        run.advance(steps=steps)
    assert runs[2].divergence is not None
    own = made(3, 20, classes=3)
    runs.append(Session(about(own, ("a", "b", "c"), data__imperfections__label_noise=0.2), points=own))
    runs[-1].advance(steps=3)
    runs.append(copy.copy(runs[-1]))
    for number, points in enumerate((made(2, 12, seed=1), made(3, 20, classes=3)), 1):
        runs[-1].apply(about(points, points.classes, seed=number), points=points, run=number)
        runs[-1].advance(steps=4)
    runs += [_lived(plain, rules, seed) for seed, rules in enumerate(RULES)]
    return [model_file.write(Checkpoint(plain)), *(model_file.write(run.checkpoint()) for run in runs)]


def _lived(plain: Experiment, rules: list[str], seed: int) -> Session:
    """A run with rules and normalization that many things have happened to, with a log that was cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_module, "MOST_ENTRIES", 12)
        life = Life(seed, Path(), apply_settings(plain, rules))
        for _ in range(40):
            perform(life.session, life.action())
    return life.session


def read_annotations() -> None:
    """Types of fields are read when something is first checked against them, which compiles them: our own text."""
    for kind in msgspec.Struct.__subclasses__():
        if kind.__module__.startswith("playground.exchange"):
            with contextlib.suppress(TypeError):  # a kind that no file holds
                problems({}, kind)
        if kind.__module__.startswith(("playground.data", "playground.experiment")):
            for field in kind.__struct_fields__:
                field_type(kind, field)


def survive(count: int, seed: int, knowing: bool = False) -> Counter[str]:
    """Read `count` spoiled files; the outcomes by kind. knowing: see `mutations`; whatever is accepted then goes on."""
    global watching
    outcomes: Counter[str] = Counter()
    originals = bases()
    read_annotations()
    for base in originals:
        parse(base, "warm-up")
    for text in (b"a,b\n1,2\n", b"a,b\n\xe4,2\n"):
        with pytest.raises(FileRefused):  # the first texts that are no model file load how texts are decoded
            parse(text, "warm-up")
    for index, base in enumerate(originals):
        for data, right in mutations(base, seed * 100 + index, count // len(originals), knowing):
            watching, began = True, time.thread_time()
            try:
                found = parse(data, "f.nnp")
            except FileRefused as error:
                outcomes[str(error)[:40]] += 1
                found = None
            finally:
                watching, spent = False, time.thread_time() - began
            assert spent < SLOW, data[:200]
            if found is not None:
                assert right or data == base, "a change was accepted that the checksum should have caught"
                outcomes["accepted"] += data != base
                stands(found, knowing or outcomes["accepted"] % 20 == 1)
    assert not events, Counter(events)
    assert all(text.startswith("f.nnp ") for text in outcomes if text != "accepted")
    return outcomes


def stands(found: Checkpoint, goes_on: bool) -> None:
    """What was accepted is whole: it writes and reads to the same bytes, and can go on and be opened once more."""
    written = model_file.write(found)
    assert model_file.write(model_file.read(written)) == written
    if goes_on:
        session = Session(found)
        session.advance(steps=3)
        assert model_file.read(model_file.write(session.checkpoint())).experiment == found.experiment
        assert np.isfinite(session.state.parameters).all()
        assert np.isfinite(session.metrics().train_loss)


@pytest.mark.parametrize("count", [250, pytest.param(1_000, marks=pytest.mark.long)])
def test_a_thousand_spoiled_files_are_refused_or_whole(count: int) -> None:
    outcomes = survive(count, seed=1)
    assert outcomes["accepted"] > 0.03 * count, "the mutator must also reach what lies behind the checksum"
    assert len(outcomes) > 15, outcomes


@pytest.mark.parametrize(
    "count",
    [
        60,
        pytest.param(300, marks=pytest.mark.long),
        pytest.param(100_000, marks=[pytest.mark.long, pytest.mark.timeout(7200)]),
    ],
)
def test_files_forged_by_somebody_who_knows_them_are_refused_or_go_on(count: int) -> None:
    outcomes = survive(count, count, knowing=True)
    assert outcomes["accepted"] > min(30, count // 10)


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", range(2, 102))
def test_a_million_spoiled_files_are_refused_or_whole(seed: int) -> None:
    survive(10_000, seed)


def test_the_reader_of_the_tests_agrees_with_the_program() -> None:
    for base in bases():
        assert signed(base) == base
        assert signed(join(*split(base))) == base


@pytest.mark.parametrize("apart", [23, *(pytest.param(few, marks=pytest.mark.long) for few in (7, 1))])
def test_every_single_byte_counts(apart: int) -> None:
    base = bases()[1]
    for place in range(0, len(base), apart):
        spoiled = bytearray(base)
        spoiled[place] ^= 0x20
        with pytest.raises(FileRefused):
            parse(bytes(spoiled), "f.nnp")
