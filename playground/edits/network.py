"""The edits of the network canvas as values: a name for the undo list and the experiment it leads to.

Owns their names and refusals; knows nothing of widgets. A refusal is raised as `WrongUse`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from playground.data import inputs
from playground.data.features import formula_named
from playground.data.source import Imperfections
from playground.edits.layer_fields import checked_value, field_of, main_field, stepped
from playground.errors import WrongUse
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment, rule_problems
from playground.experiment.layers import LAYER_KINDS, MAX_LAYERS, MAX_UNITS, Layer, activation_of, kind_of
from playground.experiment.network import Network, shape_problems
from playground.numbers import plain
from playground.words.errors import told
from playground.words.network import FIELD_LABELS, counted, span_text


class Edit(msgspec.Struct, frozen=True):
    """One step: what it is called, where it leads, and the layer that is selected after it (None: no change)."""

    name: str
    experiment: Experiment
    selected: int | None = None


# -- layers that come, go and move ----------------------------------------------------------------------------------


def new_layer(network: Network, kind: str, index: int) -> Layer:
    """A layer for this place: some kinds take after the last layer of their kind, or else after the next one."""
    row = LAYER_KINDS[kind]
    new: Layer = row.layer()
    before, behind = (
        [each for each in layers if kind_of(each) is row] for layers in (network.layers[:index], network.layers[index:])
    )
    if before and row.takes_after != "none":
        return msgspec.structs.replace(before[-1], frozen=False)
    if behind and row.takes_after == "beside":
        return msgspec.structs.replace(new, activation=activation_of(behind[0]))
    return new


def insert_layer(experiment: Experiment, kind: str, index: int) -> Edit:
    """A new layer before position `index`."""
    _refuse_more_layers(experiment)
    layer = new_layer(experiment.network, kind, index)
    name = f"Insert {LAYER_KINDS[kind].label.lower()} layer"
    return Edit(name, _with(experiment, experiment.network.with_inserted(index, layer)), index)


def remove_layer(experiment: Experiment, index: int) -> Edit:
    """The layer taken away."""
    return Edit(f"Remove layer {index + 1}", _with(experiment, experiment.network.without(index)), -1)


def duplicate_layer(experiment: Experiment, index: int) -> Edit:
    """A second layer like it, right after it."""
    _refuse_more_layers(experiment)
    return Edit(f"Duplicate layer {index + 1}", _with(experiment, experiment.network.with_duplicate(index)), index + 1)


def move_layer(experiment: Experiment, index: int, target: int) -> Edit:
    """The layer moved so that it ends at position `target`."""
    if not 0 <= target < len(experiment.network.layers):
        raise WrongUse(f"Layer {index + 1} is already the {'first' if target < 0 else 'last'} one.")
    return Edit(f"Move layer {index + 1}", _with(experiment, experiment.network.with_moved(index, target)), target)


def problem(experiment: Experiment) -> str | None:
    """Why an edited experiment cannot be, as a sentence, or None; the network's own problems come first."""
    found = sorted(rule_problems(experiment), key=lambda each: not each.path.startswith("network"))
    return _sentence(told(found[0].said)) if found else None


def refusal(make: Callable[..., Edit], experiment: Experiment, *arguments: object) -> str | None:
    """Why an edit leaves a layer where it is impossible, as a sentence, or None; cheap enough for a menu's entries.

    Limits of size are left to `problem`.
    """
    try:
        edited = make(experiment, *arguments).experiment
    except WrongUse as error:
        return told(error)
    found = shape_problems(edited.input_shape, edited.network.layers)
    return _sentence(found[0][1]) if found else None


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def best_index(experiment: Experiment, kind: str) -> int:
    """The last place where a new layer of this kind is possible; the very last where there is none."""
    last = len(experiment.network.layers)
    fitting = (index for index in range(last, -1, -1) if refusal(insert_layer, experiment, kind, index) is None)
    return next(fitting, last)


