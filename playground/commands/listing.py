"""`playground list`: what there is to choose from, read from the tables themselves."""

from __future__ import annotations

import argparse
from typing import Any

from playground import numbers as formats
from playground.commands.output import print_json, print_table
from playground.commands.parser import choice

KINDS = (
    "datasets", "activations", "losses", "optimizers", "schedules", "layers", "initializers", "features", "definitions",
    "rules", "terms",
)  # fmt: skip
TO_COME = {"lessons": "this version has no lessons yet."}
HIDDEN = ("noise_note", "optimizer", "schedule", "tasks", "class_names", "image", "long", "why", "see", "figures")
"""Left out of printed tables, where there is no room for them."""
HIDDEN_OF = {"datasets": ("label", "task", "formula"), "rules": ("source", "cures")}
"""Of these too: of data sets the first is nearly the name, the second follows from the group."""
DESCRIPTION = f"List what an experiment may be made of.\n\nKIND: {', '.join(KINDS)}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which table."""
    parser.add_argument("kind", metavar="KIND", type=_kind, help="which list")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _kind(text: str) -> str:
    """The name of a list; of one that is still to come it is said."""
    if text in TO_COME:
        raise argparse.ArgumentTypeError(f"{TO_COME[text]} The lists are: {', '.join(KINDS)}")
    return choice(*KINDS)(text)


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    kind = arguments.kind
    entries = table(kind)
    if arguments.json:
        print_json({kind: entries})
    else:
        hidden = (*HIDDEN, *HIDDEN_OF.get(kind, ()))
        shown = [name for name in entries[0] if name not in hidden]
        print_table(shown, [[_text(entry[name]) for name in shown] for entry in entries])
    return 0


def _text(value: Any) -> str:
    """One cell of a printed table."""
    if isinstance(value, list):
        return ", ".join(_field_text(each) if isinstance(each, dict) else str(each) for each in value) or "–"
    return "any" if value is None else str(value)


def _field_text(field: dict[str, Any]) -> str:
    """A field with its default, such as `rate 0.2`."""
    default = field["default"]
    if isinstance(default, float) and "high" in field:  # a shape's, such as the root of a half
        default = formats.plain(default, 4)
    return f"{field['name']} {str(default).lower() if isinstance(default, bool) else default}"


def table(kind: str) -> list[dict[str, Any]]:
    """The entries of one list, each with its name first."""
    from playground.data import DATASETS
    from playground.data.features import FEATURES
    from playground.experiment.activations import ACTIVATIONS
    from playground.experiment.definitions import DEFINITIONS
    from playground.experiment.layers import LAYER_KINDS
    from playground.experiment.optimizers import OPTIMIZERS
    from playground.experiment.schedules import SCHEDULES
    from playground.experiment.training import INITIALIZERS
    from playground.glossary.terms import terms

    match kind:
        case "datasets":
            return [_dataset(entry) for entry in DATASETS.values()]
        case "activations":
            return [_picked(entry, "name", "label", "formula", "note") for entry in ACTIVATIONS.values()]
        case "losses":
            return _losses()
        case "initializers":
            return [_picked(entry, "name", "label", "note") for entry in INITIALIZERS.values()]
        case "features":
            return [_picked(entry, "name", "symbol", "formula") for entry in FEATURES.values()]
        case "layers":
            return [
                {"name": entry.kind, **_picked(entry, "label", "formula", "note"), "fields": _fields(entry.layer())}
                for entry in LAYER_KINDS.values()
            ]
        case "optimizers":
            return [_ready_made(entry, entry.optimizer, "optimizer") for entry in OPTIMIZERS.values()]
        case "schedules":
            return [_ready_made(entry, entry.schedule, "schedule") for entry in SCHEDULES.values()]
        case "definitions":
            return [_picked(entry, "name", "here", "elsewhere") for entry in DEFINITIONS.values()]
        case "rules":
            return _rules()
        case "terms":
            return [{"name": key, **_picked(entry, "title", "short", "long")} for key, entry in terms().items()]
        case _:
            return []


def _dataset(entry: Any) -> dict[str, Any]:
    """A data set with its shape parameters: their limits, and the set's own values; and its formula, if it has one."""
    names = ("note", "source", "noise_note", "image", "class_names", "formula")
    task = "regression" if entry.classes == 0 else "classification"
    own = ("name", "label", "low", "high", "default", "integer", "note")
    parameters = [_picked(each, *own) for each in entry.parameters]
    return {
        **_picked(entry, "name", "label", "group"), "task": task, **_picked(entry, "classes", "samples"),
        "parameters": parameters, **_picked(entry, *names),
    }  # fmt: skip


def _rules() -> list[dict[str, Any]]:
    """The doctor's rules in the order in which they are asked, with what each figure of their evidence is, and the
    cures that each may have."""
    from playground.diagnosis.cures.table import REMEDIES
    from playground.diagnosis.rules.table import RULES
    from playground.words.diagnosis import rule_texts

    return [
        {
            "name": rule.name,
            **_picked(rule_texts()[rule.name], "title"),
            "kind": rule.kind,
            **_picked(rule_texts()[rule.name], "source", "why"),
            "figures": {name: figure.label for name, figure in rule_texts()[rule.name].figures.items()},
            "see": list(rule_texts()[rule.name].see),
            "cures": [remedy.name for remedy in REMEDIES[rule.name]],
        }
        for rule in RULES
    ]


def _losses() -> list[dict[str, Any]]:
    """The losses, with the tasks each fits: null, or the reason why it does not."""
    from playground.data.task import Task, allowed_losses
    from playground.experiment.training import LOSSES, Training

    tasks = {"regression": Task(0), "two classes": Task(2), "more classes": Task(3)}
    settings = {field["name"]: field for field in _fields(Training())}
    return [
        {
            **_picked(entry, "name", "label", "formula", "note"),
            "fields": [settings[entry.number]] if entry.number else [],
            "fits": [label for label, task in tasks.items() if allowed_losses(task)[name] is None],
            "tasks": {label: allowed_losses(task)[name] for label, task in tasks.items()},
        }
        for name, entry in LOSSES.items()
    ]


def _ready_made(entry: Any, value: Any, name: str) -> dict[str, Any]:
    """An entry that stands for a value, with the value and its fields."""
    import msgspec

    return {
        **_picked(entry, "name", "label", "formula", "note"),
        "fields": _fields(value),
        name: msgspec.to_builtins(value),
    }


def _fields(value: Any) -> list[dict[str, Any]]:
    """Every field of a value: its name, the value's own setting as default, its limits, and what it is for."""
    from playground.experiment.schema import field_facts

    return [{**facts, "default": getattr(value, facts["name"])} for facts in field_facts(type(value))]


def _picked(entry: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in names}
