"""What the doctor's findings say, for whoever shows them: title, sentence, evidence, the deeper paragraph, since when.

Owns how the texts of `resources/rules` are found and how a finding's figures fill their gaps; knows nothing of how a
finding is made. The texts are read once, when one is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal

import msgspec

from playground import numbers as formats
from playground import resources
from playground.data import Dataset
from playground.diagnosis.signals.finding import Figure, Finding, Place, RuleName, Severity
from playground.experiment.experiment import Experiment
from playground.words.network import counted, input_symbols

MOST_NAMED = 6
"""Inputs that are named one by one."""
SEVERITIES: dict[Severity, str] = {
    "critical": "Cannot succeed", "warning": "Warning", "note": "Note", "good": "Good",
}  # fmt: skip
As = Literal[
    "share", "count", "loss", "figure", "setting", "score", "points", "agreement", "centre", "class", "input", "column"
]
"""How a figure is written. share: as a percentage. score: an accuracy, or R² of a regression; points: a difference of
two. agreement: a share of samples, or a regression's correlation. centre: 0 where it is nothing beside the figure
`spread`. class, input, column: the name of the one with this number."""


# -- the texts ---------------------------------------------------------------------------------------------------------


class FigureText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"written": "as"}):
    """What a figure is called, and how it is written."""

    label: str
    written: As


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said otherwise in one of a rule's forms; what is empty is said as always."""

    title: str = ""
    sentence: str = ""
    ahead: str = ""
    why: str = ""
    formula: str = ""
    source: str = ""
    verdict: str = ""


