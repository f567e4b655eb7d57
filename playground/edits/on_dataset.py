"""An experiment moved to other data, or to another number of classes: everything that has to go along.

Owns that rule: noise and split stay; samples, training settings and layers follow where they would not fit, and a
network that nobody has built yet makes way for the one that the new data begin with. Knows nothing of windows or of
undo.
"""

from __future__ import annotations

from typing import Any

import msgspec

from playground.data import DATASETS, Data, GeneratedData, PointsData, Source, dataset_named, inputs
from playground.data import kind_of as source_kind_of
from playground.data.fitting_flaws import fitted_data
from playground.data.generated import SHAPES, starting_features, without_shape
from playground.edits.fitting import fitted
from playground.errors import InvalidExperiment, WrongUse
from playground.experiment import schema
from playground.experiment.experiment import Experiment, experiment_given
from playground.experiment.given import taken
from playground.experiment.layers import LayerKind, kind_of
from playground.experiment.network import Network, shape_problems
from playground.experiment.shapes import Shape
from playground.experiment.starting import starting_network
from playground.scalars import shown


def on_dataset(experiment: Experiment, name: str) -> Experiment:
    """The experiment on the data set `name`; samples and classes become the usual number where the old set's usual one
    differs, and of its shape stays what the new set has too.

    A regression over x begins with x alone, and other sets with x and y, where nobody chose the features. The name of
    a table that was there before is no title of other data.
    Raises WrongUse where there is no such set.
    """
    experiment, kind = experiment_given(experiment), dataset_named(name)
    before = experiment.data.source
    source = GeneratedData(kind.name)  # type: ignore[arg-type]
    begun: tuple[str, ...] = ("x", "y")
    if isinstance(before, GeneratedData):
        old, begun = DATASETS[before.name], starting_features(before.name)
        shape = {field: getattr(before, field) for field in SHAPES} | without_shape(before, kind)
        source = msgspec.structs.replace(
            source,
            samples=before.samples if kind.samples == old.samples else kind.samples,
            classes=before.classes if before.classes != old.usual_classes else kind.usual_classes,
            **shape,
        )
    samples = max(source.samples, kind.classes_of(source.classes))
    if experiment.data.features == begun:
        data = msgspec.structs.replace(experiment.data, features=starting_features(kind.name))
        experiment = msgspec.structs.replace(experiment, data=data)
    if isinstance(before, PointsData) and experiment.title in (before.name, before.name.rpartition(".")[0]):
        experiment = msgspec.structs.replace(experiment, title="")
    return _refitted(experiment, msgspec.structs.replace(source, samples=samples))


def on_points(experiment: Experiment, source: PointsData) -> Experiment:
    """The experiment about own points; imperfections that do not fit them, as those of making points, go to 0.

    source: what `OwnPoints.source` returns. Raises WrongUse or InvalidExperiment.
    """
    experiment, source = experiment_given(experiment), _source_given(source)
    return _refitted(experiment, source)


def _source_given(source: Any) -> PointsData:
    """What is said of own points, its every field checked."""
    if not isinstance(source, PointsData):
        sentence = "What an experiment says of own points is needed here: points.source(classes); got {given}."
        raise WrongUse(sentence, given=shown(source))
    problems = schema.field_problems(Data, "source", source, "data.source")
    if problems:
        raise InvalidExperiment(problems)
    return taken(source, PointsData)  # type: ignore[no-any-return]


def with_classes(experiment: Experiment, classes: int) -> Experiment:
    """The experiment with so many classes, and at least one sample of each; raises InvalidExperiment or WrongUse."""
    source = experiment.data.source
    if not isinstance(source, GeneratedData):
        raise WrongUse("How many classes there are follows from these points.")
    problems = schema.field_problems(GeneratedData, "classes", classes, "data.source.classes")
    if problems:
        raise InvalidExperiment(problems)
    samples = max(source.samples, classes)
    return _refitted(experiment, msgspec.structs.replace(source, classes=classes, samples=samples))


def removed_kinds(before: Experiment, after: Experiment) -> list[LayerKind[Any]]:
    """Kinds of layers that are in the one network more often than in the other, in order and once each.

    None where the network was the one that its data begin with: nobody misses what nobody has built.
    """
    found: list[LayerKind[Any]] = []
    if is_as_begun(before):
        return found
    left = [type(layer) for layer in after.network.layers]
    for layer in before.network.layers:
        if type(layer) in left:
            left.remove(type(layer))
        elif kind_of(layer) not in found:
            found.append(kind_of(layer))
    return found


def is_as_begun(experiment: Experiment) -> bool:
    """Whether the network is still the one that these data begin with."""
    return experiment.network == starting_network(experiment.input_shape)


def keeps_misfit(before: Experiment, after: Experiment) -> bool:
    """Whether images are now answered by a network that was built for other inputs."""
    suggested = starting_network(after.input_shape)
    return after.network != suggested != starting_network(before.input_shape) and after.input_shape.image is not None


def _refitted(experiment: Experiment, source: Source) -> Experiment:
    data = msgspec.structs.replace(experiment.data, source=source, **_inputs_for(experiment.data, source))
    data = fitted_data(data, source_kind_of(source))
    moved = msgspec.structs.replace(experiment, data=data)
    return msgspec.structs.replace(
        moved,
        network=_network_for(experiment, moved.input_shape),
        training=fitted(experiment.training, moved.task),
    )


def _inputs_for(data: Data, source: Source) -> dict[str, tuple[str, ...]]:
    """The features and formulas that the new data have, too; the usual ones where none is left."""
    columns = source_kind_of(source).columns
    kept = tuple(name for name in data.features if inputs.problem_of(name, columns) is None)
    formulas = tuple(name for name in data.formulas if inputs.problem_of(name, columns) is None)
    return {"features": kept or inputs.USUAL, "formulas": formulas}


def _network_for(experiment: Experiment, inputs: Shape) -> Network:
    """The same network, as far as it fits; the one to begin with, where the experiment's is such a one too."""
    beginning = starting_network(inputs)
    if is_as_begun(experiment) and beginning != starting_network(experiment.input_shape):
        return beginning
    return _without_misfits(experiment.network, inputs)


def _without_misfits(network: Network, inputs: Shape) -> Network:
    """Layers that cannot stand where the inputs are others (convolutions without an image) are taken out."""
    while problems := shape_problems(inputs, network.layers):
        network = network.without(problems[0][0])
    return network
