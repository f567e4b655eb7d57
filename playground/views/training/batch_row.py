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


class BatchScale(Scale):
    """Whole sizes from 1, evenly on a logarithmic scale; the last position is all samples."""

    def __init__(self, samples: int) -> None:
        super().__init__(1.0, max(float(samples), 2.0), log=True, integer=True, step=None)
        self.values[-1] = ALL

    def position(self, value: float) -> int:
        return self.steps if value >= ALL else super().position(value)


class BatchRow(SliderRow):
    """`valueChanged` sends a size; `ALL` stands for all samples."""

    def __init__(self) -> None:
        self._samples = 1000
        super().__init__(
            "Batch size", 1.0, ALL, 1.0, self.text, parsed_size, integer=True, step=ALL, limits=(1.0, ALL),
            widest=ROOM,
        )  # fmt: skip
        self.set_short_label("Batch")
        self.set_samples(self._samples)

    def set_samples(self, samples: int) -> None:
        """How many samples the training set has."""
        if samples != self._samples or not isinstance(self.scale, BatchScale):
            self._samples = samples
            self.set_scale(BatchScale(samples))
            self.field.set_value(self.value)

    def set_value(self, value: float) -> None:
        """A size that covers the training set is shown as all of it."""
        super().set_value(value)
        if value >= self._samples:
            self.slider.setValue(self.scale.steps)
        self.set_widest(max(ROOM, self.text(value), key=len))
        self._fit_label()
        self.set_tip(self.sentence(value))

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
