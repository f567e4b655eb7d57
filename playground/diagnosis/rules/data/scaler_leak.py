"""The scaling was fitted on held-out samples too: what nobody may have seen has decided what the network is shown.

Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 7.10.2.
"""

from __future__ import annotations

from playground.diagnosis.signals.finding import Figure
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule


def find(look: Look) -> Found | None:
    data, held_out = look.experiment.data, look.facts.held_out_labels.size
    if data.scaling_fit != "all" or data.scaling == "none" or not held_out or look.facts.tested_on_itself:
        return None
    seen = look.facts.dataset.validation_labels.size + look.facts.dataset.test_labels.size
    return Found((Figure("held_out", float(seen)), Figure("train", float(look.facts.count))), "warning")


RULE = Rule("scaler_leak", "fact", find)
