"""Convolution, pooling, normalization and scaling against plain NumPy in float64; machine code is the NumPy meaning."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kernels.layers.convolution import backward_convolution, forward_convolution, gradient_convolution
from kernels.layers.normalization import (
    backward_batch_norm,
    backward_layer_norm,
    forward_batch_norm,
    forward_layer_norm,
    forward_running_norm,
    gradient_norm,
)
from kernels.layers.pooling import backward_average_pool, backward_max_pool, forward_average_pool, forward_max_pool
from kernels.layers.scaling import backward_scaling, forward_scaling, gradient_scaling
from kernels.plan import codes
from kernels.plan.arrangement import ADDS, CODE, GRADIENT, KIND
from tests.cases import cases
from tests.kernels.pieces import Array, Piece, allowed, derivative, error
from tests.seeds import in_turn

# Compiling takes most of the time, so both precisions, of one text each, meet by default in whole networks only.
dtypes = pytest.mark.parametrize("dtype", [np.float64, pytest.param(np.float32, marks=pytest.mark.long)])
adds = cases("adds", [0, 1])
EPSILON = 0.01


def check_deltas(piece: Piece, slope: Array) -> None:
    """The units before have got `slope` times their own slope, in addition to what lay there if ADDS; padding 0."""
    old = piece.at_start(2, False) if piece.plan[0, ADDS] else 0.0
    assert error(piece.part(2, False), old + slope * piece.at_start(1, False)) < allowed(piece.dtype)
    assert not piece.padding_deltas().any()
    rest = np.ones(len(piece.rows), bool)
    rest[2 * piece.band + 1 : 2 * piece.band + 1 + piece.n_in] = False
    assert (piece.rows[rest] == piece.before[rest]).all(), "a backward pass writes the deltas before it only"


def convolve(images: Array, weights: Array, padding: int) -> Array:
    """(C, H, W, n) and (F, C, K, K) to (F, h, w, n)."""
    high, wide, kernel = images.shape[1], images.shape[2], weights.shape[2]
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    down, right = high + 2 * padding - kernel + 1, wide + 2 * padding - kernel + 1
    taps = [
        np.einsum("fc,cyxn->fyxn", weights[:, :, i, j], padded[:, i : i + down, j : j + right])
        for i in range(kernel)
        for j in range(kernel)
    ]
    return np.asarray(sum(taps))


IMAGES = [  # channels, height, width, kernel, padding, filters
    (2, 4, 5, 3, 1, 5),
    (5, 3, 3, 3, 0, 1),
    (1, 3, 4, 2, 2, 4),
    (3, 2, 3, 1, 0, 2),
    (1, 2, 2, 5, 2, 2),
]


def convolution(case: tuple[int, ...], dtype: type, **plan: int) -> tuple[Piece, Any, Array, Array]:
    """(piece, z as a function of inputs and weights, inputs, weights)."""
    channels, high, wide, kernel, padding, filters = case
    down, right = high + 2 * padding - kernel + 1, wide + 2 * padding - kernel + 1
    sizes = {"CHANNELS": channels, "HEIGHT": high, "WIDTH": wide, "KERNEL": kernel, "PADDING": padding}
    stride = channels * kernel * kernel
    piece = Piece(
        channels * high * wide, filters * down * right, filters * stride, filters, dtype, STRIDE=stride, **sizes, **plan
    )

    def z(inputs: Array, weights: Array) -> Array:
        images = inputs.reshape(channels, high, wide, -1)
        found = convolve(images, weights.reshape(filters, channels, kernel, kernel), padding)
        return found.reshape(filters * down * right, -1)

    return piece, z, piece.part(0, False), piece.parameters(piece.weights)


@pytest.mark.parametrize("case", IMAGES)
@dtypes
def test_convolution_forward(case: tuple[int, ...], dtype: type) -> None:
    piece, z, inputs, weights = convolution(case, dtype, CODE=codes.TANH)
    piece.run(forward_convolution)
    filters = case[-1]
    bias = np.repeat(piece.parameters(piece.biases), piece.n_out // filters)[:, None]
    expected = np.tanh(z(inputs, weights) + bias)
    assert error(piece.part(0, True), expected) < allowed(dtype)
    assert error(piece.part(1, True), 1 - expected**2) < allowed(dtype)


@pytest.mark.parametrize(("case", "adds"), in_turn(zip(IMAGES), [0, 1]))
@dtypes
def test_convolution_backward(case: tuple[int, ...], dtype: type, adds: int) -> None:
    piece, z, inputs, weights = convolution(case, dtype, ADDS=adds)
    delta = piece.part(2, True)
    piece.run(backward_convolution)
    check_deltas(piece, derivative(lambda x: z(x, weights), inputs, delta))


@pytest.mark.parametrize("case", IMAGES)
@dtypes
def test_convolution_gradients(case: tuple[int, ...], dtype: type) -> None:
    piece, z, inputs, weights = convolution(case, dtype)
    delta = piece.part(2, True)
    piece.run(gradient_convolution)
    found = piece.parameters(piece.weights, GRADIENT)
    assert error(found, derivative(lambda w: z(inputs, w), weights, delta)) < allowed(dtype)
    biases = delta.reshape(case[-1], -1).sum(axis=1)
    assert error(piece.parameters(piece.biases, GRADIENT), biases) < allowed(dtype)


def windows(inputs: Array, shape: tuple[int, int, int], kernel: int) -> Array:
    """(C, h, w, n, K * K): the pixels of every window."""
    channels, high, wide = shape
    down, right = high // kernel, wide // kernel
    images = inputs.reshape(channels, high, wide, -1)[:, : down * kernel, : right * kernel]
    split = images.reshape(channels, down, kernel, right, kernel, -1)
    return split.transpose(0, 1, 3, 5, 2, 4).reshape(channels, down, right, -1, kernel * kernel)


def pool(shape: tuple[int, int, int], kernel: int, dtype: type, **plan: int) -> Piece:
    channels, high, wide = shape
    piece = Piece(
        channels * high * wide, channels * (high // kernel) * (wide // kernel), 1, 1, dtype,
        CHANNELS=channels, HEIGHT=high, WIDTH=wide, KERNEL=kernel, **plan,
    )  # fmt: skip
    piece.rows[: piece.band] = np.round(piece.rows[: piece.band] * 2) / 2  # ties are frequent
    piece.before = piece.rows.copy()
    return piece


POOLS = [((2, 4, 5), 2), ((1, 3, 3), 3), ((3, 2, 2), 1)]
pools = pytest.mark.parametrize(("shape", "kernel"), POOLS)
kinds = pytest.mark.parametrize("kind", ["max", "average"])


def pooled(kind: str, shape: tuple[int, int, int], kernel: int, inputs: Array) -> Array:
    seen = windows(inputs, shape, kernel)
    first_largest = seen.real.argmax(axis=-1)[..., None]
    found = np.take_along_axis(seen, first_largest, -1)[..., 0] if kind == "max" else seen.mean(axis=-1)
    return found.reshape(-1, inputs.shape[1])


@pools
@dtypes
@kinds
def test_pool_forward(kind: str, shape: tuple[int, int, int], kernel: int, dtype: type) -> None:
    piece = pool(shape, kernel, dtype)
    piece.run(forward_max_pool if kind == "max" else forward_average_pool)
    assert error(piece.part(0, True), pooled(kind, shape, kernel, piece.part(0, False))) < allowed(dtype)
    assert (piece.part(1, True) == 1).all()


@pools
@dtypes
@kinds
@adds
def test_pool_backward(kind: str, shape: tuple[int, int, int], kernel: int, dtype: type, adds: int) -> None:
    piece = pool(shape, kernel, dtype, ADDS=adds)
    piece.run(backward_max_pool if kind == "max" else backward_average_pool)
    slope = derivative(lambda x: pooled(kind, shape, kernel, x), piece.part(0, False), piece.part(2, True))
    check_deltas(piece, slope)


@dtypes
def test_max_pool_passes_a_nan_on(dtype: type) -> None:
    for place in range(4):
        piece = pool((1, 2, 2), 2, dtype)
        piece.rows[1 + place, 5] = np.nan
        piece.run(forward_max_pool)
        assert np.flatnonzero(np.isnan(piece.part(0, True)[0])).tolist() == [5]


def norm(kind: int, n: int, group: int, dtype: type, count: int = 19, **plan: int) -> Piece:
    piece = Piece(n, n, n // group, n // group, dtype, count, KIND=kind, GROUP=group, **plan)
    piece.numbers[0, [codes.NORM_EPSILON, codes.KEEP]] = EPSILON, 0.25
    return piece


def batch_normalized(x: Array, group: int) -> Array:
    channels = x.reshape(len(x) // group, -1)
    centred = channels - channels.mean(axis=1, keepdims=True)
    return (centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + EPSILON)).reshape(x.shape)


def layer_normalized(x: Array) -> Array:
    centred = x - x.mean(axis=0)
    return centred / np.sqrt((centred**2).mean(axis=0) + EPSILON)


def spread(piece: Piece, place: slice, group: int) -> Array:
    """A parameter of each channel, once a unit."""
    return np.repeat(piece.parameters(place), group)[:, None]


GROUPS = pytest.mark.parametrize(("n", "group", "count"), [(3, 1, 19), (8, 4, 32), (6, 6, 5)])


@GROUPS
@dtypes
def test_batch_norm_forward(n: int, group: int, count: int, dtype: type) -> None:
    piece = norm(codes.BATCH_NORM, n, group, dtype, count, CODE=codes.TANH)
    x, old_means, old_variances = piece.part(0, False), *map(piece.parameters, (piece.means, piece.variances))
    piece.run(forward_batch_norm)
    normalized = batch_normalized(x, group)
    assert error(piece.part(3, True), normalized) < allowed(dtype)
    expected = np.tanh(normalized * spread(piece, piece.weights, group) + spread(piece, piece.biases, group))
    assert error(piece.part(0, True), expected) < allowed(dtype)
    assert error(piece.part(1, True), 1 - expected**2) < allowed(dtype)
    channels = x.reshape(n // group, -1)
    moved = old_means + 0.25 * (channels.mean(axis=1) - old_means)
    assert error(piece.parameters(piece.means), moved) < allowed(dtype)
    moved = old_variances + 0.25 * (channels.var(axis=1, ddof=1) - old_variances)
    assert error(piece.parameters(piece.variances), moved) < allowed(dtype)


@dtypes
def test_batch_norm_of_one_sample(dtype: type) -> None:
    piece = norm(codes.BATCH_NORM, 2, 1, dtype, count=1)
    old = piece.parameters(piece.variances)
    piece.run(forward_batch_norm)
    assert (piece.part(3, True) == 0).all()
    assert error(piece.parameters(piece.variances), 0.75 * old) < allowed(dtype)


@GROUPS
@dtypes
def test_batch_norm_far_from_zero_keeps_its_digits(n: int, group: int, count: int, dtype: type) -> None:
    piece = norm(codes.BATCH_NORM, n, group, dtype, count)
    piece.rows[: piece.band] += 4096
    x = piece.part(0, False)
    piece.run(forward_batch_norm)
    assert np.abs(piece.part(3, True) - batch_normalized(x, group)).max() < 2e4 * np.finfo(dtype).eps


@GROUPS
@dtypes
@adds
def test_batch_norm_backward(n: int, group: int, count: int, dtype: type, adds: int) -> None:
    piece = norm(codes.BATCH_NORM, n, group, dtype, count, ADDS=adds)
    piece.run(forward_batch_norm)
    piece.before = piece.rows.copy()
    delta = piece.part(2, True)
    piece.run(backward_batch_norm, training=1)
    gain = spread(piece, piece.weights, group)
    check_deltas(piece, derivative(lambda x: batch_normalized(x, group) * gain, piece.part(0, False), delta))


@GROUPS
@dtypes
def test_running_norm(n: int, group: int, count: int, dtype: type) -> None:
    piece = norm(codes.BATCH_NORM, n, group, dtype, count)
    parameters = piece.packed[0].copy()
    piece.run(forward_running_norm)
    piece.before = piece.rows.copy()
    assert (piece.packed[0] == parameters).all(), "evaluation changes no statistic"
    gain, shift, mean, variance = (
        spread(piece, place, group) for place in (piece.weights, piece.biases, piece.means, piece.variances)
    )
    factor = gain / np.sqrt(variance + EPSILON)
    assert error(piece.part(0, True), (piece.part(0, False) - mean) * factor + shift) < allowed(dtype)
    piece.run(backward_batch_norm, training=0)
    check_deltas(piece, piece.part(2, True) * factor)


@pytest.mark.parametrize(("n", "count"), [(1, 3), (7, 16), (20, 19)])
@dtypes
@adds
def test_layer_norm(n: int, count: int, dtype: type, adds: int) -> None:
    piece = norm(codes.LAYER_NORM, n, 1, dtype, count, ADDS=adds)
    x, delta = piece.part(0, False), piece.part(2, True)
    piece.run(forward_layer_norm)
    piece.before = piece.rows.copy()
    normalized, gain = layer_normalized(x), spread(piece, piece.weights, 1)
    assert np.abs(piece.part(3, True) - normalized).max() < allowed(dtype)
    assert error(piece.part(0, True), normalized * gain + spread(piece, piece.biases, 1)) < allowed(dtype)
    piece.run(backward_layer_norm)
    if n > 1:
        check_deltas(piece, derivative(lambda x: layer_normalized(x) * gain, x, delta))


@pytest.mark.parametrize("kind", [codes.BATCH_NORM, codes.LAYER_NORM, codes.SCALING])
@dtypes
def test_gradients_of_gains_and_shifts(kind: int, dtype: type) -> None:
    group = 1 if kind == codes.LAYER_NORM else 3
    piece = norm(kind, 6, group, dtype)
    piece.run(gradient_scaling if kind == codes.SCALING else gradient_norm)
    delta, source = piece.part(2, True), piece.part(0, False) if kind == codes.SCALING else piece.part(3, True)
    gains = (delta * source).reshape(6 // group, -1).sum(axis=1)
    assert error(piece.parameters(piece.weights, GRADIENT), gains) < allowed(dtype)
    assert error(piece.parameters(piece.biases, GRADIENT), delta.reshape(6 // group, -1).sum(axis=1)) < allowed(dtype)
    if piece.plan[0, KIND] == codes.BATCH_NORM:
        assert not piece.parameters(piece.means, GRADIENT).any()
        assert not piece.parameters(piece.variances, GRADIENT).any()


@dtypes
@adds
def test_scaling(dtype: type, adds: int) -> None:
    piece = norm(codes.SCALING, 6, 2, dtype, CODE=codes.SIGMOID, ADDS=adds)
    assert piece.plan[0, CODE] == codes.SIGMOID
    piece.run(forward_scaling)
    piece.before = piece.rows.copy()
    gain, shift = spread(piece, piece.weights, 2), spread(piece, piece.biases, 2)
    expected = 1 / (1 + np.exp(-(piece.part(0, False) * gain + shift)))
    assert error(piece.part(0, True), expected) < allowed(dtype)
    assert error(piece.part(1, True), expected * (1 - expected)) < allowed(dtype)
    piece.run(backward_scaling)
    check_deltas(piece, piece.part(2, True) * gain)
