"""The batch size as a slider whose ends are one sample and all of them.

Owns how sizes read and where the slider ends, which follows the training set; knows nothing of how batches are used.
"""

from __future__ import annotations

from playground import numbers as formats
from playground.experiment import schema
from playground.experiment.training import Training
from playground.views.controls import SliderRow
from playground.views.controls.slider_row import Scale

ALL = schema.limits(Training, "batch_size")[1]
"""The size that stands for all samples, also when there will be more of them."""
WORD = "all"
ROOM = "00000"


def batch_scale(samples: int) -> Scale:
    """Whole sizes from 1, evenly on a logarithmic scale; the last position is all samples."""
    scale = Scale(1.0, max(float(samples), 2.0), log=True, integer=True, step=None)
    scale.values[-1] = ALL
    return scale


class BatchRow:
    """`row` is the control; its `valueChanged` sends a size, `ALL` for all samples."""

    def __init__(self) -> None:
        self._samples = 1000
        self.row = SliderRow(
            "Batch size", 1.0, ALL, 1.0, self.text, parsed_size, integer=True, step=ALL, limits=(1.0, ALL),
            widest=ROOM,
        )  # fmt: skip
        self.row.set_short_label("Batch")
        self.row.set_scale(batch_scale(self._samples))

    def set_samples(self, samples: int) -> None:
        """How many samples the training set has."""
        if samples != self._samples:
            self._samples = samples
            self.row.set_scale(batch_scale(samples))
            self.row.field.set_value(self.row.value)

    def set_value(self, value: float) -> None:
        """A size that covers the training set is shown as all of it."""
        self.row.set_value(value)
        if value >= self._samples:
            self.row.slider.setValue(self.row.scale.steps)
        self.row.set_widest(max(ROOM, self.text(value), key=len))
        self.row.set_tip(self.sentence(value))

    def text(self, value: float) -> str:
        """`10`, or `all 250`."""
        return f"{WORD} {formats.spaced(self._samples)}" if value >= self._samples else formats.plain(value)

    def sentence(self, value: float) -> str:
        """What the size means for a step."""
        samples = formats.spaced(self._samples)
        if value >= self._samples:
            return f"All {samples} samples make one step (full batch): every step follows the true gradient."
        if value == 1:
            return "Each sample makes a step of its own, the noisiest way to train."
        return f"How many samples make one step; from 1 to all {samples}."


def parsed_size(text: str) -> float | None:
    """The number in a typed text; `all`, alone or with a number, is all samples."""
    cleaned = text.strip().lower()
    return ALL if cleaned.startswith(WORD) else formats.parsed(cleaned)
