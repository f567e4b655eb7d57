"""What is printed where a terminal lacks letters."""

from __future__ import annotations

import io
import json
import math
import sys

import pytest

from playground.commands.output import prepare_streams, print_json, print_pairs, say
from playground.numbers import plain, spaced

SAID = f"{spaced(21400)} points, {plain(-0.5)}, 2 × 3 → 6, ∇"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", SAID),
        ("cp1252", "21 400 points, -0.5, 2 × 3 -> 6, ?"),
        ("ascii", "21 400 points, -0.5, 2 x 3 -> 6, ?"),
    ],
)
def test_a_terminal_gets_what_it_can_show(encoding: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, stream)
    prepare_streams()
    say(SAID)
    print_pairs([("said", SAID)])
    stream.flush()
    lines = stream.buffer.getvalue().decode(encoding).splitlines()
    assert lines == [expected, f"said  {expected}"]


def test_json_has_raw_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"points": 21400, "loss": -0.5})
    assert capsys.readouterr().out == '{\n  "points": 21400,\n  "loss": -0.5\n}\n'


def test_json_has_null_for_what_is_no_finite_number(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"train": {"loss": math.inf, "steps": 3}, "losses": [0.5, math.nan, (-math.inf, True)], "why": "∞"})
    found = json.loads(capsys.readouterr().out)
    assert found == {"train": {"loss": None, "steps": 3}, "losses": [0.5, None, [None, True]], "why": "∞"}
