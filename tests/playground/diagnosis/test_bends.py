"""How the loss bends: measured where a plateau is found, once a moment, and told beside what steps stand."""

from __future__ import annotations

import json

import pytest

import playground as pg
from playground.__main__ import main
from playground.diagnosis.ahead import look_ahead
from playground.diagnosis.asking import found_in
from playground.diagnosis.signals import bends as bending
from playground.diagnosis.signals.bends import Bends
from playground.diagnosis.signals.edge import edge_of
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.look import DEMAND
from playground.diagnosis.signals.plan import Plan
from playground.run.checkpoint import Checkpoint
from playground.run.curvature import Sharpness
from playground.words.diagnosis import told

LEVEL = pg.with_changes(pg.on_dataset(pg.Experiment(), "circles"), network__layers=(pg.Dense(1),),
                        training__learning_rate=0.1)  # fmt: skip
"""One unit cannot part circles: the loss comes to stand still."""
EPOCHS = 300


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Sharpness]:
    """All that was measured from now on."""
    found: list[Sharpness] = []
    real = bending.sharpness
    monkeypatch.setattr(bending, "sharpness", lambda *given: found.append(real(*given)) or found[-1])
    return found


@pytest.fixture(scope="module")
def level() -> pg.Session:
    session = pg.Session(LEVEL)
    session.advance(epochs=EPOCHS)
    return session


def plateau(findings: tuple[Finding, ...]) -> Finding:
    return next(each for each in findings if each.rule == "plateau")


def test_a_look_ahead_measures_once_and_only_where_something_wants_it(measured: list[Sharpness]) -> None:
    healthy = pg.on_dataset(pg.Experiment(), "circles")
    look_ahead(Checkpoint(healthy), Plan(EPOCHS, "asked"), seconds=None)
    assert measured == []
    forecast = look_ahead(Checkpoint(LEVEL), Plan(EPOCHS, "asked"), seconds=None)
    assert forecast is not None
    assert len(measured) == 1
    found = plateau(forecast.findings)
    assert found.detail == "minimum"
    assert (found.figure("sharpness"), found.figure("bent_at")) == (measured[0].eigenvalue, EPOCHS)


def test_a_moment_is_measured_once(level: pg.Session, measured: list[Sharpness]) -> None:
    bends, plan = Bends(), Plan(EPOCHS, "asked")
    assert plateau(found_in(level, plan, bends)) == plateau(found_in(level, plan, bends))
    assert len(measured) == 1
    later = pg.Session(level.checkpoint())
    later.advance(epochs=1)
    found_in(later, plan, bends)
    assert len(measured) == 2


def test_of_a_run_that_goes_on_it_is_measured_now_and_then_and_told_with_its_epoch(
    level: pg.Session, measured: list[Sharpness]
) -> None:
    bends, plan = Bends(share=1e-9), Plan(EPOCHS, "asked")
    first = plateau(found_in(level, plan, bends))
    later = pg.Session(level.checkpoint())
    later.advance(epochs=2)
    again = plateau(found_in(later, plan, bends))
    assert (again.detail, again.figure("bent_at"), len(measured)) == (first.detail, EPOCHS, 1)


def test_ground_is_flat_also_where_the_squares_of_the_weights_are_beyond_numbers() -> None:
    session = pg.Session(pg.with_changes(LEVEL, training__learning_rate=0.0))
    for index, value in enumerate((1e25, 1e25, 1e25, 1e25, 3e25)):
        session.set_parameter(index, value)
    session.advance(epochs=EPOCHS)
    assert plateau(found_in(session, Plan(EPOCHS, "asked"), Bends())).detail == "flat"


@pytest.mark.parametrize("why", ["kernels", "size"])
def test_where_it_cannot_be_measured_a_plateau_is_a_plateau(
    level: pg.Session, measured: list[Sharpness], monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "size":
        monkeypatch.setattr(bending, "MOST_WORK", 1000)
    found = plateau(found_in(level, Plan(EPOCHS, "asked"), Bends(lambda: why == "size")))
    assert (found.detail, found.figure("sharpness"), measured) == ("", None, [])


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({"training__optimizer": pg.Sgd(momentum=0.9)}, 2.0 * 1.9 / 0.1),
        ({"training__optimizer": pg.Sgd(momentum=0.9, nesterov=True)}, 2.0 * 1.9 / (2.8 * 0.1)),
        ({}, 20.0), ({"training__optimizer": pg.Adam()}, None),
    ],
)  # fmt: skip
def test_sharpness_stands_beside_what_steps_of_this_rate_stand_and_never_alarms(
    level: pg.Session, changes: dict[str, object], limit: float | None
) -> None:
    session = pg.Session(level.checkpoint())
    session.apply(pg.with_changes(LEVEL, **changes))
    figure, *_ = edge_of(Bends().of(session.snapshot(DEMAND)))
    assert figure.threshold == (None if limit is None else pytest.approx(limit))
    said = told(Finding("plateau", "note", (figure,), 0, 0), session.experiment, session.dataset).evidence[0]
    assert figure.threshold is None or not said.alarms
    assert said.threshold[:1] == ("" if limit is None else "<")


def test_the_command_tells_it_and_says_what_it_does_not_go_by(capsys: pytest.CaptureFixture[str]) -> None:
    main(["diagnose", "dataset:circles", "--set", "network.layers=[{\"kind\": \"dense\", \"units\": 1}]", "--set",
          "training.learning_rate=0.1", "--json"])  # fmt: skip
    findings = json.loads(capsys.readouterr().out)["findings"]
    (found,) = [each for each in findings if each["rule"] == "plateau"]
    evidence = {each["name"]: each for each in found["evidence"]}
    assert found["detail"] == "minimum"
    assert (evidence["sharpness"]["threshold"], evidence["sharpness"]["decides"]) == (pytest.approx(20.0), False)
    assert evidence["down"]["decides"]
