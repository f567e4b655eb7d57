"""The facts of the data, and of the network beside them: what holds whatever the run does."""

from __future__ import annotations

from playground.diagnosis.check_up.case import KINDS, Case
from playground.diagnosis.check_up.start import OF_THE_START
from playground.diagnosis.check_up.step import Step
from playground.diagnosis.signals.finding import Figure


def check(case: Case) -> Step:
    findings = tuple(each for each in case.found_before if KINDS[each.rule] == "fact" and each.rule not in OF_THE_START)
    alarms = sum(each.is_alarm for each in findings)
    asked = sum(kind == "fact" and rule not in OF_THE_START for rule, kind in KINDS.items())
    figures = (Figure("alarms", float(alarms), 0.0), Figure("asked", float(asked)))
    detail = "found" if alarms else "noted" if findings else "fine"
    return Step("data", not alarms, detail, figures, findings)
