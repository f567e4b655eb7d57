"""Which inputs a network reads of data with columns, where features of the plane are named among them."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import OwnPoints
from playground.data.inputs import read
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_points
from playground.experiment.experiment import Experiment
from playground.run.session import Session


@pytest.mark.parametrize("columns", [("a", "b", "c"), ("sin", "x", "e"), ("pi",)])
def test_features_of_the_plane_stand_unread_beside_formulas_over_columns(columns: tuple[str, ...]) -> None:
    own = OwnPoints(np.arange(6.0 * len(columns)).reshape(6, -1), [0, 1, 0, 1, 0, 1])
    experiment = on_points(Experiment(), own.source(2, columns=columns))
    experiment = with_changes(experiment, data__features=("xy", "sin_x", f"2*`{columns[0]}`"))
    assert read(columns, experiment.data.features) == (f"2*`{columns[0]}`",)
    session = Session(experiment, points=own)
    assert session.advance(epochs=1)
    assert session.predict(own.features).shape[0] == 6
