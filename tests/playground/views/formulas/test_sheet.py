"""The sheet of formulas: typeset, with the run's numbers on wish, copied as LaTeX and Markdown."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication

from playground.experiment.optimizers import OPTIMIZERS
from playground.experiment.schedules import SCHEDULES
from playground.mathematics.content import activations, layers, optimizers, schedules
from playground.mathematics.content.losses import LOSSES
from playground.mathematics.tree import Blank, Equation, Matrix, Node, Number, Root, Symbol
from playground.views.formulas.boxes import boxed
from playground.views.formulas.sheet import FormulasSheet
from playground.words.formulas import COPIED, COPY_LATEX, COPY_MARKDOWN
from tests.playground.views.window.driver import trigger

LEFT = Qt.MouseButton.LeftButton
x = Symbol("x")


def formulas() -> list[Node]:
    found: list[Node] = [make(x) for make in activations.ACTIVATIONS.values()]
    found += [make(several) for make in LOSSES.values() for several in (True, False)]
    found += [line for make in layers.LAYERS.values() for line in make(layers.Place(2, 0, True))]
    found += [line for each in OPTIMIZERS.values() for line in optimizers.steps_of(each.optimizer)]
    found += [schedules.rate_of(each.schedule) for each in SCHEDULES.values()]
    return [*found, Equation(x, Matrix(((1.0, None), (-2.5, 1e-8)))), Equation(x, Blank())]


def test_every_formula_is_painted_within_its_box(qapp: QApplication) -> None:
    for formula in formulas():
        box = boxed(formula)
        image = QImage(round(box.width) + 40, round(box.height) + 40, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        with QPainter(image) as painter:
            box.draw(painter, QPointF(20.0, 20.0 + box.ascent), QColor("black"))
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
        rows, columns = np.nonzero(pixels[..., :3].max(axis=2) < 128)
        assert rows.size
        assert columns.min() >= 15
        assert columns.max() <= 25 + box.width
        assert rows.min() >= 13
        assert rows.max() <= 27 + box.height


def test_a_fraction_stands_on_its_line_and_a_root_holds_it() -> None:
    half = boxed(Number(1) / Number(2))
    assert half.height > 1.5 * boxed(Number(1)).height
    assert boxed(Root(Number(1) / Number(2))).width > half.width
    assert boxed(x**2).ascent > boxed(x).ascent


@pytest.fixture
def sheet(open_window) -> FormulasSheet:
    window = open_window()
    trigger(window, "formulas")
    found = window.findChild(FormulasSheet) or next(
        each for each in QApplication.topLevelWidgets() if isinstance(each, FormulasSheet)
    )
    yield found
    found.close()


def test_it_shows_the_network_and_on_wish_the_numbers_of_the_run(open_window, sheet, qtbot) -> None:
    workbench = sheet._workbench
    assert "tanh" in sheet.page.accessibleDescription()
    assert "η₀ =" not in sheet.page.accessibleDescription()
    qtbot.mouseClick(sheet.numbers, LEFT)
    qtbot.waitUntil(lambda: "η₀ = 0.03" in sheet.page.accessibleDescription())
    assert "W⁽¹⁾ = (" in sheet.page.accessibleDescription()
    qtbot.mouseClick(sheet.numbers, LEFT)
    assert "η₀ =" not in sheet.page.accessibleDescription()
    assert not workbench.unsaved


def test_it_is_copied(sheet, qtbot) -> None:
    qtbot.mouseClick(sheet.copies[COPY_LATEX], LEFT)
    assert r"\mathbf{W}^{(1)} \mathbf{x}" in QGuiApplication.clipboard().text()
    assert sheet.copies[COPY_LATEX].text() == COPIED
    qtbot.mouseClick(sheet.copies[COPY_MARKDOWN], LEFT)
    assert QGuiApplication.clipboard().text().startswith("## Inputs")
