"""The experiment: everything a run depends on, as one frozen value.

Owns the experiment's fields, its JSON form and the rules that join several fields; knows nothing of how it runs.
A value that passed `checked` is valid: all later code relies on it.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import replace
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from playground.data import inputs
from playground.data.added import AddedInput, added_inputs
from playground.data.features import FEATURES
from playground.data.fitting_flaws import misfits
from playground.data.kinds import kind_of
from playground.data.source import Data
from playground.data.source_kind import SourceKind
from playground.data.split import has_test, has_validation
from playground.data.task import Head, Task, allowed_losses, classes_reason, cross_entropy_reason, head_for
from playground.errors import InvalidExperiment, Problem, Said, WrongUse
from playground.experiment import schema, spelling
from playground.experiment.given import decoded, kept
from playground.experiment.late_rules import Broken, broken_rules, may_break
from playground.experiment.layers import Dense
from playground.experiment.network import MAX_PARAMETERS, Network, layer_shapes, parts, shape_problems, source_shape
from playground.experiment.shapes import Parts, Shape, flat, image
from playground.experiment.strict_json import parse_json
from playground.experiment.training import Training
from playground.scalars import shown

FORMAT = 1
SCHEMA_KEY = "$schema"
MAX_WORK = 1_000_000_000
"""Multiplications for one pass over the samples: about a second, which is the longest that nothing may answer."""
MAX_ALL_UNITS = 32_000
"""Units of all layers and inputs: dropout and noise tell 2¹⁵ of them apart (`kernels/layers/noise.py`)."""
MAX_VALUES = 30_000_000
"""Units times samples per step: all of them are in memory at once, up to 32 bytes each."""


class Experiment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Data, network, training and seed. The same experiment always gives the same run."""

    format: Annotated[int, Meta(ge=1, le=FORMAT)] = FORMAT
    title: Annotated[str, Meta(max_length=200)] = ""
    notes: Annotated[str, Meta(max_length=20_000)] = ""
    seed: Annotated[int, Meta(ge=0, le=2**53)] = 0
    data: Data = Data()
    network: Network = Network()
    training: Training = Training()

    @property
    def source_kind(self) -> SourceKind:
        """What is known of the data without the points."""
        return kind_of(self.data.source)

    @property
    def task(self) -> Task:
        """What the network is asked to do."""
        return self.source_kind.task

    @property
    def head(self) -> Head:
        """The output layer that follows from the task and the loss."""
        return head_for(self.task, self.training.loss)

    @property
    def input_shape(self) -> Shape:
        """What the network reads: the pixels of an image data set, else numbers with names."""
        pixels = self.source_kind.image
        return flat(len(self.input_names)) if pixels is None else image(*pixels)

    @property
    def has_tests(self) -> bool:
        """Whether any samples are held back from training, or the set is so small that it is its own test set."""
        return self.has_validation or has_test(self.data, self.data.source.samples, self.source_kind.whole)

    @property
    def has_validation(self) -> bool:
        """Whether a part of the samples stands in for the test set while the run is made."""
        return has_validation(self.data, self.data.source.samples, self.source_kind.whole)

    @property
    def sets_known(self) -> tuple[bool, bool]:
        """Whether the test set and the validation set are there to be measured; a sealed test set is not."""
        tested = has_test(self.data, self.data.source.samples, self.source_kind.whole)
        return tested and not self.data.test_sealed, self.has_validation

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of the inputs: features, columns and formulas that are read, then added ones; of pixels none."""
        return (*self.chosen_inputs, *(each.name for each in self.added_inputs))

    @property
    def chosen_inputs(self) -> tuple[str, ...]:
        """The names of the features, columns and formulas that are read; of pixels none."""
        columns = self.source_kind.columns
        return inputs.read(columns, self.data.features) if columns else ()

    @property
    def added_inputs(self) -> tuple[AddedInput, ...]:
        """The inputs behind the chosen ones, in their order: what imperfections and blank cells add."""
        return added_inputs(self.data, self.source_kind)

    @property
    def offered_inputs(self) -> tuple[str, ...]:
        """The names of all inputs that there are to choose from, and then of added ones; of pixels none."""
        columns = self.source_kind.columns
        if not columns:
            return ()
        on_offer = inputs.offered(columns, self.data.features, self.data.formulas)
        return (*on_offer, *(each.name for each in self.added_inputs))

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The inputs' shape, the shape behind every hidden layer, and the output's."""
        inputs = self.input_shape
        return (inputs, *layer_shapes(inputs, self.network.layers), flat(self.head.units))

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of every layer from the inputs to the output."""
        return tuple(shape.units for shape in self.shapes)

    @property
    def parts(self) -> tuple[Parts, ...]:
        """The parameters of every layer, the output's last."""
        shapes = self.shapes
        layers = (*self.network.layers, Dense(self.head.units))
        return tuple(
            parts(layer, shapes[index], shapes[index + 1], source_shape(shapes[0], shapes[1:], index, layer))
            for index, layer in enumerate(layers)
        )

    @property
    def parameter_count(self) -> int:
        """Weights, gains, biases and shifts of all layers, the output's too; running statistics do not count."""
        return sum(part.weight_count + part.bias_count for part in self.parts)


