"""What the links of the network can show, in words: names, tips, and the lines of the legend.

Owns this wording; knows nothing of how a link is drawn.
"""

from __future__ import annotations

from playground.diagram.link_scale import LinkScale
from playground.errors import Said
from playground.numbers import MISSING, label
from playground.run.snapshot import LinkFigure

SUBMENU = "Links show"
SWITCH = "links: {figure}"
SCALE_LINE = "a step is 10 ×, in all layers"
SCALE_TIP = "Each step of width is ten times as much, on one scale for all layers"
SWITCH_NAME = "What the links show"
ENTRIES: dict[LinkFigure, str] = {"weight": "Weights", "gradient": "Gradients", "update": "Last update"}
TIPS: dict[LinkFigure, str] = {
    "weight": "How strongly each unit listens to each value before it",
    "gradient": "The slope of the mean training loss along each weight, without the penalties",
    "update": "What the last optimizer step has added to each weight",
}
ROWS: dict[LinkFigure, str] = {"weight": "weight", "gradient": "gradient", "update": "last update"}
"""What each figure is called beside a number."""
NOT_KNOWN = "The last update is known from the next step on: nobody looked when that step was made."
WEIGHT_LINES = ("size of a weight", "negative to positive", "bias of a unit")


def switch_text(figure: LinkFigure, scale: LinkScale | None) -> str:
    """What the links show, in the row over the canvas: links: weights; gradients 1e−5 … 0.1; last update –."""
    if figure == "weight":
        return str(Said(SWITCH, {"figure": ENTRIES[figure].lower()}))
    return f"{ENTRIES[figure].lower()} {MISSING if scale is None else ' … '.join(_ends(scale))}"


def switch_tip(figure: LinkFigure, scale: LinkScale | None) -> str:
    """The same in sentences."""
    tip = f"{TIPS[figure]}\nClick to let the links show something else"
    return tip if scale is None else f"{tip}\n{SCALE_TIP}"


def legend_lines(figure: LinkFigure, scale: LinkScale | None) -> tuple[str, ...]:
    """What the width of links, the colours and the small squares mean; of gradients and updates their scale too."""
    if figure == "weight":
        return WEIGHT_LINES
    if scale is None:
        return (f"{ROWS[figure]}: {MISSING}", *WEIGHT_LINES[1:])
    return (f"{ROWS[figure]}, {' to '.join(_ends(scale))}", SCALE_LINE, *WEIGHT_LINES[1:])


def _ends(scale: LinkScale) -> tuple[str, str]:
    return label(10.0**scale.bottom), label(10.0**scale.top)
