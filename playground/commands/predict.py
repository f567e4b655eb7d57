"""`playground predict`: ask a model for its answer at points of the plane, or for images."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.commands.opening import add_settings
from playground.commands.output import number, print_json, print_table, say
from playground.commands.parser import SOURCES
from playground.errors import FileRefused, Said, WrongUse
from playground.numbers import plain

if TYPE_CHECKING:
    from playground.commands.points_file import Wanted
    from playground.data.own_points import PointsData
    from playground.experiment.experiment import Experiment
    from playground.run.session import Session

DESCRIPTION = f"""\
Print a model's outputs for points of the plane, for other samples or for images; for classes also the class, and its
probability where the output is one (sigmoid and softmax).

FILE is usually a model file. {SOURCES}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which model, which points."""
    parser.add_argument("source", metavar="FILE", help="the model to ask")
    points = parser.add_mutually_exclusive_group(required=True)
    points.add_argument(
        "--at", metavar="X,Y", action="append", help="a point, or all columns of a sample; may be given several times"
    )
    points.add_argument(
        "--data",
        metavar="TABLE",
        help="a table of points (columns x and y, or two columns), of other samples (columns by their names), or of "
        "images (CSV, a column a pixel); or a folder of pictures",
    )
    add_settings(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Predict and print."""
    from playground.commands.opening import opened, wish_of
    from playground.commands.training_loop import prepare_kernels
    from playground.run.session import Session
    from playground.words.errors import told_changes
    from playground.words.run import far_sentence, unanswered_sentence

    checkpoint = opened(arguments.source, arguments.settings, wish_of(arguments))
    asked = _asked(arguments, checkpoint.experiment)
    if asked.remarks:
        say(told_changes(asked.remarks))
    if checkpoint.state is None:
        say("This experiment was never trained; the answers come from its initial weights.")
    prepare_kernels(checkpoint.experiment.training.precision)
    session = Session(checkpoint)
    answers = _answers(session, asked)
    if asked.left_out:
        say(unanswered_sentence(asked.left_out))
    far = [place for place, answer in enumerate(answers, start=1) if answer["far_outside"]]
    if far:
        say(far_sentence(far, len(answers)))
    if arguments.json:
        task, columns = session.experiment.task, list(session.dataset.columns)
        left_out = {"left_out": list(asked.left_out)} if asked.left_out else {}
        print_json({"task": task.label, "classes": task.classes, "columns": columns, "points": answers, **left_out})
    else:
        _print(answers, session.dataset.columns)
    return 0


class Asked(NamedTuple):
    """What a model is asked about: as many numbers a sample as it reads; the rows of a table they are, if they are
    such; rows that are left out because the model takes no empty cells; what was put right in the table; the names of
    the files that they are."""

    samples: Sequence[Sequence[float]]
    rows: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()
    remarks: tuple[Said, ...] = ()
    files: tuple[str, ...] = ()


def _asked(arguments: argparse.Namespace, experiment: Experiment) -> Asked:
    from playground.commands.points_file import REACH, Wanted, point, read_images
    from playground.data import own_points
    from playground.tables.kinds import is_folder

    kind = experiment.source_kind
    if kind.image is not None:
        if arguments.at:
            raise WrongUse("This model reads images, not points of the plane: give them with --data CSV, not --at.")
        if is_folder(arguments.data):
            return _pictures(arguments.data, experiment)
        if isinstance(experiment.data.source, own_points.PointsData):
            return _own_images(arguments.data, experiment.data.source)
        return Asked(read_images(arguments.data, math.prod(kind.image)))
    if not arguments.at and is_folder(arguments.data):
        raise WrongUse("{name} is a folder, and this model reads no pictures: give it a table.", name=arguments.data)
    wanted = Wanted(kind.columns, own_points.REACH if kind.is_given else REACH)
    if not arguments.at:
        fills = bool(kind.missing) and experiment.data.imperfections.imputer != "drop"
        return _of_table(arguments.data, wanted, fills)
    try:
        return Asked([point(text, wanted) for text in arguments.at])
    except ValueError as error:
        raise WrongUse(f"Argument --at: {error}.") from None


def _pictures(path: str, experiment: Experiment) -> Asked:
    """The pictures of a folder, made as small as the model's own.

    Which of black and white is paper is known where its own ones are such pictures; else their frames tell it.
    """
    from playground.data.own_points import PointsData
    from playground.tables.pictures import paper_and_ink
    from playground.views.window.picture_folder import pictures_to_answer

    source, shape = experiment.data.source, experiment.source_kind.image
    assert shape is not None
    found = pictures_to_answer(path, shape[-1])
    remarks = found.remarks
    if isinstance(source, PointsData) and {source.paper, source.ink} == {0.0, 255.0}:
        paper, ink = source.paper, source.ink
    else:
        paper, ink, said = paper_and_ink(found.pixels, shape[-1])
        remarks = (*remarks, said)
    return Asked(((found.pixels - paper) / (ink - paper)).tolist(), remarks=remarks, files=found.names)


