"""What is special about the canvas now, in a few words beside the palette.

Owns these words; knows nothing of where they stand.
"""

from __future__ import annotations

from playground.diagram.shown import CanvasModel
from playground.numbers import percent, short, spaced
from playground.views.canvas.items.links import LinksItem


def state_hint(model: CanvasModel, zoom: float, links: LinksItem) -> str:
    """The point whose forward pass is shown, how large all is drawn, that links are left out; else nothing."""
    probe, shot = model.probe, model.snapshot
    if probe is not None and probe.sample is not None and shot is not None and shot.section is not None:
        return f"forward pass of point {spaced(shot.dataset.number_of(probe.sample))}"
    if probe is not None and probe.point is not None:
        x, y = (short(value) for value in probe.point)
        return f"forward pass of ({x}, {y})"
    if zoom != 1.0:
        return f"{percent(zoom)}, Ctrl+0 fits"
    if links.hidden_links:
        return f"only the {spaced(links.most_drawn)} strongest links are drawn"
    return ""
