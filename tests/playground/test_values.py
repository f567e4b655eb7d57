"""Values are structs, which are made in a fraction of the time; docs/decisions/0033."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "playground"
DATACLASSES = {"DataPoint", "Leftover", "Option", "OwnPoints", "Problem", "Said", "Shape"}
"""They leave a field out of comparison or of `repr`, make one themselves, or speak before more is loaded."""


def classes() -> list[ast.ClassDef]:
    sources = [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")]
    return [each for source in sources for each in ast.walk(source) if isinstance(each, ast.ClassDef)]


def test_few_values_are_dataclasses() -> None:
    found = {each.name for each in classes() if any("dataclass" in ast.unparse(mark) for mark in each.decorator_list)}
    assert found == DATACLASSES


def test_a_struct_has_a_dictionary_where_it_keeps_what_it_has_computed() -> None:
    found = [each for each in classes() if any(option.arg == "dict" for option in each.keywords)]
    assert found
    assert [each.name for each in found if "@cached_property" not in ast.unparse(each)] == []