_GOOD: deque[Experiment] = deque(maxlen=32)
"""What was checked last, the very objects: nothing of one ever changes. An equal one may hold True where this has 1."""


def validate(raw: Any) -> list[Problem]:
    """Every problem of an experiment, given as a value or as decoded JSON; an empty list means it is valid.

    For what comes from outside. An edit of a valid experiment needs `rule_problems` alone.
    """
    try:
        checked(raw)
    except InvalidExperiment as error:
        return list(error.problems)
    return []


def checked(raw: Any) -> Experiment:
    """The experiment of decoded JSON or of an unchecked value; raises InvalidExperiment with all problems."""
    if isinstance(raw, Experiment) and any(raw is each for each in tuple(_GOOD)):
        return raw
    made = well_formed(raw)
    check_rules(made)
    _GOOD.append(made)
    return made


def experiment_given(given: Any) -> Experiment:
    """The experiment that a caller hands in, its every field and rule checked; raises WrongUse or InvalidExperiment.

    Numbers of NumPy and lists in it become those of Python and tuples.
    """
    if isinstance(given, Experiment):
        return checked(given)
    sentence = (
        "An Experiment is needed here; got {given}. A changed one: playground.with_changes(session.experiment, …)."
    )
    raise WrongUse(sentence, given=shown(given))


def well_formed(raw: Any) -> Experiment:
    """The experiment whose every field is within its limits; the rules between fields are not looked at.

    This is the door: what comes in through it is Python's own numbers, texts and tuples.
    """
    plain = canonical(decoded(raw))
    found = schema.problems(plain, Experiment)
    if found:
        raise InvalidExperiment(found)
    return kept(raw, msgspec.convert(plain, Experiment))  # type: ignore[no-any-return]


def canonical(raw: Any) -> Any:
    """Decoded JSON of an experiment in the words that the program writes itself; `$schema`, for editors, is dropped."""
    if isinstance(raw, dict) and isinstance(raw.get(SCHEMA_KEY), str):
        raw = {name: value for name, value in raw.items() if name != SCHEMA_KEY}
    return spelling.canonical(raw, Experiment)


def read_back(raw: Any) -> Experiment:
    """As `checked`, of decoded JSON in a file: what only younger rules refuse passes, and `amended` puts it right."""
    experiment = well_formed(raw)
    found = _lasting_problems(experiment)
    if found:
        raise InvalidExperiment(found)
    return experiment


