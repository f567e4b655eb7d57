"""A step as a program: a page of NumPy that a student can read, run and change, and that comes to the same numbers.

Owns the order of its lines; those of layers, losses and optimizers have files of their own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.anatomy.asking import step_given
from playground.anatomy.layers.flow import Flow
from playground.anatomy.step import InsideStep
from playground.anatomy.telling import has_activation
from playground.errors import WrongUse
from playground.worked.program.functions import WRITTEN
from playground.worked.program.layers import WRITTEN_KINDS, Place
from playground.worked.program.losses import WRITTEN_LOSSES
from playground.worked.program.source import Source, filled, literal, number
from playground.worked.program.updates import Trained, write_update

MOST_NUMBERS = 200_000
"""Numbers that are written down, inputs and all parameters together: some megabytes of text."""
ABOUT = (
    "Step number {step} of a training, as Neural Playground makes it: forward, loss, backward, update.\n\n"
    "Needs NumPy only. Arrays have a row a unit and a column a sample of the batch. Run it, and compare W1, b1 … with\n"
    "the network's after the step.\n"
)


def step_as_program(step: InsideStep) -> str:
    """The step as the text of a standalone NumPy program that computes the same numbers.

    Raises WrongUse where it would have more than 200,000 numbers, and for what is no step.
    """
    step = step_given(step)
    written = step.layout.size + step.batch.inputs.size
    if written > MOST_NUMBERS:
        raise WrongUse(
            "A program with {count} numbers in it is too long to read; at most {most} are written.",
            count=written, most=MOST_NUMBERS,
        )  # fmt: skip
    source = Source()
    places = [_place(step, flow) for flow in step.told.flows]
    _write_given(source, step, places)
    _write_forward(source, step, places)
    _write_loss(source, step)
    _write_backward(source, step, places)
    assert step.told.stepped is not None
    training, powers = step.experiment.training, step.powers
    write_update(source, training, step.told.stepped, powers, _trained(step))
    source.update += ["", 'print("loss", loss)', *(f'print("{each}", {each})' for each in _names(step))]
    return source.text(filled(ABOUT, step=str(step.step + 1)))


def _place(step: InsideStep, flow: Flow) -> Place:
    number, source = flow.stage.number, flow.stage.slot.source
    return Place(flow, number + 1, _values(number - 1), "" if source is None else _values(source))


def _values(layer: int) -> str:
    """The name of what comes out of a layer."""
    return f"a{layer + 1}" if layer >= 0 else "x"


def _parts(flow: Flow) -> list[tuple[str, NDArray[np.float64]]]:
    """A layer's parameters by their names in the program."""
    slot, k = flow.stage.slot, flow.stage.number + 1
    if not slot.bias_count:
        return []
    names = (f"gain{k}", f"shift{k}") if slot.has_gains else (f"W{k}", f"b{k}")
    found = [(names[0], flow.weights), (names[1], flow.biases)]
    if slot.statistics is not None:
        found += [(f"running_mean{k}", flow.statistics[0]), (f"running_variance{k}", flow.statistics[1])]
    return found


def _names(step: InsideStep) -> list[str]:
    return [name for flow in step.told.flows for name, _ in _parts(flow)]


def _trained(step: InsideStep) -> list[Trained]:
    found = []
    for flow in step.told.flows:
        slot = flow.stage.slot
        if slot.bias_count and not slot.frozen:
            (weights, _), (biases, _) = _parts(flow)[:2]
            is_weights = not slot.has_gains
            found.append(Trained(weights, slice(slot.weights, slot.biases), slot.weight_shape, is_weights))
            behind = slot.biases + slot.bias_count
            found.append(Trained(biases, slice(slot.biases, behind), (slot.bias_count,), False))
    return found


def _write_given(source: Source, step: InsideStep, places: list[Place]) -> None:
    batch = step.batch
    source.given += [f"x = {literal(batch.inputs)}", f"t = {literal(batch.targets)}", f"n = {batch.size}"]
    if (batch.weights != 1.0).any():
        source.given.append(f"weight = {literal(batch.weights)}  # of each sample's class")
    for place in places:
        source.given += [f"{name} = {literal(values)}" for name, values in _parts(place.flow)]


def _write_forward(source: Source, step: InsideStep, places: list[Place]) -> None:
    for place in places:
        layer, k = place.flow.stage.number, place.number
        lines, expression = WRITTEN_KINDS[place.flow.stage.slot.kind].forward(place, source)
        source.forward += lines
        if not has_activation(step.told.wiring, layer):
            source.forward.append(f"a{k} = {expression}")
            continue
        written = WRITTEN[step.told.wiring.activation(layer)]
        source.needs(written.helpers)
        source.forward += [f"z{k} = {expression}", f"a{k} = {filled(written.value, z=f'z{k}')}"]


def _write_loss(source: Source, step: InsideStep) -> None:
    training, wiring, k = step.experiment.training, step.told.wiring, len(step.layout.slots)
    written = WRITTEN_LOSSES[wiring.loss_name]
    fields = {"z": f"z{k}", "a": f"a{k}", "number": number(wiring.loss_number)}
    weighted = "weight * " if (step.batch.weights != 1.0).any() else ""
    source.loss += [filled(line, **fields) for line in written.before]
    source.loss += [f"losses = {weighted}{filled(written.losses, **fields)}", "loss = losses.mean()"]
    weights = [each.name for each in _trained(step) if each.is_weights]
    parts = []
    if training.l1:
        parts.append(f"{number(training.l1)} * ({' + '.join(f'np.abs({name}).sum()' for name in weights) or 0.0})")
    if training.l2:
        parts.append(f"0.5 * {number(training.l2)} * ({' + '.join(f'({name}**2).sum()' for name in weights) or 0.0})")
    if parts:
        source.loss.append(f"penalty = {' + '.join(parts)}")


def _write_backward(source: Source, step: InsideStep, places: list[Place]) -> None:
    wiring, head = step.told.wiring, len(places)
    fields = {"z": f"z{head}", "a": f"a{head}", "number": number(wiring.loss_number)}
    weighted = "weight * " if (step.batch.weights != 1.0).any() else ""
    arriving: dict[int, list[str]] = {
        head - 1: [weighted + filled(WRITTEN_LOSSES[wiring.loss_name].slope, **fields)]
    }  # fmt: skip
    for place in reversed(places):
        layer, k = place.flow.stage.number, place.number
        source.backward.append(f"d{k} = {_delta(step, layer, arriving[layer])}")
        lines, below, beside = WRITTEN_KINDS[place.flow.stage.slot.kind].back(place, source)
        source.backward += lines
        if layer:
            arriving.setdefault(layer - 1, []).insert(0, below)
        to = place.flow.stage.slot.source
        if beside and to is not None and to >= 0:
            arriving.setdefault(to, []).append(beside)


def _delta(step: InsideStep, layer: int, arriving: list[str]) -> str:
    """What arrives, times the layer's own slope."""
    wiring, k = step.told.wiring, layer + 1
    sent = " + ".join(arriving)
    slope = filled(WRITTEN[wiring.activation(layer)].slope, z=f"z{k}", a=f"a{k}")
    is_head = wiring.stages[layer].setting is None
    if not slope or (is_head and wiring.loss.by_sum):
        return sent
    return f"{sent} * {slope}" if is_head else f"({sent}) * {slope}"
