"""Computes every digest of the golden table anew, and prints what changed.

    python -m tests.golden.regenerate                    writes digests of new runs; only tells of changed ones
    python -m tests.golden.regenerate "why they change"  writes those too, with the reason as a note

A changed digest means that the same experiment no longer gives the same bytes: runs saved by an earlier version go on
differently. That is a decision, and larger ones belong in docs/decisions as well.
"""

from __future__ import annotations

import sys
from typing import Any

from tests.golden import table


def renewed(content: dict[str, Any]) -> tuple[dict[str, Any], list[str], list[str]]:
    """The table with its digests computed anew, the names of runs that are new, and of those that changed."""
    new, changed = [], []
    runs: table.Runs = {}
    for name, run in content["runs"].items():
        found = {precision: table.trained(run, precision).digest() for precision in table.PRECISIONS}
        known = {precision: run.get(precision) for precision in table.PRECISIONS}
        if not any(known.values()):
            new.append(name)
        elif found != known:
            changed.append(name)
        runs[name] = {"epochs": run["epochs"], "experiment": run["experiment"], **found}
    return {**content, "runs": runs}, new, changed


def main(arguments: list[str]) -> int:
    """Exit code 0 if the table now says what the runs give, 1 if changed digests wait for a reason."""
    if len(arguments) > 1:
        print(__doc__)
        return 2
    content = table.read()
    found, new, changed = renewed(content)
    for word, names in (("new", new), ("changed", changed)):
        for name in names:
            print(f"{word}: {name}")
    reason = arguments[0].strip() if arguments else ""
    if changed and not reason:
        print(f"{len(changed)} of {len(content['runs'])} runs changed. Nothing is written; to accept them say why:")
        print('python -m tests.golden.regenerate "why they change"')
        return 1
    seal = table.seal(found["runs"])
    notes = content["notes"]
    if reason:
        notes = [*notes, {"why": reason, "seal": seal}]
    elif notes and notes[-1]["seal"] != seal:
        notes = [*notes[:-1], {**notes[-1], "seal": seal}]
    table.PATH.write_text(table.as_text({**found, "notes": notes}), "utf-8")
    print(f"{len(found['runs'])} runs, {len(new)} of them new, {len(changed)} changed.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