def amended(experiment: Experiment) -> tuple[Experiment, tuple[Said, ...]]:
    """An experiment from a file with what younger rules refuse put right, and what was changed."""
    broken = _late_problems(experiment)
    changes = {name: value for each in broken for name, value in each.remedy.items()}
    if not changes:
        return experiment, ()
    training = msgspec.structs.replace(experiment.training, **changes)
    return msgspec.structs.replace(experiment, training=training), tuple(each.said for each in broken)


def _late_problems(experiment: Experiment) -> list[Broken]:
    layers = experiment.network.layers
    if not may_break(experiment.training):
        return []
    return broken_rules(experiment.training, layers, experiment.shapes[1:-1], experiment.has_tests)


def check_rules(experiment: Experiment) -> None:
    """Refuse an edited experiment that breaks a rule between its fields; raises InvalidExperiment.

    Each field by itself is within its limits already: it was checked where it came in.
    """
    found = rule_problems(experiment)
    if found:
        raise InvalidExperiment(found)


def rule_problems(experiment: Experiment) -> list[Problem]:
    """The broken rules that look at more than one field, of an experiment whose every field is within its limits."""
    return _lasting_problems(experiment) or [each.problem for each in _late_problems(experiment)]


def _lasting_problems(experiment: Experiment) -> list[Problem]:
    """Those of rules that have held for every file."""
    problems = source_rules(experiment.data)
    if problems:
        return problems
    problems += _input_problems(experiment)
    source = experiment.data.source
    if source.samples < experiment.task.classes and not experiment.source_kind.is_painted:
        sentence, low = "at least one point per class is needed ({low}); got {given}", experiment.task.classes
        problems.append(Problem.of("data.source.samples", "per_class", sentence, low=low, given=source.samples))
    problems += [
        Problem.of(f"network.layers[{index}]", "shape", "{reason}", reason=reason)
        for index, reason in shape_problems(experiment.input_shape, experiment.network.layers)
    ]
    loss = experiment.training.loss
    reason = allowed_losses(experiment.task)[loss]
    if reason:
        sentence, task = "{given} does not fit {task}: {reason}", experiment.task.label
        problems.append(Problem.of("training.loss", "fit", sentence, given=loss, task=task, reason=reason))
    else:
        problems += _training_rules(experiment)
    return problems or _size_rules(experiment)


def _input_problems(experiment: Experiment) -> list[Problem]:
    """Inputs that there are not, and those that stand twice."""
    data, columns = experiment.data, experiment.source_kind.columns
    found = []
    for field, names in (("features", data.features), ("formulas", data.formulas)):
        if len(set(names)) < len(names):
            sentence = "each feature may stand once; got {given}"
            found.append(Problem.of(f"data.{field}", "doubled", sentence, given=str(list(names))))
        formulas = [name for name in names if columns and inputs.is_formula(name, columns) and name not in FEATURES]
        if len(formulas) > inputs.MAX_FORMULAS:
            sentence, given = "at most {high} formulas are possible; got {given}", len(formulas)
            found.append(Problem.of(f"data.{field}", "formulas", sentence, high=inputs.MAX_FORMULAS, given=given))
        for place, name in enumerate(names):
            reason = inputs.problem_of(name, columns)
            if reason is not None:
                found.append(Problem(f"data.{field}[{place}]", reason.sentence, "feature", reason.values))
    return found


def source_rules(data: Data) -> list[Problem]:
    """The rules of a source by itself, and imperfections that do not apply to it."""
    kind = kind_of(data.source)
    problems = [replace(each, path=f"data.source.{each.path}") for each in kind.problems]
    problems += misfits(data, kind)
    return problems


