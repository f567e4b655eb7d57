"""An exercise as a sheet to print: with blanks, or with the answers.

Owns how the sheet is set: HTML that a browser prints and Qt makes a PDF of. Knows nothing of what its texts say.
"""

from __future__ import annotations

import html

from playground.anatomy.asking import step_given
from playground.anatomy.step import InsideStep
from playground.mathematics.plain import html as typeset
from playground.scalars import truth
from playground.words.inside.told import Equation
from playground.worked.exercise import Exercise, Part, Table, Task, exercise_of

LONG, SHORT = "_" * 36, "_" * 12
"""Room for a line of numbers, and for a result."""
COLUMNS = 4
"""Given numbers beside each other."""
STYLE = """
body { font-family: Inter, Helvetica, Arial, sans-serif; font-size: 10pt; color: #1c2430; }
body { max-width: 46em; margin: 2em auto; }
h1 { font-size: 16pt; } h2 { font-size: 13pt; margin-top: 1.6em; } h3 { font-size: 10pt; margin: 0.8em 0 0.2em; }
p { margin: 0.3em 0; } td { padding: 1px 12px 1px 0; white-space: nowrap; }
.answer { color: #1d5bd6; } .what { color: #5b6675; }
.formula { font-family: 'STIX Two Text', Cambria, 'Times New Roman', serif; font-size: 12pt; margin-left: 1.2em; }
.task { page-break-inside: avoid; }
"""


def step_as_sheet(step: InsideStep, answers: bool = False) -> str:
    """The step as a worked exercise, in HTML: a task for every operation, with blanks, or with the answers.

    Raises WrongUse where there are more than 400 of them, and for what is no step.
    """
    step, answers = step_given(step), truth("answers", answers)
    return sheet_html(exercise_of(step), answers)


def sheet_html(exercise: Exercise, answers: bool) -> str:
    """The whole sheet, standalone. answers: whether numbers and results are filled in, or left to be."""
    head = f"<title>{html.escape(exercise.title)}</title>\n<style>{STYLE}</style>"
    body = [
        f"<h1>{html.escape(exercise.title)}{' – answers' if answers else ''}</h1>",
        *(f"<p>{html.escape(each)}</p>" for each in exercise.about),
        "<h2>Given</h2>",
        *(_table(each) for each in exercise.given),
        *(_part(each, answers) for each in exercise.parts),
    ]
    content = "\n".join(body)
    top = f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n{head}</head>'
    return f"{top}\n<body>\n{content}\n</body></html>\n"


def _table(table: Table) -> str:
    """Names and numbers, some of them in a row."""
    cells = [f"<td>{typeset(row)}</td>" for row in table.rows]
    lines = [cells[start : start + COLUMNS] for start in range(0, len(cells), COLUMNS)]
    rows = "\n".join(f"<tr>{''.join(line)}</tr>" for line in lines)
    return f"<h3>{html.escape(table.title)}</h3>\n<table class='formula'>{rows}</table>"


def _part(part: Part, answers: bool) -> str:
    tasks = "\n".join(_task(each, number, answers) for number, each in enumerate(part.tasks, 1))
    rules = f"<p class='formula'>{', '.join(map(typeset, part.rules))}</p>\n" if part.rules else ""
    return f"<h2>{html.escape(part.title)}</h2>\n{rules}{tasks}"


def _task(task: Task, number: int, answers: bool) -> str:
    given = f"<p class='formula'>given {', '.join(map(typeset, task.given))}</p>\n" if task.given else ""
    lines = "".join(f"<p class='formula'>{line}</p>\n" for each in task.equations for line in _lines(each, answers))
    where, what = html.escape(task.where), html.escape(task.what)
    return f"<div class='task'><h3>{number}. {where}</h3>\n<p class='what'>{what}</p>\n{given}{lines}</div>"


def _lines(equation: Equation, answers: bool) -> list[str]:
    """Symbols are told, numbers and the result are for the reader to fill in."""
    left = f"{typeset(equation.left)} {equation.sign}"
    lines = [f"{left} {typeset(equation.symbols)}"] if equation.symbols is not None else []
    for part, blank in ((equation.numbers, LONG), (equation.result, SHORT)):
        if part is not None:
            shown = f"<span class='answer'>{typeset(part)}</span>" if answers else blank
            lines.append(f"{left} {shown}")
    return lines
