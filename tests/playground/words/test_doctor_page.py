"""`docs/doctor.md` lists the rules and their cures as they are.

`python -m tests.playground.words.test_doctor_page` writes its tables.
"""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import playground as pg
from playground.data import make_dataset
from playground.diagnosis.cures.candidates import candidates
from playground.diagnosis.cures.measures import measure_of
from playground.diagnosis.cures.table import REMEDIES
from playground.diagnosis.rules.table import RULES
from playground.diagnosis.signals.finding import RuleName
from playground.words.cures import JUDGED
from playground.words.diagnosis import rule_texts
from tests.playground.diagnosis.cures.cases import every_kind, finding

PAGE = Path(__file__).resolve().parents[3] / "docs" / "doctor.md"
HEAD = ("| rule | what it is called | kind | evidence | source |", "|---|---|---|---|---|")
START, END = "<!-- rules -->\n", "\n<!-- end of rules -->"
CURES_HEAD = ("| rule | cures, in the order in which they are tried | judged by |", "|---|---|---|")
CURES_START, CURES_END = "<!-- cures -->\n", "\n<!-- end of cures -->"


def table() -> str:
    """The table, a row a rule, in the order in which they are asked."""
    rows = []
    for rule in RULES:
        text = rule_texts()[rule.name]
        evidence = "; ".join(figure.label.replace("|", "\\|") for figure in text.figures.values())
        rows.append(f"| `{rule.name}` | {text.title} | {rule.kind} | {evidence} | {text.source} |")
    return "\n".join((*HEAD, *rows))


def cures() -> str:
    """The table of cures, a row a rule that has any, each with its cures in the order in which they are tried."""
    tasks = (pg.Experiment(), pg.on_dataset(pg.Experiment(), "plane"))
    rows = []
    for rule, remedies in REMEDIES.items():
        named = ", ".join(f"`{each.name}`" for each in remedies)
        judged = " or ".join(dict.fromkeys(JUDGED[measure_of(rule, each)] for each in tasks))
        rows += [f"| `{rule}` | {named} | {judged} |"] if remedies else []
    return "\n".join((*CURES_HEAD, *rows))


def part(start: str, end: str) -> str:
    return PAGE.read_text("utf-8").split(start)[1].split(end)[0]


def test_the_page_has_every_rule_as_it_is() -> None:
    assert part(START, END) == table()


def test_the_page_has_every_cure_as_it_is() -> None:
    assert part(CURES_START, CURES_END) == cures()


def test_the_candidates_of_any_run_are_those_of_the_page_in_its_order() -> None:
    rows = [line.split(" | ") for line in part(CURES_START, CURES_END).splitlines()[2:]]
    listed = {rule.strip("| `"): named.replace("`", "").split(", ") for rule, named, _ in rows}
    for experiment, points in every_kind().values():
        dataset = make_dataset(experiment.data, experiment.seed, points)
        for rule in get_args(RuleName):
            found = [each.name for each in candidates(finding(rule, (0,)), experiment, dataset)]
            assert found == [name for name in listed.get(rule, ()) if name in found]


if __name__ == "__main__":
    for start, end, made in ((START, END, table()), (CURES_START, CURES_END, cures())):
        before, rest = PAGE.read_text("utf-8").split(start)
        PAGE.write_text(f"{before}{start}{made}{end}{rest.split(end)[1]}", "utf-8")
