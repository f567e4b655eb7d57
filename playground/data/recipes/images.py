"""The formulas of the image sets: bars, shapes and digit-like glyphs on 8 × 8 pixels, drawn and never downloaded.

A formula has the same arguments as those of the plane and returns pixels (64, n) from 0 (paper) to 1
(ink) and labels (n). Some jitter is always there, or every image of a class would be the same; the noise ν adds to it
and speckles every pixel. Knows nothing of how an image is split, scaled or shown.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.random import Generator

from playground.data.recipes import drawing, limits
from playground.data.recipes.drawing import IMAGE, MIDDLE
from playground.data.recipes.glyphs import DIGITS
from playground.data.recipes.recipe import Array, Counts, DatasetKind, Made, Shape

SPECKLE = 0.3
"""Standard deviation of a pixel's noise at ν = 1."""


def _signed(rng: Generator, rows: int, n: int) -> Array:
    """Rows of U(−1, 1), n each."""
    return rng.random((rows, n)) * 2.0 - 1.0


def _labels(counts: Counts) -> Array:
    return np.repeat(np.arange(float(len(counts))), counts)


def _speckled(images: Array, noise_rng: Generator, noise: float) -> Array:
    """Every pixel with its own noise, kept within 0 … 1; four uniform numbers together are nearly normal."""
    if noise == 0:
        return images
    bell = np.zeros_like(images)
    for _ in range(4):
        bell += noise_rng.random(images.shape) - 0.5
    speckled: Array = np.clip(images + SPECKLE * noise * np.sqrt(3.0) * bell, 0.0, 1.0)
    return speckled


def bars(counts: Counts, rng: Generator, noise_rng: Generator, noise: float, shape: Shape) -> Made:
    """One bar, horizontal (class 0) or vertical (class 1), 1.2 … 2.4 pixels thick and 5 … 7.4 long, anywhere.

    Noise tilts it, by half a pixel per pixel at most.
    """
    labels = _labels(counts)
    place, thick, long, shift = rng.random((4, labels.size))
    tilt = 0.5 * noise * _signed(noise_rng, 1, labels.size)[0]
    x, y = drawing.pixel_centres()
    lies = labels == 0
    along, across = np.where(lies, x, y) - MIDDLE, np.where(lies, y, x) - MIDDLE
    from_axis = (across - (5.2 * place - 2.6) - tilt * along) / np.sqrt(1.0 + tilt * tilt)
    from_centre = along - (1.2 * shift - 0.6)
    return _speckled(
        drawing.ink(drawing.box(from_centre, from_axis, 2.5 + 1.2 * long, 0.6 + 0.6 * thick)), noise_rng, noise
    ), labels


def shapes(counts: Counts, rng: Generator, noise_rng: Generator, noise: float, _: Shape) -> Made:
    """A square, a disc, a triangle or a cross (classes 0 … 3), 1.9 … 3.2 pixels from centre to edge.

    They lie where they are not cut; noise shifts them by up to a pixel and stretches them by up to a quarter.
    """
    labels = _labels(counts)
    size, right, down = rng.random((3, labels.size))
    more_right, more_down, stretch = _signed(noise_rng, 3, labels.size)
    size = 1.9 + 1.3 * size
    room = 3.8 - size
    x, y = drawing.pixel_centres()
    x = (x - MIDDLE - (2.0 * right - 1.0) * room - noise * more_right) * (1.0 + 0.25 * noise * stretch)
    y = y - MIDDLE - (2.0 * down - 1.0) * room - noise * more_down
    distance = np.empty((x.shape[0], labels.size))
    for kind, shape in enumerate((drawing.square, drawing.disc, drawing.triangle, drawing.cross)):
        some = labels == kind
        distance[:, some] = shape(x[:, some], y[:, some], size[some])
    return _speckled(drawing.ink(distance), noise_rng, noise), labels


def digits(counts: Counts, rng: Generator, noise_rng: Generator, noise: float, shape: Shape) -> Made:
    """The digits 0 … 9 (classes 0 … 9) with jittered place, size, slant and stroke.

    Noise adds up to a pixel of shift, a third of slant and a fifth of size.
    """
    labels = _labels(counts)
    right, down, wide, high, slant = _signed(rng, 5, labels.size)
    pen = 0.45 + 0.25 * rng.random(labels.size)
    more_right, more_down, more_slant, more_size = noise * _signed(noise_rng, 4, labels.size)
    high = (2.85 + 0.25 * high) * (1.0 + 0.2 * more_size)
    wide = (2.9 + 0.35 * wide) * (1.0 + 0.2 * more_size)
    slant = 0.15 * slant + 0.35 * more_slant
    right, down = MIDDLE + 0.45 * right + more_right, MIDDLE + 0.35 * down + more_down
    x, y = drawing.pixel_centres()
    images = np.empty((x.shape[0], labels.size))
    for digit, glyph in enumerate(DIGITS):
        some = labels == digit
        lines = []
        for line in glyph:
            across, along = (np.array(each)[:, None] for each in zip(*line, strict=True))
            lines.append((right[some] + wide[some] * across - slant[some] * high[some] * along,
                          down[some] + high[some] * along))  # fmt: skip
        images[:, some] = drawing.ink(drawing.strokes(x, y, lines) - pen[some])
    return _speckled(images, noise_rng, noise), labels


SPECKLES = "distorts the images more and speckles their pixels"
_entry = partial(
    DatasetKind, noise_note=SPECKLES, source="drawn here", extent=1.0, image=IMAGE, best_accuracy=limits.separable
)

KINDS = (
    _entry(
        "bars", "Bars", "Images of 8 × 8 pixels: a bar, horizontal or vertical.", generate=bars,
        class_names=("horizontal", "vertical"),
    ),
    _entry(
        "shapes", "Shapes", "Images of 8 × 8 pixels: a square, a disc, a triangle or a cross.", generate=shapes,
        classes=4, samples=1000, class_names=("square", "disc", "triangle", "cross"),
    ),
    _entry(
        "digits", "Digits", "Images of 8 × 8 pixels: the digits from 0 to 9, drawn by a jittering pen.",
        generate=digits, classes=10, samples=1000, class_names=tuple(f"digit {digit}" for digit in range(10)),
    ),
)  # fmt: skip
