"""What a cure is called, what it was judged by, and what came of it, in few words.

Owns these texts; knows nothing of how cures are made or tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from playground import numbers as formats
from playground.diagnosis.cures.evidence import PAIRS, POINTS
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.changing import Change
from playground.experiment.layers import Dense, Dropout
from playground.experiment.optimizers import OPTIMIZERS, Optimizer, optimizer_choice
from playground.experiment.schedules import SCHEDULES, EarlyStopping, Schedule, schedule_choice
from playground.words.network import counted, described, input_symbols

if TYPE_CHECKING:  # what tries them loads the kernels, and only its values are read here
    from playground.diagnosis.cures.cure import Cure, Name
    from playground.diagnosis.cures.measures import Measure
    from playground.diagnosis.cures.verifying import CureResult

FIXED: dict[Name, str] = {
    "no_clipping": "No clipping", "clipping": "Clip at 1", "constant_rate": "Constant rate",
    "cosine_rate": "Cosine schedule", "initialization": "Usual initial weights",
    "initialization_swept": "Usual initial weights", "relu_he": "ReLU with He weights",
    "residual_tanh": "Residual connections", "batch_norm": "Batch norm", "leaky_relu": "Leaky ReLU",
    "bias_zero_wide": "Bias 0, wider layers", "more_data": "More samples", "add_features": "Add features",
    "standardize": "Standardize inputs", "standardize_swept": "Standardize inputs", "robust_scaling": "Robust scaling",
    "stable": "Stable soft-max", "stable_swept": "Stable soft-max", "no_penalty": "No penalty",
    "early_stopping": "Early stopping", "class_weights": "Class weights", "focal": "Focal loss",
    "robust_loss": "Robust loss", "another_draw": "Another draw", "by_point": "Split by point",
    "stratified": "Stratified split", "fit_on_training": "Scale by training set",
    "without_inputs": "Fewer inputs", "clean_data": "Clean data", "fill_indicator": "Fill and mark",
    "fill_mean": "Fill with the mean", "fill_median": "Fill with the median", "fill_drop": "Drop incomplete rows",
    "last_resort": "32-32 ReLU, Adam", "tenth": "A tenth of the size",
}  # fmt: skip
MEASURES = {
    "accuracy": "accuracy", "r2": "R²", "loss": "test loss", "balanced_accuracy": "balanced",
    "clean_accuracy": "accuracy", "clean_r2": "R²", "optimism": "optimism", "misjudged": "misjudged",
    "success": "success",
}  # fmt: skip
"""The head of the column of effects, by what a cure was judged by."""
JUDGED: dict[Measure, str] = {
    "accuracy": "accuracy", "r2": "R²", "loss": "held-out loss", "balanced_accuracy": "balanced accuracy",
    "clean_accuracy": "accuracy on clean points", "clean_r2": "R² on clean points",
    "optimism": "how much better held-out samples look than fresh ones",
    "misjudged": "how far the held-out score is from that of fresh samples",
    "success": "the share of draws that succeed",
}  # fmt: skip
"""What a cure was judged by, in a sentence."""
FIELDS = {
    "training.l1": "L1", "training.l2": "L2", "training.stop.epochs": "stop at epoch", "data.features": "inputs",
    "data.source.split": "split", "data.scaling_fit": "scaling fitted on", "data.extra_training": "more samples",
    "data.imperfections.missing": "missing values", "training.max_norm": "limit of norms",
    "training.clip_norm": "clip norm", "training.clip_value": "clip value",
}  # fmt: skip
"""What a field is called, where its name does not say it."""
VERDICTS = {"helped": "helped", "about_equal": "about equal", "no_help": "no help"}
BROKE, LITTLE, TRIVIAL = "a run with it broke", "too little to count", "no better than always the same answer"
LIKE_CHANCE = "another seed alone does as much"
"""Why a cure is called no help that made more pairs better than not."""
Unit = Literal["share", "points", "r2"]
PP = "pp"
"""Percentage points, where room is short."""
APPLY, STOP = "Apply", "Stop  (Esc)"
TRIED, PAIRED = "Tried on", "paired seeds"


def cure_title(cure: Cure) -> str:
    """A cure by what it sets: `L2 0.001`, `Adam, rate 0.01`, `Dropout 0.2`."""
    set_to = {change.path.removeprefix("training."): change.value for change in cure.changes}
    found = _rest(cure, set_to) or FIXED.get(cure.name) or cure.name.replace("_", " ").capitalize()
    rate = set_to.get("learning_rate")
    if rate is not None and cure.name not in ("rate_swept", "rate_tenth", "rate_times_ten", "last_resort"):
        found = f"{found}, rate {formats.plain(rate, 3)}"
    return f"{found}, {cure.times} × epochs" if cure.times > 1 and cure.name != "more_epochs" else found


def _rest(cure: Cure, set_to: dict[str, Any]) -> str:
    """Cures that are called by their numbers; empty of others."""
    match cure.name:
        case "rate_swept" | "rate_tenth" | "rate_times_ten":
            return f"Learning rate {formats.plain(cure.experiment.training.learning_rate, 3)}"
        case "adam" | "momentum":
            return OPTIMIZERS[optimizer_choice(cure.experiment.training.optimizer)].label
        case "more_epochs":
            return f"{cure.times} × epochs"
        case "small_batch" | "larger_batch":
            return f"Batch size {formats.spaced(cure.experiment.training.batch_size)}"
        case "weight_penalty":
            return f"L2 {formats.plain(cure.experiment.training.l2, 3)}"
        case "lasso":
            return f"L1 {formats.plain(cure.experiment.training.l1, 3)}"
        case "dropout":
            rates = [each.rate for each in cure.experiment.network.layers if isinstance(each, Dropout)]
            return f"Dropout {formats.plain(rates[0], 2)}" if rates else "Dropout"
        case "label_smoothing":
            return f"Label smoothing {formats.plain(set_to.get('label_smoothing', 0.1), 2)}"
        case "last_resort":
            return f"{_shape(cure)}, Adam{_scaled(cure)}" if cure.changes else ""
        case "widen" | "widen_swept" | "smaller" | "tenth" | "two_layers" | "hidden_layers_swept" | "bend_swept":
            return _shape(cure)
        case _:
            return ""


def _scaled(cure: Cure) -> str:
    """That a recipe standardizes the inputs too, where they were not."""
    return ", standardized" if any(change.path == "data.scaling" for change in cure.changes) else ""


def _shape(cure: Cure) -> str:
    """`8-8-4 units`, with the activation where that is new: `32-32 ReLU`."""
    dense = [each for each in cure.experiment.network.layers if isinstance(each, Dense)]
    if not dense or len(dense) > 4:
        return ""
    label = ACTIVATIONS[dense[0].activation].label
    if cure.name == "bend_swept":
        return f"{label[:1].upper()}{label[1:]} units"
    sizes = "-".join(str(each.units) for each in dense)
    if cure.name == "last_resort":
        return f"{sizes} {label}"
    return f"{sizes} units" if len(dense) > 1 else counted(dense[0].units, "unit")


def changes_text(cure: Cure) -> str:
    """Which fields it sets to what: `optimizer Adam; learning rate 0.01`."""
    return "; ".join(f"{_field(each.path)} {_set_to(each, cure)}" for each in cure.changes)


def _field(path: str) -> str:
    return FIELDS.get(path) or path.rpartition(".")[2].replace("_", " ")


def _set_to(change: Change, cure: Cure) -> str:
    """The value in words; layers as an architecture is written in one line."""
    if change.path == "data.features":
        return ", ".join(input_symbols(cure.experiment))
    match change.value:
        case None:
            return "none"
        case bool() as on:
            return "on" if on else "off"
        case int() | float() as value:
            return formats.plain(value, 3) if isinstance(value, float) else formats.spaced(value)
        case str() as name:
            return name.replace("_", " ")
        case tuple() as layers:
            return ", ".join(map(described, layers)) or "none"
        case EarlyStopping(patience=patience):
            return f"after {counted(patience, 'epoch')}"
        case value if isinstance(value, Optimizer):
            return OPTIMIZERS[optimizer_choice(value)].label
        case value if isinstance(value, Schedule):
            return SCHEDULES[schedule_choice(value)].label
        case value:
            return str(value)


def applies(cure: Cure) -> str:
    """What Apply does, with every field that it sets: a name has no room for all of them."""
    return f"A fresh run with {changes_text(cure)}. Undo brings the run before back."


def tried_on(seeds: int) -> str:
    """`Tried on 5 paired seeds`."""
    return f"{TRIED} {paired(seeds)}"


def seeds_of(results: Sequence[CureResult]) -> int:
    """On how many seeds cures were tried; a row with more or fewer pairs says so itself."""
    most = max(len(each.pairs) for each in results)
    return most if results[0].measure == "success" else min(most, PAIRS)


def paired(seeds: int) -> str:
    """`5 paired seeds`."""
    return f"{formats.spaced(seeds)} {PAIRED}"


def effect_text(result: CureResult) -> str:
    """`+31 points` of accuracy, `+0.31` of R², `−19 %` of a loss, of which it is the share."""
    unit = unit_of(result)
    told = amount(result.effect, unit)
    return f"{told} {'point' if told.lstrip(f'+{formats.MINUS}') == '1' else 'points'}" if unit == "points" else told


def effect_sign(result: CureResult) -> str:
    """`+31 pp`: the same where room is short."""
    unit = unit_of(result)
    return f"{amount(result.effect, unit)} {PP}" if unit == "points" else amount(result.effect, unit)


def unit_of(result: CureResult) -> Unit:
    """In what an effect is told: two accuracies differ by points, and only of a loss a share is told."""
    if result.measure == "loss":
        return "share"
    by_r2 = result.measure in ("r2", "clean_r2")
    by_either = result.measure in ("optimism", "misjudged") and not result.cure.experiment.task.is_classification
    return "r2" if by_r2 or by_either else "points"


def amount(value: float, unit: Unit) -> str:
    """A difference with its sign: `−19 %`, `+31`, `+0.31`."""
    digits, factor = (2, 1.0) if unit == "r2" else (0, 100.0)
    told = factor * value
    told = 0.0 if abs(told) <= 0.5 * 10.0**-digits else told  # what is written as 0 has no sign
    written = formats.fixed(told, digits) if abs(told) < 1000 else formats.spaced(told)
    return f"{'+' if told > 0 else ''}{written}{' %' if unit == 'share' else ''}"


def count_text(result: CureResult) -> str:
    """`5 of 5`: pairs that became better."""
    return f"{result.better} of {len(result.pairs)}"


def count_sign(result: CureResult) -> str:
    """`5/5`: the same where room is short."""
    return f"{result.better}/{len(result.pairs)}"


def came_of(result: CureResult) -> str:
    """`Adam, rate 0.01: accuracy +48 points, helped, 5 of 5 better`."""
    effect = f"{JUDGED[result.measure]} {effect_text(result)}"
    return f"{cure_title(result.cure)}: {effect}, {explained(result)}, {count_text(result)} better"


def word_of(result: CureResult) -> str:
    """What the rule of evidence says of it."""
    return VERDICTS[result.verdict]


def explained(result: CureResult) -> str:
    """The word; of no help that made more pairs better than not, with the reason: `no help (too little to count)`."""
    if result.helped or 2 * result.better <= len(result.pairs):
        return word_of(result)
    return f"{word_of(result)} ({_why_not(result)})"


def _why_not(result: CureResult) -> str:
    if any(pair.run_treated.figures.diverged for pair in result.pairs):
        return BROKE
    if result.better < len(result.pairs):
        return LIKE_CHANCE
    return TRIVIAL if result.measure != "loss" and abs(result.effect) >= POINTS else LITTLE
