"""Numbers are written by `playground.numbers` alone: no format specs, no hand-made minus or groups anywhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.cases import cases

PACKAGE = Path(__file__).resolve().parents[2] / "playground"
ALIGNMENT = re.compile(r"(.?[<>^])?(\d+|\{\})?")
"""Format specs that only put a text into a column."""
EXCUSED = {
    "numbers.py": "the room itself",
    "views/theme/stylesheet.py": "the style sheet is a template for Qt: its numbers are pixels",
}
"""Files that may write numbers by themselves, each with its reason."""
LOOKED_AT = (ast.FormattedValue, ast.JoinedStr, ast.Call, ast.BinOp, ast.Constant)
"""What a number by hand can be made of."""


def is_minus(part: ast.expr) -> bool:
    """Whether a piece of an f-string is nothing but a minus."""
    return isinstance(part, ast.Constant) and part.value in ("-", "−")


def is_signed(pair: tuple[ast.expr, ast.expr]) -> bool:
    """Whether a value of an f-string follows a minus that stands behind a space or a bracket."""
    before, value = pair
    written = str(before.value) if isinstance(before, ast.Constant) else ""
    return isinstance(value, ast.FormattedValue) and re.search(r"[\s(][-−]$", written) is not None


def by_hand(source: str) -> Iterator[tuple[int, str]]:
    """(line, what) of every number that a source writes by itself."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, LOOKED_AT):
            continue
        match node:
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=parts)):
                spec = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
                if not ALIGNMENT.fullmatch(spec):
                    yield node.lineno, f"the format spec {spec!r}"
            case ast.JoinedStr(values=parts) if any(map(is_minus, parts[:1])) or any(map(is_signed, pairwise(parts))):
                yield node.lineno, "a minus before a number"
            case ast.Call(func=ast.Name(id="format")):
                yield node.lineno, "format()"
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="format")):
                yield node.lineno, "str.format()"
            case ast.Call(func=ast.Attribute(attr="format"), keywords=[_, *_]):
                yield node.lineno, "str.format()"
            case ast.Call(func=ast.Attribute(attr="replace"), args=[ast.Constant(value=old), ast.Constant(value=new)]):
                if old == "," or "−" in (old, new) or {old, new} & {"\u2009", "\u202f"}:
                    yield node.lineno, "a minus or groups put in by replace()"
            case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod()):
                yield node.lineno, "the % operator"
            case ast.Constant(value=str() as text) if re.search(r"[\u2009\u202f]", text):
                yield node.lineno, "a thin space"


def test_numbers_are_written_in_one_room() -> None:
    found = [
        f"{path.relative_to(PACKAGE.parent)}:{line}: {what}; see playground/numbers.py"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).as_posix() not in EXCUSED
        for line, what in by_hand(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("name", EXCUSED)
def test_what_is_excused_still_needs_it(name: str) -> None:
    assert list(by_hand((PACKAGE / name).read_text("utf-8")))


@cases(
    "line",
    [
        'f"{value:,}"',
        'f"{value:g}"',
        'f"{value:.3f}"',
        'f"{value:.{places}f}"',
        'f"{value:>+8.2%}"',
        'f"at −{value}"',
        'f"-{value}"',
        'format(value, ".3f")',
        '"{:,}".format(value)',
        "TEXT.format(size=value)",
        'text.replace("-", "−")',
        'text.replace(",", " ")',
        '"%.3f" % value',
        '"21\\u202f400"',
    ],
)
def test_a_number_by_hand_would_be_found(line: str) -> None:
    assert list(by_hand(line))


@pytest.mark.parametrize("line", ['f"{name:<{width}}"', 'f"{name:>8}"', 'f"{value!r}"', 'f"{first}-{last}"', "a % b"])
def test_what_writes_no_number_is_left_alone(line: str) -> None:
    assert not list(by_hand(line))
