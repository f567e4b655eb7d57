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


STRUCT = re.compile(r"^class (\w+)\((?=[^)]*\bStruct\b)([^)]*)\):\n((?:    .*\n|\n)*)", re.MULTILINE)
HOLDS = re.compile(r"^    \w+: (?!Callable)[^=#\n]*\b(?:NDArray|Array|Floats|Numbers|Integers)\b", re.MULTILINE)


def structs() -> list[tuple[str, str, str]]:
    """(name, options, body) of each."""
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    return [(found[1], found[2], found[3]) for source in sources for found in STRUCT.finditer(source)]


def test_a_struct_has_a_dictionary_where_it_keeps_what_it_has_computed() -> None:
    keeping = {name for name, options, _ in structs() if "dict=True" in options}
    assert "Dataset" in keeping
    assert keeping == {name for name, _, body in structs() if "@cached_property" in body}


def test_structs_that_hold_arrays_are_equal_to_nothing_but_themselves() -> None:
    holding = [(name, options) for name, options, body in structs() if HOLDS.search(body)]
    assert len(holding) > 20
    assert [name for name, options in holding if "eq=False" not in options] == []
