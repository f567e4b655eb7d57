"""The text of a program while it is written: its parts, the helpers that it needs, and numbers as they stand in it.

Owns this collecting; knows nothing of networks. Numbers are written so that reading them gives the very same ones.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

WIDTH = 110
"""Letters of a line of numbers."""


def literal(values: NDArray[np.float64] | NDArray[np.int64]) -> str:
    """An array as NumPy reads it."""
    return f"np.array({nested(values)})"


def filled(template: str, **names: str) -> str:
    """A line in which {name} stands for what is given by that name."""
    for name, text in names.items():
        template = template.replace(f"{{{name}}}", text)
    return template


def nested(values: NDArray[np.float64] | NDArray[np.int64]) -> str:
    """Lists of numbers, a row a line where one line is too short."""
    if values.ndim == 1:
        return _row([number(each) for each in values.tolist()])
    rows = [nested(each) for each in values]
    whole = f"[{', '.join(rows)}]"
    if len(whole) <= WIDTH and "\n" not in whole:
        return whole
    return "[\n" + "".join(f"{_indented(row)},\n" for row in rows) + "]"


def number(value: float) -> str:
    """A number in as few digits as name it exactly."""
    return repr(value)


def _row(numbers: list[str]) -> str:
    lines, line = [], ""
    for each in numbers:
        if line and len(line) + len(each) > WIDTH:
            lines.append(line)
            line = ""
        line += f"{each}, "
    return f"[{chr(10).join([*lines, line])[:-2]}]" if numbers else "[]"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))


class Source(msgspec.Struct):
    """A program in parts. helpers: by name, each once, in the order in which they were first needed."""

    helpers: dict[str, str] = msgspec.field(default_factory=dict)
    given: list[str] = msgspec.field(default_factory=list)
    forward: list[str] = msgspec.field(default_factory=list)
    loss: list[str] = msgspec.field(default_factory=list)
    backward: list[str] = msgspec.field(default_factory=list)
    update: list[str] = msgspec.field(default_factory=list)

    def needs(self, helpers: Iterable[tuple[str, str]]) -> None:
        """These functions have to stand above."""
        self.helpers.update(helpers)

    def text(self, about: str) -> str:
        """The whole program, with the sentence that it begins with."""
        parts = [
            ("given: the batch, the parameters, what the optimizer remembers", self.given),
            ("forward: every unit's sum, then its activation", self.forward),
            ("loss", self.loss),
            ("backward: d is the slope of the summed loss by z, g the gradient of the mean", self.backward),
            ("update", self.update),
        ]
        heads = [f'"""{about}"""\n\nimport numpy as np\n']
        if self.helpers:
            heads += ["", "\n\n\n".join(self.helpers.values()), ""]
        heads += [f"\n# -- {title} --\n\n" + "\n".join(lines) + "\n" for title, lines in parts if lines]
        return "\n".join(heads)
