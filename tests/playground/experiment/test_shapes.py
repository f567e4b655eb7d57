"""Shapes behind each layer, the parameters they ask for, and why a layer cannot stand where it is."""

from __future__ import annotations

from playground.edits.changes import apply_settings, with_changes
from playground.experiment.experiment import Experiment, validate
from playground.experiment.layers import (
    AveragePool2d,
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    MaxPool2d,
    Residual,
    Scaling,
)
from playground.experiment.network import Network, layer_shapes, parts, shape_problems, source_shape
from playground.experiment.shapes import Shape, flat, image
from tests.cases import cases

DIGITS = image(1, 8, 8)


def test_shapes_through_an_image_network() -> None:
    layers = [Conv2d(4, 3), BatchNorm(), MaxPool2d(2), Conv2d(6, 3, "valid"), AveragePool2d(2), Flatten(), Dense(5)]
    assert layer_shapes(DIGITS, layers) == [
        image(4, 8, 8), image(4, 8, 8), image(4, 4, 4), image(6, 2, 2), image(6, 1, 1), flat(6), flat(5),
    ]  # fmt: skip
    assert shape_problems(DIGITS, layers) == []
    assert (str(image(4, 2, 3)), str(flat(7))) == ("4 × 2 × 3", "7")


def test_what_a_pool_leaves_over_is_not_read() -> None:
    assert layer_shapes(DIGITS, [MaxPool2d(3)]) == [image(1, 2, 2)]


@cases(
    ("layers", "place", "words"),
    [
        ([Conv2d(kernel=4)], 0, "odd kernel"),
        ([Dense(), Conv2d()], 1, "a convolution needs an image"),
        ([Flatten(), MaxPool2d()], 1, "pooling needs an image"),
        ([MaxPool2d(4), Conv2d(2, 3, "valid")], 1, r"the kernel (3 × 3) is larger than the image (2 × 2)"),
        ([MaxPool2d(4), AveragePool2d(3)], 1, r"the window (3 × 3) is larger than the image (2 × 2)"),
        ([Residual(1)], 0, "there is no layer before it"),
        ([Dense(), Residual(2)], 1, "there is only 1 layer before it"),
        ([Dense(), Dense(), Residual(3)], 2, "there are only 2 layers before it"),
    ],
)
def test_an_impossible_layer_is_named_with_its_reason(layers: list[Layer], place: int, words: str) -> None:
    found = shape_problems(DIGITS, layers)
    assert [index for index, _ in found] == [place]
    assert words in found[0][1]


def counts(layer: Layer, before: Shape, after: Shape, source: Shape | None = None) -> tuple[object, ...]:
    found = parts(layer, before, after, source)
    return found.weight_shape, found.bias_count, found.statistic_count


def test_parameters_of_every_kind() -> None:
    picture = image(3, 4, 4)
    assert counts(Dense(5), flat(2), flat(5)) == ((5, 2), 5, 0)
    assert counts(Dense(5), picture, flat(5)) == ((5, 48), 5, 0)
    assert counts(Conv2d(7, 5), picture, image(7, 4, 4)) == ((7, 3, 5, 5), 7, 0)
    assert counts(Scaling(), picture, picture) == ((3,), 3, 0)
    assert counts(BatchNorm(), picture, picture) == ((3,), 3, 6)
    assert counts(BatchNorm(), flat(6), flat(6)) == ((6,), 6, 12)
    assert counts(LayerNorm(), picture, picture) == ((48,), 48, 0)
    assert counts(Residual(), flat(6), flat(6), flat(6)) == ((0,), 0, 0)
    assert counts(Residual(), flat(6), flat(6), flat(2)) == ((6, 2), 6, 0)
    assert counts(Dropout(), flat(6), flat(6)) == ((0,), 0, 0)


def test_a_residual_connection_reads_its_source() -> None:
    layers = [Dense(3), Dense(5), Residual(1), Residual(3)]
    shapes = layer_shapes(flat(2), layers)
    assert source_shape(flat(2), shapes, 2, layers[2]) == flat(3)
    assert source_shape(flat(2), shapes, 3, layers[3]) == flat(2)
    assert source_shape(flat(2), shapes, 1, layers[1]) is None


def test_an_image_set_gives_pixels_and_a_plane_features() -> None:
    experiment = apply_settings(Experiment(), ["data.source.name=digits"])
    assert experiment.input_shape == DIGITS
    assert experiment.widths == (64, 4, 2, 10)
    assert Experiment().input_shape == flat(2)


def test_statistics_are_no_trained_parameters() -> None:
    experiment = with_changes(Experiment(), network=Network((Dense(4), BatchNorm())))
    assert experiment.parameter_count == 12 + 8 + 5


def test_a_convolution_counts_once_for_every_place() -> None:
    big = apply_settings(Experiment(), ["data.source.name=digits", "data.source.samples=20000"])
    network = Network((Conv2d(32, 5), Conv2d(32, 5)))
    found = validate(Experiment(data=big.data, network=network))
    assert [problem.path for problem in found] == ["data.source.samples"]
    assert "every place in the image" in found[0].message
