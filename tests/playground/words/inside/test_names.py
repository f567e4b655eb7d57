"""Names in formulas: every one that is written means something, and is found where it stands."""

from __future__ import annotations

import playground as pg
from playground.anatomy.operations.operation import Delta, Gradients, Update, WeightedSum
from playground.mathematics.plain import text
from playground.words.inside.names import Meaning, meanings, places_of
from playground.words.inside.operation import told
from playground.words.inside.symbols import Symbols
from tests.playground.anatomy.drawing import experiment


def test_names_are_found_as_wholes() -> None:
    names = {name: Meaning(0, 0) for name in ("x", "w₁", "w₁₁", "a₂", "δ′₁", "x[1,2]", "h₁[3,4]")}
    found = {text: [name for name, _, _ in places_of(names, text)] for text in (
        "w₁₁·x + w₁", "exp(−x) + max", "1 − a₂²", "δ″₁ + δ′₁", "∂ℓ/∂w₁₁", "x[1,2]·x[1,23]", "new w₁", "h₁[3,4]",
    )}  # fmt: skip
    assert list(found.values()) == [
        ["w₁₁", "x", "w₁"], ["x"], ["a₂"], ["δ′₁"], ["w₁₁"], ["x[1,2]"], ["w₁"], ["h₁[3,4]"],
    ]  # fmt: skip


def test_every_operation_has_its_own_name_and_those_of_its_terms() -> None:
    step = pg.inside(pg.Session(pg.with_changes(pg.Experiment(), network__layers=(pg.Dense(2), pg.Dense(2)))))
    symbols = Symbols.of(step.experiment)

    def known(kind: type, layer: int, unit: int) -> dict[str, Meaning]:
        return meanings(step.operations[step.operations.find(kind, layer, unit) or 0], symbols)

    summed = known(WeightedSum, 1, 0)
    assert summed["h₂"] == Meaning(0, 1)
    assert summed["w₁₂"] == Meaning(parameter=step.layout.slots[1].weight_index(0, 1))
    assert summed["b₁"] == Meaning(parameter=step.layout.slots[1].bias_index(0))
    back = known(Delta, 0, 1)
    assert (back["δ′₂"], back["δ₂"]) == (Meaning(1, 1), Meaning(0, 1))
    assert back["v₂₂"] == Meaning(parameter=step.layout.slots[1].weight_index(1, 1))
    assert known(Gradients, 0, 0)["x"] == Meaning(-1, 0)
    assert set(meanings(step.operations[step.operations.update_of(0) or 0], symbols)) == {"w₁₁"}
    assert isinstance(step.operations[-1], Update)


def test_of_every_kind_of_network_formulas_have_names_that_mean_something() -> None:
    for number in range(0, 33, 3):
        step = pg.inside(pg.Session(experiment(number), record=False))
        symbols = Symbols.of(step.experiment)
        for place in range(0, len(step.operations), max(len(step.operations) // 40, 1)):
            operation = step.operations[place]
            names = meanings(operation, symbols)
            said = told(operation, symbols)
            lefts = " ".join(text(each.left) for each in said.equations)
            if isinstance(operation, (WeightedSum, Delta, Gradients, Update)):
                assert list(places_of(names, lefts)), (number, place, lefts)
