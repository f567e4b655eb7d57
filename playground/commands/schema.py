"""`playground schema`: the JSON Schema of an experiment."""

from __future__ import annotations

import argparse

from playground.commands.output import print_json

DESCRIPTION = "Print the JSON Schema of an experiment: every field with its limits, for editors and other programs."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The schema is JSON with and without the option."""
    parser.add_argument("--json", action="store_true", help="has no effect: the schema is JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    from playground.experiment.experiment import json_schema

    print_json(json_schema())
    return 0
