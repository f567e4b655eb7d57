"""The formulas of the image sets: bars, shapes, garments and digit-like glyphs on 8 × 8 pixels, never downloaded.

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
from playground.data.recipes.garments import GARMENTS, Garment
from playground.data.recipes.glyphs import DIGITS
from playground.data.recipes.recipe import Array, Counts, DatasetKind, Made, Parameter, Shape

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


def garments(counts: Counts, rng: Generator, noise_rng: Generator, noise: float, _: Shape) -> Made:
    """Ten pieces of clothing (classes 0 … 9) of jittered place and size, in cloth of 0.6 … 1 of full ink.

    Noise adds up to a pixel of shift and a fifth of size.
    """
    labels = _labels(counts)
    right, down, wide, high = _signed(rng, 4, labels.size)
    cloth = 0.6 + 0.4 * rng.random(labels.size)
    more_right, more_down, more_size = noise * _signed(noise_rng, 3, labels.size)
    wide = (3.3 + 0.5 * wide) * (1.0 + 0.2 * more_size)
    high = (3.2 + 0.5 * high) * (1.0 + 0.2 * more_size)
    x, y = drawing.pixel_centres()
    x = (x - MIDDLE - 0.55 * right - more_right) / wide
    y = (y - MIDDLE - 0.55 * down - more_down) / high
    images = np.empty(x.shape)
    for kind, garment in enumerate(GARMENTS):
        some = labels == kind
        images[:, some] = cloth[some] * drawing.ink(wide[some] * _cut(garment, x[:, some], y[:, some]))
    return _speckled(images, noise_rng, noise), labels


def _cut(garment: Garment, x: Array, y: Array) -> Array:
    """Distance to a garment, in its own unit."""
    x = np.abs(x) if garment.mirrored else x
    distance = np.full(x.shape, np.inf)
    for part in garment.slabs:
        np.minimum(distance, drawing.slab(x, y, part), out=distance)
    for hole in garment.holes:
        np.maximum(distance, -drawing.slab(x, y, hole), out=distance)
    return distance


def distorted_digits(counts: Counts, rng: Generator, noise_rng: Generator, noise: float, shape: Shape) -> Made:
    """The digits 0 … 9 on bent paper: each is turned by U(±angle), slants by U(±slant), and its pixels are moved along
    smooth curves by up to `bend` pixels in each direction; `width` is that of the pen, give or take a fifth.

    The curves are polynomials of second and third degree in x and y, which is what elastic distortions (Simard,
    Steinkraus and Platt 2003) look like on so few pixels. Noise adds up to a pixel of shift.
    """
    labels = _labels(counts)
    turn, slant, wide, high, right, down, thick = _signed(rng, 7, labels.size)
    curves = _signed(rng, 6, labels.size)
    more_right, more_down = noise * _signed(noise_rng, 2, labels.size)
    pen = 0.5 * shape["width"] * (1.0 + 0.2 * thick)
    angle, slant = np.radians(shape["angle"]) * turn, shape["slant"] * slant
    wide, high = 2.8 + 0.3 * wide, 2.75 + 0.25 * high
    x, y = drawing.pixel_centres()
    x, y = _bent(x - MIDDLE - 0.3 * right - more_right, y - MIDDLE - 0.3 * down - more_down, shape["bend"] * curves)
    sine, cosine = np.sin(angle), np.cos(angle)
    x, y = cosine * x - sine * y, sine * x + cosine * y
    images = np.empty(x.shape)
    for digit, glyph in enumerate(DIGITS):
        some = labels == digit
        lines = []
        for line in glyph:
            across, along = (np.array(each)[:, None] for each in zip(*line, strict=True))
            lines.append((wide[some] * across - slant[some] * high[some] * along, high[some] * along))
        images[:, some] = drawing.ink(drawing.strokes(x[:, some], y[:, some], lines) - pen[some])
    return _speckled(images, noise_rng, noise), labels


def _bent(x: Array, y: Array, by: Array) -> tuple[Array, Array]:
    """Places (64, n) around the middle, moved by smooth curves of six strengths (6, n) in pixels."""
    u, v = x / MIDDLE, y / MIDDLE
    return (
        x + by[0] * (v * v - 0.4) + by[1] * u * v + by[2] * (v * v * v - 0.6 * v),
        y + by[3] * (u * u - 0.4) + by[4] * u * v + by[5] * (u * u * u - 0.6 * u),
    )


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
    _entry(
        "distorted_digits", "Distorted digits", "Images of 8 × 8 pixels: digits that are turned, slanted and bent.",
        generate=distorted_digits, classes=10, samples=1000, best_accuracy=None, separable=False,
        class_names=tuple(f"digit {digit}" for digit in range(10)),
        parameters=(
            Parameter("angle", 0.0, 90.0, 20.0, "how far a digit is turned at most, to either side"),
            Parameter("slant", 0.0, 1.0, 0.3, "how far its top leans over at most, in heights"),
            Parameter("bend", 0.0, 2.0, 0.8, "how far its lines are bent at most, in pixels"),
            Parameter("width", 0.5, 2.5, 1.2, "how broad the pen is, in pixels"),
        ),
    ),
    _entry(
        "garments", "Garments", "Images of 8 × 8 pixels: ten pieces of clothing, some of them much alike.",
        generate=garments, classes=10, samples=1000, best_accuracy=None, separable=False,
        class_names=tuple(each.name for each in GARMENTS),
    ),
)  # fmt: skip
