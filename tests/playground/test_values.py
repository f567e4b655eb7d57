"""Values are structs, which are made in a fraction of the time; docs/decisions/0033."""

from __future__ import annotations

import re
from pathlib import Path

MARKED = re.compile(r"^ *@(?:dataclasses\.)?dataclass\b.*\n(?: *@.*\n)* *class (\w+)", re.M)
PACKAGE = Path(__file__).resolve().parents[2] / "playground"
DATACLASSES = {"DataPoint", "Leftover", "Option", "OwnPoints", "Problem", "Said", "Shape"}
"""They leave a field out of comparison or of `repr`, make one themselves, or speak before more is loaded."""


def test_few_values_are_dataclasses() -> None:
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    assert {name for source in sources for name in MARKED.findall(source)} == DATACLASSES
