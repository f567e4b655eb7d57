"""Held-out samples lie far outside the training data: what is answered there is a guess, however sure it looks.

Source: Hein, Andriushchenko and Bitterwolf, Why ReLU networks yield high-confidence predictions far away (2019).
"""

from __future__ import annotations

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule


def find(look: Look) -> Found | None:
    dataset = look.facts.dataset
    if dataset.image is not None or not look.facts.held_out_labels.size:
        return None
    far = look.facts.far_outside
    if not far.size:
        return None
    figures = (Figure("count", float(far.size)), Figure("held_out", float(look.facts.held_out_labels.size)))
    return Found(figures, "note", Place(points=tuple((far + look.facts.count).tolist())))


RULE = Rule("far_prediction", "note", find)