def kind_refusal(experiment: Experiment, kind: str) -> str | None:
    """Why a kind of layer has no place in this experiment at all, or None."""
    if LAYER_KINDS[kind].is_for_images and experiment.input_shape.image is None:
        return "This layer reads images; choose an image data set (bars, shapes, digits) first."
    return refusal(insert_layer, experiment, kind, best_index(experiment, kind))


# -- settings of a layer --------------------------------------------------------------------------------------------


def set_field(experiment: Experiment, index: int, name: str, value: Any) -> Edit:
    """Another value of one of a layer's settings."""
    layer = experiment.network.layers[index]
    field = field_of(layer, name)
    if field is None:
        raise WrongUse(f"A {kind_of(layer).label.lower()} layer has no setting for this: {FIELD_LABELS[name].lower()}.")
    if name == "units":
        _refuse_units(value)
    elif name == "span":
        _refuse_span(index, value)
    if field.is_number:
        value = checked_value(layer, name, value)
    changed = experiment.network.with_layer(index, **{name: value})
    return Edit(_field_name(layer, index, name, value), _with(experiment, changed))


def _field_name(layer: Layer, index: int, name: str, value: Any) -> str:
    number = f"layer {index + 1}"
    if name in ("units", "filters"):
        noun = name.removesuffix("s")
        change = value - getattr(layer, name)
        known = {1: f"Add {noun} to {number}", -1: f"Remove {noun} from {number}"}
        return known.get(change, f"Set {number} to {counted(value, noun)}")
    if name == "span":
        return f"Skip {span_text(value)}"
    if name == "activation":
        return f"Set {number} to {ACTIVATIONS[value].label}"
    if name == "frozen":
        return f"{'Freeze' if value else 'Unfreeze'} {number}"
    shown = value if isinstance(value, str) else plain(value)
    return f"Set {FIELD_LABELS[name].lower()} of {number} to {shown}"


def step_main(experiment: Experiment, index: int, by: int) -> Edit:
    """The layer's main number one step up or down: a unit, a filter, a twentieth of a rate."""
    name, value = stepped(experiment.network.layers[index], by)
    return set_field(experiment, index, name, value)


def set_main(experiment: Experiment, index: int, value: float) -> Edit:
    """The layer's main number."""
    field = main_field(experiment.network.layers[index])
    if field is None:
        raise WrongUse("This layer has no number to set.")
    return set_field(experiment, index, field.name, value)


def set_units(experiment: Experiment, index: int, units: int) -> Edit:
    """Another number of units."""
    return set_field(experiment, index, "units", units)


def set_activation(experiment: Experiment, index: int, activation: str) -> Edit:
    """Another activation function."""
    return set_field(experiment, index, "activation", activation)


def set_source(experiment: Experiment, index: int, source: int) -> Edit:
    """A residual connection that starts from another layer (−1: the inputs)."""
    return set_field(experiment, index, "span", index - source - 1)


def _refuse_units(units: int) -> None:
    if units < 1:
        raise WrongUse("A layer keeps at least one unit. To take the whole layer away, press Delete on its card.")
    if units > MAX_UNITS:
        raise WrongUse(f"A layer has at most {MAX_UNITS} units.")


def _refuse_span(index: int, span: int) -> None:
    if span < 1:
        raise WrongUse("A residual connection skips at least one layer.")
    if span > index:
        raise WrongUse(f"There {'is' if index == 1 else 'are'} only {counted(index, 'layer')} before it to skip.")


# -- features -------------------------------------------------------------------------------------------------------


def toggle_feature(experiment: Experiment, name: str) -> Edit:
    """A feature, a column or a formula switched on or off; the others keep their order. A formula stays on offer."""
    columns = _columns(experiment)
    active, on_offer = inputs.read(columns, experiment.data.features), inputs.offered(
        columns, experiment.data.features, experiment.data.formulas
    )  # fmt: skip
    symbol = inputs.symbol_of(name, columns)
    if name in [each.name for each in experiment.added_inputs]:
        raise WrongUse("“{name}” comes with the imperfections of the data; take it away there.", name=name)
    if name not in on_offer:
        raise WrongUse("These data have no feature or column {symbol}.", symbol=symbol)
    if active == (name,):
        raise _last(columns, name)
    if name in active:
        names = tuple(each for each in active if each != name)
    else:
        place = sum(on_offer.index(each) < on_offer.index(name) for each in active)
        names = (*active[:place], name, *active[place:])
    return Edit(f"Toggle {inputs.noun_of(name, columns)} {symbol}", _reading(experiment, columns, names, on_offer))


