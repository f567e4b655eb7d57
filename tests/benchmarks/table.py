"""The table and the line about the machine.

Owns how figures are written; knows nothing of how they were measured.
"""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from .cost import Cliff, Curve
from .peers import DISTRIBUTIONS, TITLES, versions
from .rounds import Row

OWN = ("numpy", "numba", "PySide6-Essentials", "pyqtgraph")


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    found = versions()
    named = {DISTRIBUTIONS.get(name, TITLES[name]): told for name, told in found.items()}
    return {
        "cpu": cpu_name(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "versions": {"Python": platform.python_version(), **{name: version(name) for name in OWN}, **named},
    }


def cpu_name() -> str:
    """The processor as its maker calls it."""
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if platform.system() == "Darwin":
        asked = subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True)
        return asked.stdout.strip() or platform.machine()
    return platform.processor() or platform.machine()


def machine_line(found: dict[str, object]) -> str:
    busy = "" if found["load"] is None else f", load {found['load']}"
    names = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return f"{found['cpu']}, {found['cores']} cores{busy}, {found['system']}\n{names}"


def figure(value: float | str | None, unit: str) -> str:
    """A number with three digits and its unit; a reason as it is."""
    if isinstance(value, str):
        return value if len(value) < 40 else value[:39] + "…"
    if value is None:
        return "–"
    if unit in ("", "times"):
        return f"{value:.3g}"
    if unit == "samples/s":
        return f"{value / 1e6:.3g} M/s" if value >= 1e6 else f"{value / 1e3:.3g} k/s"
    return f"{value:.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def times(ratio: float) -> str:
    """How many times better; 1,140× rather than 1.14e+03×."""
    return f"{ratio:,.0f}×" if ratio >= 100 else f"{ratio:.3g}×"


def table(rows: list[Row]) -> str:
    """Aligned columns: workload, ours, each peer and how many times better ours is, the aim."""
    lines = [["", "", "ours", "GFLOP/s", *TITLES.values(), "aim"]]
    for row in rows:
        speed = row.gflops.get("ours")
        peers = [peer_cell(row, name) for name in TITLES]
        lines.append([row.name, row.note, figure(row.ours, row.unit), f"{speed:.3g}" if speed else "", *peers, row.aim])
    return aligned(lines, left={0, 1, len(lines[0]) - 1})


def peer_cell(row: Row, name: str) -> str:
    """A peer's figure and, in brackets, how many times better ours is."""
    ratio = row.ratios.get(name)
    return figure(row.peers.get(name, ""), row.unit) + ("" if ratio is None else f" ({times(ratio)})")


def aligned(lines: list[list[str]], left: set[int]) -> str:
    """Columns two spaces apart; those in `left` are set to the left, the others to the right."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def cpu_lines(rows: list[Row]) -> str:
    """The figures by processor time, which a busy machine disturbs less."""
    lines = []
    for row in rows:
        if "ours" in row.cpu:
            parts = [f"{TITLES[name]} {times(ratio)}" for name, ratio in row.cpu_ratios.items()]
            told = f"{row.name} {row.note}: {figure(row.cpu['ours'], row.unit)}"
            lines.append(f"by processor time {told}" + (f"; than {', '.join(parts)}" if parts else ""))
    return "\n".join(lines)


def curve_tables(curves: list[Curve]) -> str:
    """One table a curve: size, cost of a step and of a sample, operations a second."""
    tables = []
    for curve in curves:
        lines = [[curve.across, "step", "sample", "GFLOP/s"]]
        for point in curve.points:
            step, sample = f"{point.step * 1e6:,.2f} µs", f"{point.sample * 1e9:,.1f} ns"
            lines.append([str(point.size), step, sample, f"{point.gflops:.1f}"])
        tables.append(f"cost against {curve.across}, {curve.note} (processor time)\n{aligned(lines, left=set())}")
    return "\n\n".join(tables)


def cliff_lines(cliffs: list[Cliff]) -> str:
    """The worst neighbours of multiples of 16."""
    return "\n".join(
        f"cliffs ({cliff.across}, {cliff.note}): cost of a {cliff.reading}: at most {cliff.ratio:.2f}× "
        f"({cliff.size} against {cliff.multiple}); aim ≤ 1.5×"
        for cliff in cliffs
    )


def loss_lines(rows: list[Row]) -> str:
    """What each contender had learned when its speed was taken: like losses make it a fair comparison."""
    lines = []
    for row in rows:
        names = {"ours": "ours", **TITLES}
        parts = [f"{names[who]} {each['after']:.3g}" for who, each in row.losses.items() if each["after"] is not None]
        if parts:
            epochs = sorted({int(each["epochs"]) for each in row.losses.values()})
            start = row.losses["ours"]["before"]
            lines.append(f"loss of {row.name} at the start {start:.3g}, after {' or '.join(map(str, epochs))} epochs: "
                         + ", ".join(parts))  # fmt: skip
    return "\n".join(lines)
