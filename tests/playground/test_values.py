"""Values are structs, which are made in a fraction of the time; docs/decisions/0033."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "playground"
DATACLASSES = {"DataPoint", "Leftover", "Option", "OwnPoints", "Problem", "Said", "Shape"}
"""They leave a field out of comparison or of `repr`, make one themselves, or speak before more is loaded."""


def test_few_values_are_dataclasses() -> None:
    sources = [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")]
    classes = [each for source in sources for each in ast.walk(source) if isinstance(each, ast.ClassDef)]
    found = {each.name for each in classes if any("dataclass" in ast.unparse(mark) for mark in each.decorator_list)}
    assert found == DATACLASSES