def add_formula(experiment: Experiment, text: str) -> Edit:
    """A formula that the network reads from now on; raises WrongUse.

    Of one that cannot be read it is FormulaRefused, which tells where it is wrong.
    """
    columns, text = _columns(experiment), text.strip()
    formula = formula_named(text, columns)
    before = inputs.offered(columns, experiment.data.features, experiment.data.formulas)
    active = inputs.read(columns, experiment.data.features)
    if text in active:
        raise WrongUse("{name} is an input already.", name=text)
    if formula is not None and not formula.names:
        raise WrongUse("“{formula}” has the same value for every sample, which tells a network nothing.", formula=text)
    if text not in before and len(experiment.data.formulas) >= inputs.MAX_FORMULAS:
        raise WrongUse("At most {high} formulas are possible; remove one first.", high=inputs.MAX_FORMULAS)
    if len(active) >= inputs.MAX_INPUTS:
        raise WrongUse("At most {high} inputs are possible.", high=inputs.MAX_INPUTS)
    return Edit(f"Add feature {text}", _reading(experiment, columns, (*active, text), (*before, text)))


def remove_formula(experiment: Experiment, text: str) -> Edit:
    """A formula taken away, read or not."""
    columns = _columns(experiment)
    active = inputs.read(columns, experiment.data.features)
    if active == (text,):
        raise _last(columns, text)
    before = inputs.offered(columns, experiment.data.features, experiment.data.formulas)
    names, left = (tuple(each for each in some if each != text) for some in (active, before))
    return Edit(f"Remove feature {text}", _reading(experiment, columns, names, left))


def _last(columns: tuple[str, ...], name: str) -> WrongUse:
    noun, symbol = inputs.noun_of(name, columns), inputs.symbol_of(name, columns)
    return WrongUse("{symbol} is the only {noun} left; the network needs at least one.", symbol=symbol, noun=noun)


def _columns(experiment: Experiment) -> tuple[str, ...]:
    """The columns that features belong to."""
    columns = experiment.source_kind.columns
    if not columns:
        raise WrongUse("The network reads the pixels of these images; features belong to points of the plane.")
    return columns


def _reading(
    experiment: Experiment, columns: tuple[str, ...], names: tuple[str, ...], on_offer: tuple[str, ...]
) -> Experiment:  # fmt: skip
    """The experiment that reads these inputs and offers these formulas beside them."""
    formulas = tuple(dict.fromkeys(each for each in on_offer if inputs.is_formula(each, columns)))
    flaws = _with_numbers_of(experiment.data.imperfections, experiment.chosen_inputs, names)
    data = msgspec.structs.replace(
        experiment.data, features=inputs.chosen(columns, names), formulas=formulas, imperfections=flaws
    )
    return msgspec.structs.replace(experiment, data=data)


def _with_numbers_of(flaws: Imperfections, before: tuple[str, ...], after: tuple[str, ...]) -> Imperfections:
    """Every input keeps the number that it is multiplied with, and the one that is added, wherever it stands now."""
    changes = {}
    for field, usual in (("feature_scale", 1.0), ("feature_shift", 0.0)):
        given = getattr(flaws, field)
        if given:
            known = dict(zip(before, given, strict=False))
            moved = [known.get(name, usual) for name in after] + list(given[len(before) :])
            while moved and moved[-1] == usual:
                moved.pop()
            changes[field] = tuple(moved)
    return msgspec.structs.replace(flaws, **changes)


def _with(experiment: Experiment, network: Network) -> Experiment:
    return msgspec.structs.replace(experiment, network=network)


def _refuse_more_layers(experiment: Experiment) -> None:
    if len(experiment.network.layers) >= MAX_LAYERS:
        raise WrongUse(f"A network has at most {MAX_LAYERS} layers.")
