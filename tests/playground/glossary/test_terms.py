"""The glossary: every entry whole and plain, every named thing explained, every reference leading somewhere."""

from __future__ import annotations

import subprocess
import sys

import pytest

from playground.data import DATASETS
from playground.data.features import FEATURES
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.layers import LAYER_KINDS
from playground.experiment.optimizers import OPTIMIZERS
from playground.experiment.schedules import SCHEDULES
from playground.experiment.training import INITIALIZERS, LOSSES
from playground.figures.function_curves import curve_named
from playground.glossary.terms import Term, term, terms

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


@pytest.mark.parametrize("key", NAMED)
def test_whatever_can_be_chosen_has_an_entry(key: str) -> None:
    assert term(key) is not None


@pytest.mark.parametrize(("key", "entry"), terms().items(), ids=lambda value: value if isinstance(value, str) else "")
def test_an_entry_is_whole(key: str, entry: Term) -> None:
    assert key.isidentifier()
    assert key == key.lower()
    assert entry.title
    assert entry.short.endswith(".")
    assert len(entry.short) <= 110
    assert entry.long.endswith(".")
    assert len(entry.long) <= 420
    assert [each for each in entry.see if term(each) is None or each == key] == []
    if entry.picture:
        over, values = curve_named(entry.picture)
        assert over.shape == values.shape


def test_an_unknown_key_has_none() -> None:
    assert term("flux_capacitor") is None


def test_nothing_is_read_before_somebody_asks() -> None:
    code = "import playground.glossary.terms as t; print(t.terms.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
