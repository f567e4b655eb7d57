"""The table of data sets, and the names that other programs have for them.

Owns the table; a new set is one formula and one entry in the file of its family.
"""

from __future__ import annotations

from playground.data.recipes import arcs, clouds, images, lines, outlines, rings, spirals, squares, surfaces
from playground.data.recipes.recipe import GROUPS, DatasetKind
from playground.errors import Said, WrongUse
from playground.meant import meant
from playground.scalars import shown

FAMILIES = (
    *rings.KINDS, *squares.KINDS, *clouds.KINDS, *spirals.KINDS, *arcs.KINDS, *outlines.KINDS, *surfaces.KINDS,
    *lines.KINDS, *images.KINDS,
)  # fmt: skip

DATASETS: dict[str, DatasetKind] = {kind.name: kind for group in GROUPS for kind in FAMILIES if kind.group == group}
"""Every data set by its name, group after group."""

ALIASES = {
    "circle": "circles", "gauss": "gaussians", "gaussian": "gaussians", "spiral": "spirals",
    "two_spirals": "spirals", "moon": "moons", "blob": "blobs", "multi_gauss": "multi_gaussian",
    "reg_plane": "plane", "reg_gauss": "multi_gaussian", "regression": "x_sin_x",
    "make_moons": "moons", "two_moons": "moons", "make_circles": "concentric", "make_blobs": "random_blobs",
    "make_gaussian_quantiles": "quantiles", "gaussian_quantiles": "quantiles", "make_hastie_10_2": "quantiles",
    "hastie": "quantiles", "make_classification": "classification", "make_swiss_roll": "swiss_roll",
    "make_s_curve": "s_curve", "make_friedman1": "friedman", "friedman1": "friedman", "friedman_1": "friedman",
    "2dnormals": "normals", "mlbench_2dnormals": "normals", "mlbench_xor": "quadrants",
    "mlbench_circle": "circle_in_square", "mlbench_spirals": "open_spirals", "mlbench_cassini": "cassini",
    "mlbench_smiley": "smiley", "mlbench_shapes": "four_shapes", "mlbench_twonorm": "twonorm",
    "mlbench_threenorm": "threenorm", "mlbench_ringnorm": "ringnorm", "mlbench_hypercube": "corners",
    "hypercube": "corners", "mlbench_peak": "peak", "mlbench_friedman1": "friedman",
    "cs231n": "spiral_arms", "cs231n_spiral": "spiral_arms", "cmu": "cmu_spirals", "lang_witbrock": "cmu_spirals",
    "2spirals": "even_spirals", "8gaussians": "blobs", "chessboard": "checkerboard", "chess": "checkerboard",
    "anisotropic": "stretched_blobs", "aniso": "stretched_blobs", "varied": "varied_blobs", "disjoint": "three_spots",
    "simple": "thirteen", "formula": "function", "line": "line_and_ring", "sin": "sine", "stairs": "staircase",
    "fashion_mnist": "garments", "fashion": "garments", "clothes": "garments", "affnist": "distorted_digits",
}  # fmt: skip


def dataset_named(name: str) -> DatasetKind:
    """The data set of that name, or of a common other name for it; raises WrongUse."""
    if not isinstance(name, str):
        raise WrongUse("The name of a data set is text; got {given}.", given=shown(name))
    key = name.strip().lower().replace("-", "_").replace(" ", "_").replace(".", "_")
    key = ALIASES.get(key, key)
    if key in DATASETS:
        return DATASETS[key]
    close = meant(key, DATASETS)
    hint = Said(" Did you mean {close}?", {"close": close}) if close else ""
    sentence = "There is no data set called {name!r}.{hint} The data sets are: {known}."
    raise WrongUse(sentence, name=name, hint=hint, known=tuple(DATASETS))
