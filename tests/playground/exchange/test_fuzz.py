"""Spoiled model files: nothing but FileRefused, nothing accepted that was changed, nothing slow, nothing touched."""

from __future__ import annotations

import sys
import time
from collections import Counter

import numpy as np
import pytest

from playground.edits.changes import apply_settings
from playground.errors import FileRefused
from playground.exchange import model_file
from playground.exchange.files import parse
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from tests.mutations import join, mutations, signed, split
from tests.own_points import about, made

SLOW = 0.25
"""Seconds of processor time for one file, some hundred times what it takes."""
FORBIDDEN = ("open", "exec", "compile", "import", "socket.", "subprocess.", "ctypes.", "os.", "pickle.")
SMALL = ["data.source.samples=20", 'network.layers=[{"kind":"dense","units":3}]']

watching = False
events: list[str] = []


def watch(event: str, arguments: object) -> None:
    """An audit hook cannot be removed, so this one can be switched."""
    if watching and event.startswith(FORBIDDEN):
        events.append(f"{event} {arguments!r:.150}")


sys.addaudithook(watch)


def bases() -> list[bytes]:
    """An untrained experiment, a plain run, Adam in mid-epoch, a run that diverged, classes in float64, own points."""
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
    return [model_file.write(Checkpoint(plain)), *(model_file.write(run.checkpoint()) for run in runs)]


def survive(count: int, seed: int) -> Counter[str]:
    """Read `count` spoiled files; the outcomes by kind."""
    global watching
    outcomes: Counter[str] = Counter()
    originals = bases()
    for base in originals:
        parse(base, "warm-up")
    for index, base in enumerate(originals):
        for data, right in mutations(base, seed * 100 + index, count // len(originals)):
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
                stands(found, outcomes["accepted"])
    assert not events, Counter(events)
    assert all(text.startswith("f.nnp ") for text in outcomes if text != "accepted")
    return outcomes


def stands(found: Checkpoint, number: int) -> None:
    """What was accepted is whole: it writes and reads to the same bytes, and (one in twenty) it can go on."""
    written = model_file.write(found)
    assert model_file.write(model_file.read(written)) == written
    if number % 20 == 1:
        session = Session(found)
        session.advance(steps=3)
        assert np.isfinite(session.state.parameters).all()
        assert np.isfinite(session.metrics().train_loss)


def test_ten_thousand_spoiled_files_are_refused_or_whole() -> None:
    outcomes = survive(10_000, seed=1)
    assert outcomes["accepted"] > 100, "the mutator must also reach what lies behind the checksum"
    assert len(outcomes) > 15, outcomes


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", range(2, 102))
def test_a_million_spoiled_files_are_refused_or_whole(seed: int) -> None:
    survive(10_000, seed)


def test_the_reader_of_the_tests_agrees_with_the_program() -> None:
    for base in bases():
        assert signed(base) == base
        assert signed(join(*split(base))) == base


def test_every_single_byte_counts() -> None:
    base = bases()[1]
    for place in range(len(base)):
        spoiled = bytearray(base)
        spoiled[place] ^= 0x20
        with pytest.raises(FileRefused):
            parse(bytes(spoiled), "f.nnp")
