"""The glossary: every entry whole and plain, every named thing explained, every reference leading somewhere."""

from __future__ import annotations

import subprocess
import sys

from playground.data import DATASETS
from playground.data.features import FEATURES
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.layers import LAYER_KINDS
from playground.experiment.optimizers import OPTIMIZERS
from playground.experiment.schedules import SCHEDULES
from playground.experiment.training import INITIALIZERS, LOSSES
from playground.figures.function_curves import curve_named
from playground.glossary.terms import term, terms

FAMILIES = {
    "activation": ACTIVATIONS,
    "layer": LAYER_KINDS,
    "optimizer": OPTIMIZERS,
    "loss": LOSSES,
    "schedule": SCHEDULES,
    "dataset": DATASETS,
    "initializer": INITIALIZERS,
    "feature": FEATURES,
}
NAMED = [f"{family}_{name}" for family, table in FAMILIES.items() for name in table]


def test_there_are_many() -> None:
    assert len(terms()) >= 80


def test_whatever_can_be_chosen_has_an_entry() -> None:
    assert [key for key in NAMED if term(key) is None] == []


def test_an_entry_is_whole() -> None:
    for key, entry in terms().items():
        assert key.isidentifier(), key
        assert key == key.lower(), key
        assert entry.title, key
        assert entry.short.endswith("."), key
        assert len(entry.short) <= 110, key
        assert entry.long.endswith("."), key
        assert len(entry.long) <= 420, key
        assert [each for each in entry.see if term(each) is None or each == key] == [], key
        if entry.picture:
            over, values = curve_named(entry.picture)
            assert over.shape == values.shape, key


def test_an_unknown_key_has_none() -> None:
    assert term("flux_capacitor") is None


def test_nothing_is_read_before_somebody_asks() -> None:
    code = "import playground.glossary.terms as t; print(t.terms.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