def _training_rules(experiment: Experiment) -> list[Problem]:
    """Settings of the training that depend on the task, once the loss fits it."""
    training, task = experiment.training, experiment.task
    no_classes, no_cross_entropy = classes_reason(task), cross_entropy_reason(experiment.head)
    problems = []
    if training.label_smoothing and no_cross_entropy:
        problems.append(_unfit("training.label_smoothing", "label smoothing", no_cross_entropy))
    if training.numerics == "naive" and no_cross_entropy:
        problems.append(_unfit("training.numerics", "naive", no_cross_entropy))
    weights = training.class_weights
    if weights is not None and no_classes:
        sentence = "class weights do not fit: {reason}"
        problems.append(Problem.of("training.class_weights", "fit", sentence, reason=no_classes))
    elif isinstance(weights, tuple) and len(weights) != task.classes:
        sentence, given = "one weight for each of the {wanted} classes is needed; got {given}", len(weights)
        problems.append(Problem.of("training.class_weights", "length", sentence, wanted=task.classes, given=given))
    elif isinstance(weights, tuple) and not any(weights):
        sentence = "at least one class must have a weight above 0"
        problems.append(Problem("training.class_weights", sentence, "all_zero"))
    if training.stop.accuracy is not None and no_classes:
        problems.append(_unfit("training.stop.accuracy", "a rule on the accuracy", no_classes))
    return problems


def _unfit(path: str, what: str, reason: str) -> Problem:
    return Problem.of(path, "fit", "{what} does not fit: {reason}", what=what, reason=reason)


def _size_rules(experiment: Experiment) -> list[Problem]:
    """How much an experiment that is right in every other way may ask for."""
    samples, every, widths = experiment.data.source.samples, experiment.parts, experiment.widths
    count = sum(part.weight_count + part.bias_count for part in every)
    problems = []
    if count > MAX_PARAMETERS:
        allowed = "at most {high} parameters are allowed; this asks for {given}"
        problems.append(Problem.of("network.layers", "parameters", allowed, high=MAX_PARAMETERS, given=count))
    work = samples * sum(part.work for part in every)
    if work > MAX_WORK:
        allowed = (
            "parameters times samples may be at most {high}, or a step takes too long; this is {given} "
            "(a convolution's parameters count once for every place in the image)"
        )
        problems.append(Problem.of("data.source.samples", "work", allowed, high=MAX_WORK, given=work))
    batch, units = min(experiment.training.batch_size, samples), sum(widths)
    if units > MAX_ALL_UNITS:
        allowed = "at most {high} units in all are allowed, pixels too; this asks for {given}"
        problems.append(Problem.of("network.layers", "units", allowed, high=MAX_ALL_UNITS, given=units))
    elif batch * units > MAX_VALUES:
        allowed = "units times samples per step may be at most {high}; this is {given}"
        problems.append(Problem.of("training.batch_size", "memory", allowed, high=MAX_VALUES, given=batch * units))
    return problems


def to_json(experiment: Experiment) -> str:
    """The experiment as indented JSON that `from_json` reads back to an equal value; raises as `from_json` does.

    Raises WrongUse for what is no Experiment.
    """
    if not isinstance(experiment, Experiment):
        raise WrongUse("An Experiment is needed here; got {given}.", given=shown(experiment))
    experiment = well_formed(experiment)
    return json.dumps(msgspec.to_builtins(experiment), indent=2, ensure_ascii=False) + "\n"


def from_json(text: str | bytes) -> Experiment:
    """The experiment of a JSON text; raises InvalidExperiment, or WrongUse for what is no text."""
    if not isinstance(text, (str, bytes, bytearray)):
        raise WrongUse("JSON text is needed here, as str or bytes; got {given}. Of a file: playground.load(path).",
                       given=shown(text))  # fmt: skip
    return checked(parse_json(text))


def json_schema() -> dict[str, Any]:
    """JSON Schema of an experiment: of everything that `checked` takes, but for the rules between fields."""
    made = spelling.json_schema(Experiment)
    made["$defs"][Experiment.__name__]["properties"][SCHEMA_KEY] = {
        "type": "string",
        "description": "which JSON Schema this is; for editors, and not kept",
    }
    return {SCHEMA_KEY: "https://json-schema.org/draft/2020-12/schema", **made}
