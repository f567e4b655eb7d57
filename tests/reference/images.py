"""Small images: cross-correlation and windows. An image is (channels, height, width, samples)."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float64]


def padded(image: Array, edge: int) -> Array:
    """With `edge` zeros on every side."""
    return np.pad(image, ((0, 0), (edge, edge), (edge, edge), (0, 0)))


def correlated(image: Array, weights: Array, biases: Array) -> Array:
    """out[f, y, x] = sum over c, k, l of weights[f, c, k, l] image[c, y + k, x + l] + biases[f]."""
    kernel = weights.shape[-1]
    patches = sliding_window_view(image, (kernel, kernel), axis=(1, 2))
    return np.einsum("fckl,cyxnkl->fyxn", weights, patches) + biases[:, None, None, None]


def weight_slopes(image: Array, slopes: Array, kernel: int) -> Array:
    """(filters, channels, kernel, kernel) from dloss/dout (filters, height, width, samples)."""
    patches = sliding_window_view(image, (kernel, kernel), axis=(1, 2))
    return np.einsum("fyxn,cyxnkl->fckl", slopes, patches)


def image_slopes(shape: tuple[int, ...], slopes: Array, weights: Array) -> Array:
    """dloss/dimage: every output hands its slope to the pixels it saw."""
    result = np.zeros(shape)
    _, high, wide, _ = slopes.shape
    for k in range(weights.shape[2]):
        for l in range(weights.shape[3]):  # noqa: E741 - the column of the kernel, as k is its row
            result[:, k : k + high, l : l + wide] += np.einsum("fc,fyxn->cyxn", weights[:, :, k, l], slopes)
    return result


def windows(image: Array, size: int) -> Array:
    """(channels, rows, columns, size * size, samples): each window's pixels row by row; what is left over is cut."""
    channels, height, width, samples = image.shape
    rows, columns = height // size, width // size
    cut = image[:, : rows * size, : columns * size].reshape(channels, rows, size, columns, size, samples)
    return cut.transpose(0, 1, 3, 2, 4, 5).reshape(channels, rows, columns, size * size, samples)


def put_back(parts: Array, size: int, height: int, width: int) -> Array:
    """The inverse of `windows`; what was cut is 0."""
    channels, rows, columns, _, samples = parts.shape
    result = np.zeros((channels, height, width, samples))
    square = parts.reshape(channels, rows, columns, size, size, samples).transpose(0, 1, 3, 2, 4, 5)
    result[:, : rows * size, : columns * size] = square.reshape(channels, rows * size, columns * size, samples)
    return result
