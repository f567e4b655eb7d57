"""Buttons, fields, sliders and lists that every part of the window is made of.

Owns their look and keys; must not know experiments or runs.
"""

from playground.views.controls.buttons import Chip, IconButton, LinkButton, RoundButton, SegmentedControl
from playground.views.controls.cell import Cell
from playground.views.controls.choice import ChoiceField, Option
from playground.views.controls.explained import explain, is_telling, term_of
from playground.views.controls.labels import READ_OUT, Caption, ElidedLabel, Hairline, Paragraph, ReadOut, SectionLabel
from playground.views.controls.number_field import NumberField
from playground.views.controls.pill import Pill
from playground.views.controls.slider import Slider
from playground.views.controls.slider_row import SliderRow

__all__ = [
    "READ_OUT",
    "Caption",
    "Cell",
    "Chip",
    "ChoiceField",
    "ElidedLabel",
    "Hairline",
    "IconButton",
    "LinkButton",
    "NumberField",
    "Option",
    "Paragraph",
    "Pill",
    "ReadOut",
    "RoundButton",
    "SectionLabel",
    "SegmentedControl",
    "Slider",
    "SliderRow",
    "explain",
    "is_telling",
    "term_of",
]
