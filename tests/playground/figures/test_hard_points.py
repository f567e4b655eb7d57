"""The table of the training points: its columns, its orders, its sentences."""

from __future__ import annotations

import numpy as np

from playground.data import make_dataset
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.figures.hard_points import OF_REGRESSION, PointTable, point_table
from playground.run.samples import SampleHistory, SampleRow
from playground.run.session import Session

SMALL = with_changes(Experiment(), data__source__samples=20)


def history(right: list[list[int]], first: int = 0, stride: int = 1) -> SampleHistory:
    told = np.array(right, bool)
    margins = np.where(told, 0.5, -0.25).astype(np.float32)
    rows = tuple(SampleRow(first + stride * k, 1 - margins[k], margins[k], told[k]) for k in range(len(told)))
    return SampleHistory(rows, make_dataset(SMALL.data, SMALL.seed), stride)


def table_of(found: SampleHistory) -> PointTable:
    table = point_table(found)
    assert table is not None
    return table


def test_nothing_was_written_down() -> None:
    assert point_table(None) is None
    assert point_table(SampleHistory()) is None


def test_cells_orders_and_rings() -> None:
    table = table_of(history([[0] + [1] * 9, [0, 0] + [1] * 8, [0, 1, 0] + [1] * 7, [0] + [1] * 9]))
    assert table.ordered("point", True).tolist() == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert table.ordered("right", False).tolist()[:3] == [0, 1, 2]
    assert table.ordered("learned", True).tolist()[:3] == [2, 1, 3]
    assert table.ordered("learned", True)[-1] == 0, "what is not learned stands last, whatever the order"
    assert table.ordered("learned", False)[-1] == 0
    assert table.ringed == (0, 1, 2), "those that were always right are not hard"
    assert [table.text(name, 1) for name in ("point", "right", "learned", "margin")] == ["1", "75 %", "2", "0.50"]
    assert table.text("learned", 0) == "not yet"
    assert table.sentences == (
        "1 of 10 points wrong now, 1 never right.",
        "Written down since epoch 0, while this tab is open: 4 epochs.",
    )


def test_a_record_that_begins_late_says_so() -> None:
    table = table_of(history([[1] * 10, [1] * 10], first=12, stride=4))
    assert table.sentences[1] == "Written down since epoch 12, while this tab is open, every 4 epochs: 2 epochs."
    assert table.ringed == ()


def test_a_regression_has_losses_alone() -> None:
    session = Session(with_changes(SMALL, data__source__name="plane"))
    session.record_samples()
    table = table_of(session.samples_history)
    assert table.columns == OF_REGRESSION
    assert table.text("target", 0) != table.text("loss", 0)
    assert len(table.ringed) == 8
    assert table.sentences[0] == "Written down since epoch 0, while this tab is open: 1 epoch."
