"""Every sentence of every rule has room on the card where that is narrowest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from playground.diagnosis.signals.finding import Finding, RuleName
from playground.views.window.main_window import MainWindow
from playground.words.diagnosis import RuleText, rule_texts
from playground.words.diagnosis import told as plainly
from tests.playground.views.window.driver import bench
from tests.seeds import long

WIDE = {
    "share": "1 259 %", "count": "12 000", "loss": "0.345", "figure": "0.0123", "setting": "0.0003",
    "score": "R² 0.987", "points": "0.25 of R²", "agreement": "correlation 0.987", "centre": "-12.3",
    "class": "class 3", "input": "input x₁₂", "column": "column x₁₂",
}  # fmt: skip
"""As long as figures of each kind usually get."""
GAPS = {
    "layer": "the output layer", "Layer": "The output layer", "input": "input x₁₂", "Input": "Input x₁₂",
    "rate": "0.0003", "first": "1 259 %", "first_limit": "12 %", "first_label": "gradient / that before the first step",
    "start": "after the edit at epoch 300", "Start": "After the edit at epoch 300",
    "before": "after the edit at epoch 300", "since": "after the edit at epoch 300",
}  # fmt: skip


def filled(sentence: str, text: RuleText) -> str:
    """With a long figure in each gap."""

    def value(gap: re.Match[str]) -> str:
        figure = text.figures.get(gap.group(1).removesuffix("_limit"))
        return GAPS[gap.group(1).lower() if gap.group(1) == "First_label" else gap.group(1)] if figure is None else (
            WIDE[figure.written]
        )  # fmt: skip

    return re.sub(r"\{(\w+)\}", value, sentence)


def sentences() -> Iterator[tuple[RuleName, str, str, str]]:
    """Rule, form, title and sentence, of what is and of what will be."""
    for rule, text in rule_texts().items():
        for name in text.forms or {"": None}:
            form = text.form(name)
            for sentence in {form.sentence, form.ahead}:
                yield rule, name, form.title, filled(sentence, text)


@pytest.mark.parametrize("size", [(1024, 600), long((1440, 900))])
def test_no_sentence_of_any_rule_is_cut_on_the_card(
    window: MainWindow, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    window.resize(*size)
    window.doctor.card.show_side("doctor")
    doctor, card, shot = bench(window).doctor, window.doctor.doctor, bench(window).run.snapshot
    assert shot is not None
    doctor.wait()
    monkeypatch.setattr(type(doctor), "_tell", lambda self: None)  # what it finds itself may come at any moment
    seen: list[Any] = []
    for rule, form, title, sentence in sentences():
        finding = Finding(rule, "warning", (), 0, 0, detail=form)
        said = plainly(finding, shot.experiment, shot.dataset)
        said = type(said)(**{name: getattr(said, name) for name in said.__slots__} | {"sentence": sentence})
        monkeypatch.setattr(type(doctor), "told", lambda self, each, said=said: said)
        doctor.findings = (finding,)
        card.refresh()
        QApplication.processEvents()
        seen.append(rule)
        assert card.title.text == title
        assert not card.title.is_cut(), (rule, title)
        assert not card.sentence.is_cut(), (rule, form, sentence, card.sentence.lines())
        below = card.line.geometry()
        assert not card.sentence.geometry().intersects(below), (rule, form)
        assert card.rect().contains(card.link.geometry()) or not card.link.isVisible(), (rule, form)
    assert set(seen) == set(rule_texts())
