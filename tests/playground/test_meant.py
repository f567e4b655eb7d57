"""What was probably meant: one slip or another name, never the likeness of letters alone."""

from __future__ import annotations

from playground.data import DATASETS
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.optimizers import OPTIMIZERS
from playground.experiment.training import INITIALIZERS, LOSSES
from playground.meant import ELSEWHERE, meant, slips_between
from tests.cases import cases


@cases(
    ("given", "names", "found"),
    [
        ("spirls", DATASETS, "spirals"),
        ("circels", DATASETS, "circles"),
        ("Three-Spirals", DATASETS, "three_spirals"),
        ("mnist", DATASETS, "digits"),
        ("iris", DATASETS, None),
        ("bananas", DATASETS, None),
        ("Adam", OPTIMIZERS, "adam"),
        ("adma", OPTIMIZERS, "adam"),
        ("adamx", OPTIMIZERS, None),
        ("selu", ACTIVATIONS, None),
        ("ReLU", ACTIVATIONS, "relu"),
        ("swish", ACTIVATIONS, "silu"),
        ("mse", LOSSES, "squared_error"),
        ("kaiming_normal", INITIALIZERS, "he_normal"),
        ("trian", ("train", "predict"), "train"),
        ("--epoch", ("--epochs", "--json"), "--epochs"),
        ("x", ("y", "z"), None),
        ("", ("train",), None),
        ("a" * 10_000, ("a" * 10_001,), None),
    ],
)
def test_what_was_meant(given: str, names: tuple[str, ...], found: str | None) -> None:
    assert meant(given, names) == found


@cases(
    ("one", "other", "slips"),
    [("", "", 0), ("ab", "ab", 0), ("ab", "ba", 1), ("ab", "abc", 1), ("abc", "axc", 1), ("kitten", "sitting", 3)],
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert slips_between(one, other) == slips_between(other, one) == slips


def test_no_other_name_is_a_name_of_its_own_list() -> None:
    for table in (DATASETS, OPTIMIZERS, ACTIVATIONS, LOSSES, INITIALIZERS):
        for name in table:
            assert meant(name, table) == name
    assert not set(ELSEWHERE) & {*DATASETS, *OPTIMIZERS, *ACTIVATIONS, *LOSSES, *INITIALIZERS}
