"""`playground predict`: ask a model for its answer at points of the plane."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from playground.commands.output import number, print_json, print_table, say
from playground.commands.parser import SOURCES

if TYPE_CHECKING:
    from playground.commands.points_file import Point
    from playground.session import Session

DESCRIPTION = f"""\
Print a model's outputs for points of the plane; for classes also the class, and its probability where the output is
one (sigmoid and softmax).

FILE is usually a model file. {SOURCES}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which model, which points."""
    parser.add_argument("source", metavar="FILE", help="the model to ask")
    points = parser.add_mutually_exclusive_group(required=True)
    points.add_argument("--at", metavar="X,Y", action="append", type=_at, help="a point; may be given several times")
    points.add_argument("--data", metavar="CSV", help="points from a file: columns x and y, or two columns")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _at(text: str) -> Point:
    from playground.commands.points_file import point

    try:
        return point(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def run(arguments: argparse.Namespace) -> int:
    """Predict and print."""
    from playground.commands.points_file import read_points
    from playground.commands.training_loop import prepare_kernels
    from playground.session import Session
    from playground.sources import open_source

    checkpoint = open_source(arguments.source)
    points = arguments.at or read_points(arguments.data)
    if checkpoint.state is None:
        say("This experiment was never trained; the answers come from its initial weights.")
    prepare_kernels()
    session = Session(checkpoint)
    answers = _answers(session, points)
    if arguments.json:
        task = session.experiment.task
        print_json({"task": task.label, "classes": task.classes, "points": answers})
    else:
        _print(answers)
    return 0


def _answers(session: Session, points: list[Point]) -> list[dict[str, Any]]:
    """For each point its coordinates, the outputs, the class and its probability; None where there is none."""
    import numpy as np

    from playground.snapshot import predicted_classes

    outputs = session.predict(np.array(points, dtype=np.float64).T)
    head, task = session.experiment.head, session.experiment.task
    classes = predicted_classes(outputs, head.activation).tolist() if task.is_classification else [None] * len(points)
    answers = []
    for (x, y), column, chosen in zip(points, outputs.T.astype(float).tolist(), classes, strict=True):
        probability = None
        if head.activation == "softmax":
            probability = column[chosen]
        elif head.activation == "sigmoid":
            probability = column[0] if chosen else 1.0 - column[0]
        answers.append({"x": x, "y": y, "outputs": column, "class": chosen, "probability": probability})
    return answers


def _print(answers: list[dict[str, Any]]) -> None:
    units = len(answers[0]["outputs"])
    headings = ["x", "y", *(["output"] if units == 1 else [f"output {unit}" for unit in range(units)])]
    extras = [name for name in ("class", "probability") if answers[0][name] is not None]
    rows = [
        [f"{answer['x']:g}", f"{answer['y']:g}", *(f"{value:.6g}" for value in answer["outputs"]),
         *(str(answer[name]) if name == "class" else number(answer[name]) for name in extras)]
        for answer in answers
    ]  # fmt: skip
    print_table([*headings, *extras], rows, right=range(len(headings) + len(extras)))
