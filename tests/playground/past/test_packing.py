"""A state is the same after it was packed."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import fields

import playground as pg
from playground.edits.changes import with_changes
from playground.past.packing import order_type, pack, unpack
from playground.run.session import Session


@pytest.mark.parametrize(
    "experiment",
    [
        pg.Experiment(),
        with_changes(pg.Experiment(), training__optimizer=pg.Adam(), training__precision="float64"),
        with_changes(pg.Experiment(), training__early_stopping=pg.EarlyStopping(), training__optimizer=pg.Sgd(0.9)),
    ],
)
def test_a_state_is_unpacked_as_it_was(experiment: pg.Experiment) -> None:
    session = Session(experiment)
    session.advance(steps=33)
    again = unpack(pack(session.state))
    state = session.state.copy()
    state.forget_call()
    for field in fields(state):
        mine, its = getattr(state, field.name), getattr(again, field.name)
        assert mine.dtype == its.dtype
        assert np.array_equal(mine, its), field.name


def test_an_order_takes_as_few_bytes_as_count_it() -> None:
    assert [order_type(count) for count in (256, 257, 65536, 65537)] == [np.uint8, np.uint16, np.uint16, np.uint32]
    plain = pack(Session(pg.Experiment()).state)
    assert plain.size < 1500, "the memory of an optimizer that has none takes nothing"
