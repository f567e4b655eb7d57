"""The figures that have no peers: what each is called, its unit and its aim.

Owns these names and the rows made of them; the modules named here measure.
"""

from __future__ import annotations

from collections.abc import Callable

from . import compiling, frames, many, recording, startup
from .rounds import Row

Figure = tuple[str, str, str]

COMPILE: dict[str, Figure] = {
    "cold_float32_s": ("kernels compiled cold, float32", "s", "≤ 8 s"),
    "cold_float64_s": ("kernels compiled cold, float64", "s", "≤ 8 s"),
    "cached_float32_s": ("kernels from the cache, float32", "s", "≤ 0.35 s"),
    "cached_float64_s": ("kernels from the cache, float64", "s", "≤ 0.35 s"),
    "compiled_later": ("compiled by any layer, activation, optimizer, loss or schedule", "times", "0"),
}
MANY: dict[str, Figure] = {
    "landscape_ms": ("51×51 losses of a 2-8-8-8-1 net, 250 points", "ms", "≤ 40 ms"),
    "together_ms": ("an epoch of 64 networks 2-4-2-1 in one call", "ms", ""),
    "apart_ms": ("an epoch of 64 networks 2-4-2-1 in 64 calls", "ms", ""),
    "products_ms": ("50 products with the Hessian of a 2-8-8-1 net, 250 points, float64", "ms", "≤ 5 ms"),
    "seeds_share": ("a population's time in the kernels, 256 seeds, 20 epochs", "%", "≥ 90 %"),
    "seeds_besides_us": ("the rest, for each seed", "µs", ""),
    "experiments_share": ("the same of 256 unlike experiments", "%", "≥ 90 %"),
    "experiments_besides_us": ("the rest, for each experiment", "µs", ""),
}
RECORDING: dict[str, Figure] = {
    "unrecorded_ratio": ("a session that writes nothing down, 2-128-128-1", "× engine", "≤ 1.05"),
    "recorded_ratio": ("the same with every epoch measured", "× engine", ""),
}
PAST: dict[str, Figure] = {
    "seek_median_ms": ("going to any of 1,000,000 epochs of the default network, median", "ms", "≤ 20 ms"),
    "seek_worst_ms": ("the same, the longest of 500", "ms", "≤ 100 ms"),
    "past_mb": ("what is kept of its past", "MB", "≤ 64 MB"),
    "branch_seek_median_ms": (
        "going to any moment of five branches, 100 edits, as many epochs, median",
        "ms",
        "≤ 20 ms",
    ),
    "branch_seek_worst_ms": ("the same, the longest of 500", "ms", "≤ 100 ms"),
    "branches_mb": ("what is kept of the past of all five", "MB", "≤ 64 MB"),
    "past_ratio": ("training with the past kept", "× without", "≤ 1.01"),
}
FRAMES: dict[str, Figure] = {
    "frame_median_ms": ("a frame, 1440×900, median", "ms", "≤ 8 ms"),
    "frame_p95_ms": ("a frame, 95th percentile", "ms", ""),
    "speed_kept": ("training speed kept while watched", "%", "≥ 90 % (two free cores)"),
    "blocked": ("time that training waits for the window", "%", ""),
    "frames_per_s": ("frames a second while training", "", "60"),
}
DRAG: dict[str, Figure] = {
    "drag_frames_per_s": ("frames a second while the timeline is dragged, 3,000 epochs, 1440×900", "", "≥ 30"),
    "drag_gap_ms": ("between two of them, median", "ms", "≤ 33 ms"),
    "drag_gap_p95_ms": ("the same, 95th percentile", "ms", ""),
    "first_look_ms": ("from the press to the first look", "ms", "≤ 100 ms"),
    "first_look_ever_ms": ("the same, of a window's first drag", "ms", "≤ 100 ms"),
    "window_cpu_ms": ("processor time of such a frame, the window's thread", "ms", ""),
    "training_cpu_ms": ("the same, the training thread", "ms", ""),
}
STARTUP: dict[str, Figure] = {
    "warm_window_s": ("start to first window", "s", "≤ 1.0 s"),
    "warm_training_after_window_s": ("first window to training", "s", "≤ 0.3 s"),
    "first_window_s": ("first launch ever: window", "s", "≤ 1.5 s"),
    "first_training_s": ("first launch ever: training", "s", "≤ 10 s"),
    "first_longest_stall_ms": ("first launch ever: longest stall", "ms", "≤ 100 ms"),
    "memory_mb": ("memory after the first epochs", "MB", "≤ 350 MB after an hour"),
}
PARTS: dict[str, tuple[Callable[[bool], dict[str, float]], dict[str, Figure]]] = {
    "many": (many.measure, MANY),
    "recording": (recording.measure, RECORDING),
    "past": (recording.measure_past, PAST),
    "drag": (frames.measure_drags, DRAG),
    "compile": (compiling.measure, COMPILE),
    "startup": (startup.measure, STARTUP),
    "frames": (frames.measure, FRAMES),
}


def measure(name: str, quick: bool) -> list[Row]:
    """The rows of one part."""
    ask, known = PARTS[name]
    return rows(name, ask(quick), known)


def rows(name: str, found: dict[str, float], known: dict[str, Figure]) -> list[Row]:
    """A row for each figure that has a name. Of "x_s", "x_cpu_s" is the processor time; the rest is the first row's."""
    made, told = [], set()
    for key, (note, unit, aim) in known.items():
        value = found.get(key)
        row = Row(name, note, unit, value * 100 if unit == "%" and value is not None else value, aim)
        start, _, end = key.rpartition("_")
        by_cpu = f"{start}_cpu_{end}"
        if by_cpu in found:
            row.cpu = {"ours": found[by_cpu]}
        told |= {key, by_cpu}
        made.append(row)
    made[0].more = {key: value for key, value in found.items() if key not in told}
    return made
