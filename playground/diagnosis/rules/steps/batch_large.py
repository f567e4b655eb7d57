"""So many samples in a step that the plan has few steps.

Source: Keskar et al. 2017; Shallue et al. 2019 (steps to a result hardly fall beyond some batch size).
"""

from __future__ import annotations

from playground.diagnosis.signals.finding import Figure
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

SHARE = 0.5
FEW = 150
LEAST_SHARE = 0.05


def find(look: Look) -> Found | None:
    share = look.batch_size / look.facts.count
    if share < SHARE or look.planned_steps > FEW or look.share < LEAST_SHARE or not look.short:
        return None
    figures = (
        Figure("steps", float(look.planned_steps), float(FEW), above=False), Figure("share", share, SHARE),
        Figure("epochs", float(look.end)), Figure("batch", float(look.batch_size)),
    )  # fmt: skip
    return Found(figures, "warning")


RULE = Rule("batch_large", "optimization", find)
