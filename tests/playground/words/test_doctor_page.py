"""`docs/doctor.md` lists the rules as they are.

`python -m tests.playground.words.test_doctor_page` writes its table.
"""

from __future__ import annotations

from pathlib import Path

from playground.diagnosis.rules.table import RULES
from playground.words.diagnosis import rule_texts

PAGE = Path(__file__).resolve().parents[3] / "docs" / "doctor.md"
HEAD = ("| rule | what it is called | kind | evidence | source |", "|---|---|---|---|---|")
START, END = "<!-- rules -->\n", "\n<!-- end of rules -->"


def table() -> str:
    """The table, a row a rule, in the order in which they are asked."""
    rows = []
    for rule in RULES:
        text = rule_texts()[rule.name]
        evidence = "; ".join(figure.label.replace("|", "\\|") for figure in text.figures.values())
        rows.append(f"| `{rule.name}` | {text.title} | {rule.kind} | {evidence} | {text.source} |")
    return "\n".join((*HEAD, *rows))


def test_the_page_has_every_rule_as_it_is() -> None:
    assert PAGE.read_text("utf-8").split(START)[1].split(END)[0] == table()


if __name__ == "__main__":
    before, rest = PAGE.read_text("utf-8").split(START)
    PAGE.write_text(f"{before}{START}{table()}{END}{rest.split(END)[1]}", "utf-8")
