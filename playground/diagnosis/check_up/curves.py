"""The planned run itself, and what the doctor says on the way to its end."""

from __future__ import annotations

from playground.diagnosis.check_up.case import Case
from playground.diagnosis.check_up.step import Curve, Step
from playground.diagnosis.signals.finding import Figure


def check(case: Case) -> Step:
    look, findings = case.after, case.found_after
    alarms = any(each.is_alarm for each in findings)
    figures = [Figure("score", look.score, look.target, above=False)]
    if look.held_out_score is not None:
        figures.append(Figure("held_out", look.held_out_score))
    figures += [Figure("loss", case.last.metrics.train_loss, case.guess), Figure("epochs", float(case.last.epoch))]
    detail = "broke" if look.diverged else "found" if alarms else "fine"
    curve = Curve(look.rows("epoch").copy(), look.rows("train_loss").copy())
    return Step("curves", not (alarms or look.diverged), detail, tuple(figures), findings, curve)
