"""What is known of data: kept as long as these live, and no longer; measured once, not at every look."""

from __future__ import annotations

import gc
from dataclasses import replace
from weakref import ref

from playground.data import make_dataset
from playground.diagnosis.signals.facts import facts_of
from playground.experiment.experiment import Experiment


def test_facts_do_not_keep_their_data_set_alive() -> None:
    experiment = Experiment()
    dataset = replace(make_dataset(experiment.data, experiment.seed))
    assert facts_of(experiment, dataset) is facts_of(experiment, dataset)
    assert facts_of(experiment, dataset).references is not None
    alive = ref(dataset)
    del dataset
    gc.collect()
    assert alive() is None