class RuleText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one rule says, with gaps. ahead: its sentence where it is said of what is to come; facts need none."""

    title: str
    sentence: str
    why: str
    formula: str
    source: str
    verdict: str
    figures: dict[str, FigureText]
    ahead: str = ""
    see: tuple[str, ...] = ()
    forms: dict[str, Form] = {}

    def form(self, detail: str) -> Form:
        """All that is said in one form."""
        own = self.forms.get(detail, Form())
        ahead = own.ahead or (self.ahead if not own.sentence else "") or own.sentence or self.sentence
        return Form(
            own.title or self.title, own.sentence or self.sentence, ahead, own.why or self.why,
            own.formula or self.formula, own.source or self.source, own.verdict or self.verdict,
        )  # fmt: skip


@cache
def rule_texts() -> dict[RuleName, RuleText]:
    """What each rule says; raises msgspec.ValidationError where the file breaks the form above."""
    return resources.texts("rules", dict[RuleName, RuleText])


# -- a finding, told ---------------------------------------------------------------------------------------------------


class Evidence(msgspec.Struct, frozen=True):
    """A figure, told. threshold: the limit that it has passed, with its sign; empty of one that only tells more.
    alarms: whether that it has passed it is what is wrong; a limit may also only stand beside it."""

    label: str
    value: str
    threshold: str
    alarms: bool = True


class Told(msgspec.Struct, frozen=True):
    """A finding in words. where: in few words, empty where it is nowhere in particular. since: when it was found, or
    will be. severity: one word or two. consequences: the titles of what follows from it. see: glossary entries."""

    title: str
    sentence: str
    where: str
    evidence: tuple[Evidence, ...]
    why: str
    formula: str
    source: str
    verdict: str
    since: str
    severity: str
    consequences: tuple[str, ...]
    see: tuple[str, ...]


def told(finding: Finding, experiment: Experiment, dataset: Dataset) -> Told:
    """All that is to be said of a finding about a run of this experiment with these data."""
    text = rule_texts()[finding.rule]
    form, gaps = text.form(finding.detail), _gaps(finding, experiment, dataset)
    filled = {name: getattr(form, name).format_map(gaps) for name in ("title", "why", "formula", "source", "verdict")}
    return Told(
        sentence=(form.ahead if finding.forecast else form.sentence).format_map(gaps),
        where=_where(finding.place, experiment, dataset),
        evidence=tuple(_evidence(each, finding, experiment, dataset) for each in finding.figures),
        since=since(finding),
        severity=SEVERITIES[finding.severity],
        consequences=tuple(title_of(each) for each in finding.consequences),
        see=text.see,
        **filled,
    )


def title_of(finding: Finding) -> str:
    """What a finding is called."""
    return rule_texts()[finding.rule].form(finding.detail).title


def since(finding: Finding) -> str:
    """When it was first found, or of a forecast when it will be: `since epoch 12`, `will be seen at epoch 12 (step
    3)`."""
    step, epoch = f"step {formats.spaced(finding.step)}", f"epoch {formats.spaced(finding.epoch)}"
    if finding.forecast:
        return f"will be seen at {epoch} ({step})" if finding.epoch else f"will be seen at {step}"
    if finding.step == 0:
        return "since the start"
    return f"since {epoch}" if finding.epoch else f"since {step}"


# -- figures -----------------------------------------------------------------------------------------------------------


class Gaps(dict[str, str]):
    """What fills the gaps of a text: a dash where there is no such figure, never an error."""

    def __missing__(self, name: str) -> str:
        return formats.MISSING


def _gaps(finding: Finding, experiment: Experiment, dataset: Dataset) -> Gaps:
    place = finding.place
    layer = _layer(place.layers[0], experiment) if place.layers else formats.MISSING
    number = finding.figure("input")
    own = _input(place.inputs[0] if number is None and place.inputs else int(number or 0), experiment)
    rate = formats.plain(experiment.training.learning_rate)
    gaps = Gaps(layer=layer, Layer=_capital(layer), Input=_capital(own), rate=rate, **_starts(finding))
    for figure in finding.figures:
        gaps[figure.name] = _value(figure.name, figure.value, finding, experiment, dataset)
        if figure.threshold is not None:
            gaps[f"{figure.name}_limit"] = _value(figure.name, figure.threshold, finding, experiment, dataset)
    for figure in finding.figures[:1]:
        label = _label(figure.name, finding)
        gaps |= {"first": gaps[figure.name], "first_label": label, "First_label": _capital(label)}
        gaps["first_limit"] = gaps[f"{figure.name}_limit"]
    return Gaps(gaps, input=own)


def _evidence(figure: Figure, finding: Finding, experiment: Experiment, dataset: Dataset) -> Evidence:
    value = _value(figure.name, figure.value, finding, experiment, dataset)
    label = _capital(_label(figure.name, finding))
    if figure.threshold is None:
        return Evidence(label, value, "")
    limit = _value(figure.name, figure.threshold, finding, experiment, dataset)
    return Evidence(label, value, f"{_sign(figure, value == limit)} {limit}", figure.decides)


def _sign(figure: Figure, reads_equal: bool) -> str:
    """Which side of its threshold a figure lies on; in `off` of a penalty that is not unstable, the other one."""
    assert figure.threshold is not None
    if reads_equal:
        return "≥" if figure.above else "≤"
    return ">" if figure.value > figure.threshold else "<"


def _label(name: str, finding: Finding) -> str:
    """What a figure is called, with the start that it is counted from."""
    return _text_of(name, finding).label.format_map(Gaps(_starts(finding)))


def _starts(finding: Finding) -> dict[str, str]:
    """Where the run, or what is left of it since an edit, begins: `at the start`, `after the edit at epoch 12`."""
    begun, edited = _after(finding.begun), _after(finding.edited)
    start = begun or "at the start"
    return {
        "start": start, "Start": _capital(start), "before": begun or "before the first step",
        "since": edited or "before the first step",
    }  # fmt: skip


def _after(edit: tuple[int, int] | None) -> str:
    """Empty of no edit."""
    if edit is None:
        return ""
    step, epoch = edit
    return f"after the edit at {f'epoch {formats.spaced(epoch)}' if epoch else f'step {formats.spaced(step)}'}"


def _text_of(name: str, finding: Finding) -> FigureText:
    """What a figure is called and how it is written; of one without words, what its name says."""
    return rule_texts()[finding.rule].figures.get(name) or FigureText(name.replace("_", " "), "figure")


def _value(name: str, value: float, finding: Finding, experiment: Experiment, dataset: Dataset) -> str:
    written = _text_of(name, finding).written
    if written == "centre":
        spread = finding.figure("spread")
        return _figure(0.0 if spread is not None and abs(value) < abs(spread) / 1000.0 else value)
    return figure_value(written, value, experiment, dataset)


def figure_value(written: As, value: float, experiment: Experiment, dataset: Dataset) -> str:
    """A figure as it is written, about an experiment and its data."""
    is_regression = not dataset.task.is_classification
    match written:
        case "score":
            return f"R² {_r_squared(value)}" if is_regression else formats.accuracy(value)
        case "points":
            return f"{formats.fixed(value, 2)} of R²" if is_regression else _points(value)
        case "agreement":
            return f"correlation {_figure(value)}" if is_regression else formats.accuracy(value)
        case "class":
            return dataset.class_name(int(value))
        case "input":
            return _input(int(value), experiment)
        case "column":
            columns = dataset.columns
            return f"column {columns[int(value)] if value < len(columns) else formats.MISSING}"
        case "centre":
            return _figure(value)
        case _:
            return WRITTEN[written](value)


def _figure(value: float) -> str:
    return formats.plain(value, 3)


def _share(value: float) -> str:
    """A share with as many digits as tell it from nothing and from all: 97 %, 99.7 %, 1.5 %, 0.02 %."""
    if 0.99 < value < 1.0:
        return formats.accuracy(value)
    return formats.percent(value) if abs(value) >= 0.095 else formats.plain_percent(formats.rounded(value, 2))


def _r_squared(value: float) -> str:
    """Two decimals, three next to 1, and never rounded up to it."""
    return formats.fixed(min(value, 0.999), 3) if 0.995 <= value < 1.0 else formats.fixed(value, 2)


def _points(value: float) -> str:
    """A difference of two accuracies."""
    text = formats.plain(100.0 * value, 2)
    return f"{text} point{'' if text == '1' else 's'}"


WRITTEN: dict[str, Callable[[float], str]] = {
    "share": _share, "count": formats.spaced, "loss": formats.loss, "figure": _figure, "setting": formats.plain,
}  # fmt: skip


# -- places ------------------------------------------------------------------------------------------------------------


def _where(place: Place, experiment: Experiment, dataset: Dataset) -> str:
    """`layer 1, 16 units`, `input x`, `7 training samples`."""
    parts = []
    if place.layers:
        parts.append(_layers(place.layers, experiment))
    if place.units or len(place.layers) == 1:
        count = len(place.units) or _units(place.layers[0], experiment)
        parts += [counted(count, "unit")] if count else []
    if place.inputs:
        parts.append(_inputs(place.inputs, experiment))
    if place.points:
        parts.append(_points_text(place.points, dataset))
    return ", ".join(filter(None, parts))


def _layer(layer: int, experiment: Experiment) -> str:
    return "the output layer" if layer >= len(experiment.network.layers) else f"layer {layer + 1}"


def _layers(layers: tuple[int, ...], experiment: Experiment) -> str:
    """All layers that are named: `layer 2`, `layers 1 to 3`, `layers 1, 3 and the output layer`."""
    hidden = [each + 1 for each in layers if each < len(experiment.network.layers)]
    output = ["the output layer"] if len(hidden) < len(layers) else []
    if len(hidden) > 2 and hidden[-1] - hidden[0] == len(hidden) - 1:
        names = [f"layers {hidden[0]} to {hidden[-1]}"]
    else:
        names = [("layer " if len(hidden) == 1 else "layers ") + ", ".join(map(str, hidden))] if hidden else []
    return " and ".join([*names, *output])


def _units(layer: int, experiment: Experiment) -> int:
    """How many units a layer has; 0 where it has none of its own."""
    if layer >= len(experiment.network.layers):
        return experiment.head.units
    own = experiment.network.layers[layer]
    return int(getattr(own, "units", 0) or getattr(own, "filters", 0))


def _input(number: int, experiment: Experiment) -> str:
    """What an input is called in a sentence."""
    symbols = input_symbols(experiment)
    return f"input {symbols[number]}" if number < len(symbols) else "a pixel"


def _inputs(places: tuple[int, ...], experiment: Experiment) -> str:
    """Those that there are: what was found before an edit stays shown until it was looked at anew."""
    symbols = input_symbols(experiment)
    if not symbols:
        return "the pixels"
    if len(places) > MOST_NAMED:
        return counted(len(places), "input")
    names = [symbols[each] for each in places if each < len(symbols)]
    return ("input " if len(names) == 1 else "inputs ") + ", ".join(names) if names else ""


def _points_text(points: tuple[int, ...], dataset: Dataset) -> str:
    """How many samples of which set."""
    held_out = sum(each >= dataset.train_labels.size for each in points)
    training = len(points) - held_out
    parts = [counted(training, "training sample")] if training else []
    parts += [counted(held_out, f"{dataset.held_out_name} sample")] if held_out else []
    return " and ".join(parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
