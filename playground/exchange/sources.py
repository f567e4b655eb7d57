"""What a SOURCE on the command line, or in the window's open field, stands for.

Owns the forms: a file, `dataset:NAME`, a link, ours or to TensorFlow Playground, and `-` for an experiment on standard
input.
Knows nothing of the formats of files or of what is done with the experiment.
"""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

import msgspec

from playground.data import Data, GeneratedData, check_points, dataset_named
from playground.errors import FileRefused, PointsRefused, WrongUse
from playground.exchange.container import MAX_BYTES
from playground.exchange.files import load, parse
from playground.exchange.own_link import is_own_link, read_own_link
from playground.exchange.reading import shown
from playground.exchange.tensorflow_playground import is_link, read_link
from playground.experiment.experiment import Experiment
from playground.experiment.starting import starting_network
from playground.run.checkpoint import Checkpoint

FORMS = (
    "a file (.nnp, .safetensors or .json), dataset:NAME, a link (neural-playground:… or to TensorFlow Playground), or "
    "- for an experiment on standard input"
)


def open_source(source: str, standard_input: BinaryIO | None = None) -> Checkpoint:
    """The experiment of a SOURCE, with its run if it is a model file; raises FileRefused or WrongUse."""
    checkpoint = _opened(source, standard_input)
    try:
        check_points(checkpoint.experiment.data.source, checkpoint.points)
    except PointsRefused as error:
        name = "standard input" if source == "-" else shown(source)
        raise FileRefused(f"{name} cannot be opened alone. {error}") from error
    return checkpoint


def _opened(source: str, standard_input: BinaryIO | None) -> Checkpoint:
    if source == "-":
        stream = standard_input if standard_input is not None else sys.stdin.buffer
        return parse(stream.read(MAX_BYTES + 1), "standard input")
    if is_own_link(source):
        return read_own_link(source)
    if is_link(source) and not os.path.exists(source):
        linked = read_link(source)
        return Checkpoint(linked.experiment, amended=linked.told)
    kind, colon, name = source.partition(":")
    if not colon or len(kind) < 2 or os.path.exists(source):
        return load(source)
    match kind:
        case "dataset":
            return Checkpoint(experiment_for(name))
        case _:
            raise WrongUse(f"{source!r} is no SOURCE and no file; a SOURCE is {FORMS}.")


def experiment_for(name: str) -> Experiment:
    """The default experiment on that data set, with the set's own number of points and the network it begins with."""
    kind = dataset_named(name)
    plain = Experiment(data=Data(source=GeneratedData(name=kind.name)))  # type: ignore[arg-type]
    return msgspec.structs.replace(plain, network=starting_network(plain.input_shape))


def file_of(source: str) -> str | None:
    """The path, where a SOURCE is a file."""
    return source if source != "-" and os.path.isfile(source) else None