def _own_images(path: str, source: PointsData) -> Asked:
    """Images as they are written where the model's own ones come from: in columns of the same names, or by place."""
    import numpy as np

    from playground.commands.points_file import read_images
    from playground.tables.asking import ColumnsLacking, rows_for

    try:
        found = rows_for(path, source.columns)
    except ColumnsLacking:
        pixels = np.asarray(read_images(path, len(source.columns)), dtype=np.float64)
        return Asked(((pixels - source.paper) / (source.ink - source.paper)).tolist())
    whole = ~np.isnan(found.features).any(axis=1)
    if not whole.any():
        raise FileRefused("{name} has no row without empty pixels.", name=path)
    pixels = (found.features[whole] - source.paper) / (source.ink - source.paper)
    rows = tuple(found.numbers[whole].tolist()), tuple(found.numbers[~whole].tolist())
    return Asked(pixels.tolist(), *rows, found.remarks)


def _of_table(path: str, wanted: Wanted, fills: bool) -> Asked:
    """The samples of a table; a plain CSV file is read line by line, so that what is wrong is told with its line.

    fills: whether the model was trained to fill empty cells, so that rows with such are answered too.
    """
    from numpy import isnan

    from playground.commands.points_file import read_points
    from playground.tables.asking import ColumnsLacking, rows_for

    try:
        return Asked(read_points(path, wanted))
    except FileRefused as strict:
        try:
            found = rows_for(path, wanted.columns)
        except ColumnsLacking as lacking:
            raise (strict if is_plain(path) or is_nameless(path) else lacking) from None
        except FileRefused:
            raise strict from None
        whole = ((abs(found.features) <= wanted.reach) | (isnan(found.features) & fills)).all(axis=1)
        if not whole.any():
            raise
        rows = tuple(found.numbers[whole].tolist()), tuple(found.numbers[~whole].tolist())
        return Asked(found.features[whole].tolist(), *rows, found.remarks)


def is_nameless(path: str) -> bool:
    """Whether a file holds JSON records without names."""
    from playground.commands.points_file import MAX_BYTES
    from playground.exchange.foreign import has_no_names
    from playground.exchange.reading import read

    return has_no_names(read(path, MAX_BYTES))


def is_plain(path: str) -> bool:
    """Whether a file is a text in UTF-8."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):
        return False
    return not text.lstrip("\ufeff \t\r\n").startswith(("[", "{")) and "\0" not in text


def _answers(session: Session, given: Asked) -> list[dict[str, Any]]:
    """For each point its coordinates, or each image or row its number and file; outputs, class, its name, probability.

    far_outside: whether it lies far outside the training data, so that the answer is a guess.
    The class and what belongs to it are None for a regression; the name is there where the data set has names.
    """
    import numpy as np

    from playground.run.snapshot import predicted_classes

    points = given.samples
    asked = np.array(points, dtype=np.float64)
    outputs, far = session.predict(asked), session.dataset.far_outside(asked.T).tolist()
    head, task = session.experiment.head, session.experiment.task
    classes = predicted_classes(outputs.T, head.activation).tolist() if task.is_classification else [None] * len(points)
    names, numbered = session.dataset.class_names, "row" if session.dataset.image is None else "image"
    answers = []
    numbers = given.rows or range(1, len(points) + 1)
    files = given.files or [""] * len(points)
    for place, file, point, column, chosen, is_far in zip(
        numbers, files, points, outputs.astype(float).tolist(), classes, far, strict=True
    ):
        probability = None
        if head.activation == "softmax":
            probability = column[chosen]
        elif head.activation == "sigmoid":
            probability = column[0] if chosen else 1.0 - column[0]
        which = (
            dict(zip("xy", (None if math.isnan(each) else each for each in point), strict=True))
            if session.dataset.is_plane
            else {numbered: place} | ({"file": file} if file else {})
        )
        name = {"name": names[chosen]} if names else {}
        told = {"outputs": column, "class": chosen, **name, "probability": probability, "far_outside": is_far}
        answers.append({**which, **told})
    return answers


def _print(answers: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    units = len(answers[0]["outputs"])
    places = [name for name in ("x", "y", "image", "row", "file") if name in answers[0]]
    named = [columns["xy".index(name)] if name in ("x", "y") else name for name in places]
    headings = [*named, *(["output"] if units == 1 else [f"output {unit}" for unit in range(units)])]
    extras = [name for name in ("class", "name", "probability") if answers[0].get(name) is not None]
    rows = [
        [*(answer[name] if name == "file" else plain(answer[name]) for name in places),
         *(plain(value) for value in answer["outputs"]),
         *(number(answer[name]) if name == "probability" else str(answer[name]) for name in extras)]
        for answer in answers
    ]  # fmt: skip
    print_table([*headings, *extras], rows, right=range(len(headings) + len(extras)))
