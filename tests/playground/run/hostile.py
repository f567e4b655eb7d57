"""Random experiments that are valid and as unreasonable as the limits allow, with data that no recipe would make.

Owns how they are drawn, from the fields' own limits: whatever is added to the experiment is drawn too. A number decides
everything. Only sizes are kept small, so that thousands of them can be run.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, get_args

import msgspec
import numpy as np
from msgspec.structs import replace

from playground.data import DATASETS, Data, Dataset, GeneratedData, make_dataset
from playground.data.features import FeatureName, Scaling
from playground.data.generated import DatasetName
from playground.data.source import Imperfections
from playground.edits.fitting import fitted
from playground.experiment.experiment import Experiment, validate
from playground.experiment.layers import MAX_LAYERS, Layer
from playground.experiment.network import Network, shape_problems
from playground.experiment.shapes import flat, image
from playground.experiment.training import Training
from playground.run.checkpoint import Checkpoint

Chance = np.random.Generator
inspect = msgspec.inspect
WIDTHS = (1, 1, 1, 2, 3, 7, 16, 17, 33)
LARGEST = 1e30


def number(chance: Chance, low: float, high: float) -> float:
    """An end of the range, or anything between, all sizes alike."""
    way = chance.random()
    if way < 0.15:
        return low
    if way < 0.3:
        return high
    size = 10.0 ** chance.uniform(-12, math.log10(max(abs(low), abs(high), 1e-12)))
    return float(np.clip(size if chance.random() < 0.7 or low >= 0 else -size, low, high))


def limits(kind: Any) -> tuple[float, float]:
    """The smallest and the largest value that a number's type allows."""
    tiny = 1 if isinstance(kind, inspect.IntType) else 1e-12
    low = kind.ge if kind.ge is not None else (kind.gt or 0) + tiny
    high = kind.le if kind.le is not None else (kind.lt or 0) - tiny
    return low, high


def drawn(kind: Any, chance: Chance) -> Any:
    """A value of a msgspec type."""
    match kind:
        case inspect.Metadata():
            return drawn(kind.type, chance)
        case inspect.LiteralType():
            return kind.values[int(chance.integers(len(kind.values)))]
        case inspect.UnionType():
            return drawn(kind.types[chance.integers(len(kind.types))], chance)
        case inspect.BoolType():
            return bool(chance.random() < 0.3)
        case inspect.IntType():
            return int(number(chance, *limits(kind)))
        case inspect.FloatType():
            return number(chance, *limits(kind))
        case inspect.VarTupleType():
            return tuple(drawn(kind.item_type, chance) for _ in range(int(chance.integers(2, 5))))
        case inspect.StructType():
            return kind.cls(**{field.name: drawn(field.type, chance) for field in kind.fields})
    assert isinstance(kind, inspect.NoneType), kind
    return None


@cache
def fields_of(cls: Any) -> tuple[Any, ...]:
    """A struct's fields with their types and limits."""
    return tuple(inspect.type_info(cls).fields)


def partly_drawn(cls: Any, chance: Chance, share: float) -> Any:
    """A struct whose fields are drawn with this chance, and have their defaults otherwise."""
    return cls(**{field.name: drawn(field.type, chance) for field in fields_of(cls) if chance.random() < share})


def layers(chance: Chance, shape: Any) -> tuple[Layer, ...]:
    """Layers that may stand where they stand; one stack in twelve as deep as allowed."""
    kinds = get_args(Layer)
    count = MAX_LAYERS if chance.random() < 1 / 12 else int(chance.integers(0, 7))
    made: tuple[Layer, ...] = ()
    for _ in range(4 * count):
        layer = partly_drawn(kinds[chance.integers(len(kinds))], chance, 0.6)
        if hasattr(layer, "units"):
            layer = msgspec.structs.replace(layer, units=int(chance.choice(WIDTHS)))
        if hasattr(layer, "span"):
            layer = msgspec.structs.replace(layer, span=int(chance.integers(1, max(len(made), 1) + 1)))
        if hasattr(layer, "filters"):
            layer = msgspec.structs.replace(layer, filters=int(chance.choice((1, 2, 5))))
        if len(made) < count and not shape_problems(shape, (*made, layer)):
            made = (*made, layer)
    return made


def data(chance: Chance) -> Data:
    """Any data set, small; often with everything that may be wrong with it."""
    names, scalings = get_args(DatasetName), get_args(Scaling)
    source = GeneratedData(str(chance.choice(names)), int(chance.integers(10, 60)), int(chance.integers(2, 9)))
    features = tuple(str(x) for x in chance.permutation(get_args(FeatureName))[: chance.integers(1, 8)])
    flaws = Imperfections(*(number(chance, 0, top) for top in (1.0, 1.0, 0.95)))
    share = float(chance.choice((0.05, 0.5, 0.9, 1.0)))
    return Data(source, share, features, str(chance.choice(scalings)), flaws)


def experiment(seed: int) -> Experiment:
    """A valid one."""
    for attempt in range(100):
        chance = np.random.default_rng([seed, attempt])
        made = Experiment(seed=int(chance.integers(2**53)), data=data(chance))
        kind = DATASETS[made.data.source.name]
        shape = flat(len(made.data.features)) if kind.image is None else image(*kind.image)
        training = fitted(partly_drawn(Training, chance, float(chance.choice((0.2, 0.5, 1.0)))), made.task)
        stop = training.stop
        if chance.random() < 0.8:  # most runs should run
            stop = msgspec.structs.replace(stop, epochs=None, loss=None, accuracy=None)
        training = msgspec.structs.replace(training, stop=stop)
        made = msgspec.structs.replace(made, network=Network(layers(chance, shape)), training=training)
        if not validate(made):
            return made
    raise AssertionError(f"no valid experiment for {seed}")


def spoiled(dataset: Dataset, chance: Chance) -> Dataset:
    """The same set with points, labels or the split as no recipe makes them; coordinates up to ±1e30."""
    parts = {
        name: getattr(dataset, name).copy() for name in ("train_points", "train_labels", "test_points", "test_labels")
    }
    way = int(chance.integers(7))
    points = parts["train_points"]
    if way == 0:
        for name in ("train_points", "test_points"):
            parts[name] *= 10.0 ** chance.uniform(0, math.log10(LARGEST))
    elif way == 1:
        points[:, chance.integers(points.shape[1])] = LARGEST * chance.choice((-1, 1))
    elif way == 2:
        points[chance.integers(len(points))] = number(chance, -LARGEST, LARGEST)
    elif way == 3:
        points[:] = points[:, :1]
    elif way == 4:
        parts["train_labels"][:] = parts["train_labels"][0]
    elif way == 5:
        parts["test_points"], parts["test_labels"] = parts["test_points"][:, :0], parts["test_labels"][:0]
    else:
        parts["train_points"], parts["train_labels"] = points[:, :1], parts["train_labels"][:1]
    if not dataset.task.is_classification and chance.random() < 0.3:
        parts["train_labels"] = parts["train_labels"] * 10.0 ** chance.uniform(0, 30)
    return replace(dataset, **{name: np.ascontiguousarray(part) for name, part in parts.items()})


def checkpoint(seed: int) -> Checkpoint:
    """An experiment that was never trained; every other one has spoiled data."""
    made, chance = experiment(seed), np.random.default_rng([seed, 999])
    dataset = make_dataset(made.data, made.seed)
    return Checkpoint(made, dataset=spoiled(dataset, chance) if seed % 2 else None)
