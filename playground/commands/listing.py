"""`playground list`: what there is to choose from, read from the tables themselves."""

from __future__ import annotations

import argparse
from typing import Any

from playground.commands.output import print_json, print_table, say
from playground.commands.parser import choice

KINDS = ("datasets", "activations", "losses", "optimizers", "layers", "initializers", "features", "rules", "lessons")
EMPTY = {
    "rules": "There are no rules.",
    "lessons": "There are no lessons.",
}
DESCRIPTION = f"List what an experiment may be made of.\n\nKIND: {', '.join(KINDS)}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which table."""
    parser.add_argument("kind", metavar="KIND", type=choice(*KINDS), help="which list")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    kind = arguments.kind
    entries = table(kind)
    if not entries:
        say(EMPTY[kind])
    if arguments.json:
        print_json({kind: entries})
    elif entries:
        shown = [name for name in entries[0] if name not in ("noise_note", "optimizer")]
        print_table(shown, [[_text(entry[name]) for name in shown] for entry in entries])
    return 0


def _text(value: Any) -> str:
    return "any" if value is None else str(value)


def table(kind: str) -> list[dict[str, Any]]:
    """The entries of one list, each with its name first."""
    from playground.data import DATASETS
    from playground.features import FEATURES
    from playground.network import ACTIVATIONS, LAYER_KINDS
    from playground.training import INITIALIZERS, LOSSES

    match kind:
        case "datasets":
            names = ("name", "label", "classes", "samples", "note", "noise_note")
            return [_picked(entry, *names) for entry in DATASETS.values()]
        case "activations":
            return [_picked(entry, "name", "label", "formula", "note") for entry in ACTIVATIONS.values()]
        case "losses":
            return [_picked(entry, "name", "label", "note") for entry in LOSSES.values()]
        case "initializers":
            return [_picked(entry, "name", "label", "note") for entry in INITIALIZERS.values()]
        case "features":
            return [_picked(entry, "name", "symbol", "formula") for entry in FEATURES.values()]
        case "layers":
            return [{"name": entry.kind, "label": entry.label, "note": entry.note} for entry in LAYER_KINDS.values()]
        case "optimizers":
            return _optimizers()
        case _:
            return []


def _optimizers() -> list[dict[str, Any]]:
    import msgspec

    from playground.training import OPTIMIZERS

    return [
        {**_picked(entry, "name", "label", "note"), "optimizer": msgspec.to_builtins(entry.optimizer)}
        for entry in OPTIMIZERS.values()
    ]


def _picked(entry: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in names}
