"""What is said about layers: in a line, on a card, as a formula, in a sentence."""

from __future__ import annotations

from playground.experiment.experiment import Experiment
from playground.experiment.layers import (
    AveragePool2d,
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    Layer,
    LayerNorm,
    MaxPool2d,
    Residual,
    Scaling,
)
from playground.experiment.network import Network
from playground.words import network as words
from tests.cases import cases
from tests.own_points import about, made


@cases(
    ("layer", "line", "card"),
    [
        (Dense(3, "relu", frozen=True), "3 relu (frozen)", "ReLU"),
        (Conv2d(), "convolution 4 × 3×3 same relu", "3×3 ReLU"),
        (LayerNorm(activation="tanh"), "layer norm tanh", "tanh"),
        (BatchNorm(), "batch norm", "linear"),
        (Dropout(0.35), "dropout 0.35", "0.35"),
        (GaussianNoise(0.5), "gaussian noise 0.5", "σ 0.5"),
        (Scaling(2.0, activation="tanh"), "scaling tanh", "× 2 · tanh"),
        (Residual(2, activation="relu"), "residual over 2 relu", "skips 2 · ReLU"),
        (MaxPool2d(3), "max pooling 3×3", "3×3"),
        (AveragePool2d(), "average pooling 2×2", "2×2"),
        (Flatten(), "flatten", "64"),
    ],
)
def test_a_layer_in_a_line_and_on_its_card(layer: Layer, line: str, card: str) -> None:
    assert words.described(layer) == line
    assert words.setting_text(layer, 64) == card


def test_formulas_carry_the_numbers_of_the_layer() -> None:
    layers = (Dense(4), Dropout(0.25), Dense(4, "linear"), Residual(1), Residual(4), GaussianNoise(0.5))
    experiment = Experiment(network=Network(layers))
    assert [words.formula_of(experiment, index) for index in range(len(layers) + 1)] == [
        "tanh(z), z = Σ w·a + b",
        "0 with chance 0.25, else x / 0.75; x after training",
        "z = Σ w·a + b",
        "x + y, y: layer 2",
        "x + W y + b, y: the inputs",
        "x + noise of deviation 0.5; x after training",
        "tanh(z), z = Σ w·a + b",
    ]


def test_an_architecture_in_a_sentence() -> None:
    layers = (Dense(4, "relu"), BatchNorm(), Dropout(0.25), Residual(2, frozen=True))
    assert words.in_words(Experiment(network=Network(layers))) == (
        "2 features: x, y; layer 1: dense, 4 units, ReLU; layer 2: batch norm; layer 3: dropout, 0.25; "
        "layer 4: residual, adds layer 1, frozen; output: 1 unit, tanh. 25 parameters in all."
    )


def test_features_are_written_with_the_names_of_the_columns() -> None:
    assert words.feature_symbols(Experiment())[:5] == ("x", "y", "x²", "y²", "x·y")
    named = about(made(), columns=("height", "y max"))
    assert words.feature_symbols(named) == (
        "height", "y max", "height²", "y max²", "height·y max", "sin height", "sin y max",
    )  # fmt: skip
    assert words.input_symbols(named) == ("height", "y max")
