"""What a monkey opens: tables, right and wrong, with what can be chosen on their sheet, and links.

Owns these texts and how they are opened; knows nothing of what else a monkey does.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from playground.exchange.own_link import read_own_link
from playground.views.window.main_window import MainWindow
from playground.views.workbench.tables import Source
from tests.playground.views.window.driver import bench

TABLES = [
    "a,b,kind\n" + "".join(f"{row % 7},{row * 0.5},{('u', 'v', 'w')[row % 3]}\n" for row in range(40)),
    "a;b;c\n" + "".join(f"{row % 5},5;{row % 3 or ''};{-row}\n" for row in range(30)),
    ",".join(f"pixel{at}" for at in range(64)) + ",digit\n"
    + "".join(",".join(str((at * row) % 17) for at in range(64)) + f",{row % 2}\n" for row in range(12)),
    "one\n1\n",
]  # fmt: skip
CHOSEN: dict[str, list[Any]] = {
    "target": ["a", "b", "c", "kind", "digit", "", "none such"], "features": [None, ("a",), ("b", "a"), ()],
    "missing": ["drop", "mean", "median", "indicator"], "scaling": [None, "none", "standardize", "robust"],
    "train_share": [0.3, 0.95], "as_number": [None, True, False], "image_side": [None, 0, 8],
}  # fmt: skip
LINKS = [
    "https://playground.tensorflow.org/#activation=relu&dataset=xor&networkShape=3,2&noise=20&seed=0.5",
    "https://playground.tensorflow.org/#problem=regression&regDataset=reg-gauss", "neural-playground:1/xyz", "#",
]  # fmt: skip


def open_table(draw: random.Random, window: MainWindow, folder: Path) -> None:
    """A table in place of the data or as a document of its own; its sheet is chosen on, opened or given up."""
    file, tables = folder / f"{draw.randrange(3)}.csv", window.tables
    file.write_text(draw.choice(TABLES), "utf-8")
    tables.reading.read_from(Source(path=str(file), as_edit=draw.random() < 0.7))
    tables.reading.wait()
    sheet = tables.sheet
    if sheet is None:
        return
    for _ in range(draw.randrange(4)):
        field = draw.choice(list(CHOSEN))
        sheet.alter(**{field: draw.choice(CHOSEN[field])})
    if sheet.open_button.isEnabled() and draw.random() < 0.8:
        sheet.open_button.click()
        tables.reading.wait()
    else:
        sheet.reject()


def open_link(draw: random.Random, window: MainWindow) -> None:
    """The experiment as a link, which says all of it; or a link that may be broken is opened."""
    text = draw.choice(LINKS)
    if draw.random() < 0.5 and window.links.copy():
        text = QApplication.clipboard().text()
        assert read_own_link(text).experiment == bench(window).experiment, "the link says another experiment"
    if draw.random() < 0.5:
        window.links.open(text[: draw.choice([None, None, 40])])
