"""Model files (`.nnp`, `.safetensors`) and experiments (`.json`), read and written.

Owns which format a path or some bytes stand for. What a run or a network is, it does not know; every refusal leaves
here as FileRefused with one sentence that names the file.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from playground.errors import FileRefused, InvalidExperiment, Said
from playground.exchange import container, foreign, model_file, reading, writing
from playground.exchange.branches import left_out
from playground.exchange.container import Unreadable
from playground.experiment.experiment import (
    FORMAT,
    Experiment,
    amended,
    read_back,
    to_json,
    well_formed,
)
from playground.experiment.strict_json import MAX_JSON_BYTES, parse_json
from playground.past.branches import Branch
from playground.run.checkpoint import Checkpoint

if TYPE_CHECKING:
    from playground.run.session import Session

MODEL_SUFFIXES = (".nnp", ".safetensors")
SUFFIXES = (*MODEL_SUFFIXES, ".json")

NOT_SAVED = "{name} was not saved, because it could not be opened again: it {why}."

__all__ = ["MODEL_SUFFIXES", "SUFFIXES", "check_target", "load", "made_by", "parse", "save", "write"]


def load(path: str | os.PathLike[str]) -> Checkpoint:
    """The experiment of a file, with its run if it is a model file. The content decides what it is, not the name."""
    name = reading.shown(path)
    return parse(reading.read(path, container.MAX_BYTES), name)


def parse(data: bytes, name: str) -> Checkpoint:
    """What `load` does, for bytes that are already in memory; `name` stands in every refusal."""
    try:
        if container.looks_like_one(data):
            return _put_right(model_file.read(data))
        if foreign.may_be_experiment(data, name):
            return _put_right(Checkpoint(_experiment(data)))
        raise Unreadable(foreign.described(data))
    except Unreadable as error:
        raise FileRefused("{name} {why}.", name=name, why=error) from error.__cause__
    except Exception as error:  # the boundary: whatever a hostile file provokes becomes one sentence
        raise FileRefused(f"{name} cannot be read: {type(error).__name__}: {str(error)[:200]}.") from error


def _put_right(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint, its experiment changed where rules that are younger than the file refuse it.

    The run goes on with the change as after an edit; its log begins here.
    """
    experiment, changes = amended(checkpoint.experiment)
    if not changes:
        return checkpoint
    changes = (Said("The file had settings that are not allowed any more."), *changes)
    if checkpoint.state is None:
        return replace(checkpoint, experiment=experiment, amended=changes)
    from playground.run.log import marks_of
    from playground.run.session import Session

    session = Session(checkpoint)
    session.apply(experiment)
    made = session.checkpoint()
    marks = marks_of(session.log, session.state.step)
    return replace(made.without_past(marks), amended=changes)


def made_by(data: bytes) -> str | None:
    """The version of the program that wrote a model file's bytes; None for anything else."""
    if not container.looks_like_one(data):
        return None
    return str(container.read_header(data).spec["version"])


def save(path: str | os.PathLike[str], content: Session | Checkpoint | Experiment) -> None:
    """Write a model file, or the experiment alone where the name ends in `.json`.

    The same content gives the same bytes. Until all is written and checked the old file stays as it is. A file has room
    for 200,000 own points of all its branches together, and for 64 MB of those beside the present one: a Python warning
    names the branches that it leaves out.
    """
    left = write(path, content)
    if left:
        names = ", ".join(f'{each.number} "{each.name}"' if each.name else str(each.number) for each in left)
        warnings.warn(f"{reading.shown(path)} was saved without these branches: {names}.", stacklevel=2)


def write(path: str | os.PathLike[str], content: Session | Checkpoint | Experiment) -> tuple[Branch, ...]:
    """See `save`; the branches that a model file leaves out."""
    target = check_target(path)
    checkpoint = _as_checkpoint(content, reading.shown(path))
    alone = target.suffix.lower() == ".json"
    data = to_json(checkpoint.experiment).encode() if alone else model_file.write(checkpoint)
    try:
        _experiment(data) if alone else model_file.read(data)
    except Unreadable as error:
        raise FileRefused(NOT_SAVED, name=reading.shown(path), why=error) from None
    writing.write(path, data)
    return () if alone else left_out(checkpoint)


def check_target(path: str | os.PathLike[str]) -> Path:
    """Refuse at once what `save` would refuse later: a wrong extension, a missing folder, a write-protected file."""
    name, target = reading.shown(path), Path(path)
    if target.suffix.lower() not in SUFFIXES:
        raise FileRefused(
            f"{name} has no extension that says what to write: "
            f"use {' or '.join(MODEL_SUFFIXES)} for a model, .json for the experiment alone."
        )
    writing.check_target(path)
    return target


def _as_checkpoint(content: Session | Checkpoint | Experiment, name: str) -> Checkpoint:
    """What is to be saved; rules between an experiment's fields are checked when the bytes are read back."""
    try:
        if isinstance(content, Experiment):
            return Checkpoint(well_formed(content))
        return content.checkpoint() if hasattr(content, "checkpoint") else Checkpoint.of(content)
    except InvalidExperiment as error:
        raise FileRefused(NOT_SAVED, name=name, why=foreign.NotValid(error)) from None


def _experiment(data: bytes) -> Experiment:
    """The experiment of JSON bytes; a problem in it is told with its path."""
    if len(data) > MAX_JSON_BYTES:
        raise Unreadable("is larger than an experiment may be ({high} bytes)", high=MAX_JSON_BYTES)
    try:
        raw = parse_json(data)
        other = foreign.no_experiment(raw)
        if other is not None:
            raise Unreadable(other)
        version = raw.get("format") if isinstance(raw, dict) else None
        if isinstance(version, int) and version > FORMAT:
            raise Unreadable(f"needs a newer Neural Playground: it has format {version}, this version reads {FORMAT}")
        return read_back(raw)
    except InvalidExperiment as error:
        raise Unreadable("{problems}", problems=foreign.NotValid(error)) from error
