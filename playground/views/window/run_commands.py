"""The commands of the menu Run: play, steps forth and back, reset, speed, the timeline and its branches, races.

Owns these entries; each wish goes to the workbench, or is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from playground.views.plots.races.words import ENTRY, ENTRY_TIP, OPTIMIZERS_ENTRY, OPTIMIZERS_TIP
from playground.views.window.commands import Command
from playground.views.window.inside_step import inside_command
from playground.views.workbench.workbench import Workbench
from playground.words import timeline as words
from playground.words.run import why_no_play, why_no_step


def run_commands(
    workbench: Workbench,
    change_speed: Callable[[int], object],
    toggle_full: Callable[[], object],
    branches: tuple[Callable[[], object], Callable[[], object]],
) -> list[Command]:
    """Play, steps, reset and speed; branches: what lists the runs, and what compares two."""

    def no_play() -> str:
        return why_no_play(workbench.run.state) or workbench.painting.why_no_play

    def no_step() -> str:
        return why_no_step(workbench.run.state) or workbench.painting.why_no_play

    def no_reset() -> str:
        return why_no_step(workbench.run.state)

    def play_or_pause() -> str:
        return "Pause" if workbench.run.state == "running" else "Play"

    def step(what: Literal["sample", "batch", "epoch"]) -> Callable[[], None]:
        return partial(workbench.run.step, what)

    return [
        Command(
            "toggle",
            "Run",
            "Play or pause",
            workbench.run.toggle,
            ("Space",),
            "play",
            label=play_or_pause,
            refusal=no_play,
        ),
        Command("step_sample", "Run", "Step one sample", step("sample"), ("S",), refusal=no_step, separator=True),
        Command("step_batch", "Run", "Step one batch", step("batch"), ("B",), refusal=no_step),
        Command("step_epoch", "Run", "Step one epoch", step("epoch"), ("E",), "step-forward", refusal=no_step),
        inside_command(workbench),
        *_looking_commands(workbench, no_step, *branches),
        Command(
            "reset",
            "Run",
            "Reset to the same weights",
            workbench.reset,
            ("R",),
            "rotate-ccw",
            refusal=no_reset,
            separator=True,
        ),
        Command("faster", "Run", "Faster", partial(change_speed, 1), ("Ctrl+Up",), "gauge", separator=True),
        Command("slower", "Run", "Slower", partial(change_speed, -1), ("Ctrl+Down",)),
        Command(
            "full_speed",
            "Run",
            "Full speed",
            toggle_full,
            ("Ctrl+Shift+Up",),
            checked=lambda: workbench.run.speed is None,
        ),
    ]


def _looking_commands(
    workbench: Workbench, no_step: Callable[[], str], list_branches: Callable[[], object], compare: Callable[[], object]
) -> list[Command]:
    """Back and forth on the timeline."""
    timeline, runs = workbench.timeline, workbench.runs

    def no_way_back() -> str:
        return no_step() or ("" if timeline.step else words.AT_BEGINNING)

    def no_sample_back() -> str:
        return no_step() or ("" if timeline.step or timeline.sample else words.AT_BEGINNING)

    def no_way_forth() -> str:
        return "" if timeline.is_past else words.LIVE_TIP

    def back(what: Literal["sample", "batch", "epoch"]) -> Callable[[], None]:
        return partial(timeline.back, what)

    def no_branches() -> str:
        return "" if len(runs.all) > 1 else words.NO_BRANCHES

    return [
        Command(
            "back_sample", "Run", "Back one sample", back("sample"), ("Shift+S",), tip=words.BACK_TIP,
            refusal=no_sample_back, separator=True,
        ),
        Command("back_batch", "Run", "Back one batch", back("batch"), ("Shift+B",), refusal=no_way_back),
        Command("back_epoch", "Run", "Back one epoch", back("epoch"), ("Shift+E",), "step-back", refusal=no_way_back),
        Command("to_start", "Run", "To the beginning", partial(timeline.look, 0), ("Alt+Home",), refusal=no_way_back),
        Command("to_live", "Run", "To the newest moment", timeline.to_live, ("Alt+End",), refusal=no_way_forth),
        Command(
            "begin_branch", "Run", words.BEGIN, runs.begin, tip=words.BEGIN_TIP, refusal=no_step, separator=True
        ),
        Command("branches", "Run", words.BRANCHES, list_branches, tip=words.BRANCHES_TIP, refusal=no_branches),
        Command("compare", "Run", words.COMPARE, compare, tip=words.COMPARE_TIP,
                refusal=lambda: "" if runs.others else words.NO_COMPARE),
    ]  # fmt: skip


def race_commands(workbench: Workbench, race: Callable[[bool], object]) -> list[Command]:
    """A race with one click, and one that is chosen on its sheet; race: opens that, and begins at once where True."""

    def refusal() -> str:
        return why_no_step(workbench.run.state) or workbench.painting.why_no_play

    return [
        Command(
            "race_optimizers", "Run", OPTIMIZERS_ENTRY, partial(race, True), tip=OPTIMIZERS_TIP, refusal=refusal,
            separator=True,
        ),
        Command("race", "Run", ENTRY, partial(race, False), tip=ENTRY_TIP, refusal=refusal),
    ]  # fmt: skip
