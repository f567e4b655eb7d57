"""Ten pieces of clothing as outlines: the classes of Fashion-MNIST (Xiao, Rasul and Vollgraf 2017), drawn by hand.

Owns their outlines alone. A garment lies in a box of ±1 by ±1, y downwards, and is made of slabs: between two heights,
with a middle and half a width that go evenly from one to the other. Holes are slabs that are cut out.
"""

from __future__ import annotations

import msgspec

from playground.data.recipes.drawing import Slab


class Garment(msgspec.Struct, frozen=True):
    """One piece. mirrored: its slabs are those of the right half, and the left half is their mirror image."""

    name: str
    slabs: tuple[Slab, ...]
    holes: tuple[Slab, ...] = ()
    mirrored: bool = True


GARMENTS = (
    Garment("T-shirt", (Slab(-0.9, 0.95, 0, 0, 0.5, 0.5), Slab(-0.9, -0.1, 0.5, 0.85, 0.3, 0.25)),
            (Slab(-1.2, -0.6, 0, 0, 0.3, 0.08),)),
    Garment("trousers", (Slab(-1.0, -0.5, 0, 0, 0.5, 0.56), Slab(-0.6, 1.0, 0.32, 0.45, 0.25, 0.2))),
    Garment("pullover", (Slab(-0.8, 0.85, 0, 0, 0.5, 0.5), Slab(-0.8, 0.85, 0.55, 0.9, 0.25, 0.16))),
    Garment("dress", (Slab(-1.0, -0.2, 0, 0, 0.4, 0.22), Slab(-0.2, 1.0, 0, 0, 0.22, 0.85))),
    Garment("coat", (Slab(-1.0, 1.05, 0, 0, 0.5, 0.7), Slab(-0.9, 0.45, 0.55, 0.95, 0.2, 0.15)),
            (Slab(-0.5, 1.2, 0, 0, 0.06, 0.22),)),
    Garment("sandal", (
        Slab(0.4, 0.75, 0, 0, 0.95, 0.95), Slab(-0.45, 0.5, -0.8, -0.8, 0.14, 0.14),
        Slab(-0.3, 0.5, 0.1, 0.55, 0.14, 0.14), Slab(-0.15, 0.5, -0.1, -0.5, 0.12, 0.12),
    ), mirrored=False),
    Garment("shirt", (Slab(-0.9, 1.0, 0, 0, 0.56, 0.5), Slab(-0.9, 0.35, 0.6, 0.95, 0.24, 0.14)),
            (Slab(-1.2, 0.1, 0, 0, 0.45, 0.0),)),
    Garment("sneaker", (Slab(0.15, 0.75, 0, 0, 0.95, 0.95), Slab(-0.35, 0.2, -0.45, -0.2, 0.4, 0.7)), mirrored=False),
    Garment("bag", (Slab(-0.1, 0.95, 0, 0, 0.75, 0.9), Slab(-0.95, 0.0, 0, 0, 0.45, 0.55)),
            (Slab(-0.6, -0.2, 0, 0, 0.2, 0.25),)),
    Garment("ankle boot", (Slab(-1.0, 0.4, -0.4, -0.35, 0.4, 0.42), Slab(0.2, 0.85, 0.05, 0.12, 0.8, 0.85)),
            mirrored=False),
)  # fmt: skip
