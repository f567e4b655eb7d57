"""Everything on screen is explained: each label, field, tab and button leads to an entry of the glossary."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from playground.diagram.diagram import Part
from playground.experiment.layers import LAYER_KINDS
from playground.glossary.terms import term
from playground.views.controls import ElidedLabel, ReadOut, term_of
from playground.views.controls.labels import SectionLabel
from playground.views.controls.text_tabs import TextTabs
from playground.views.output.accuracy_bars import _placed_marks
from playground.views.plots.curve_plot import CurvePlot
from playground.views.plots.panel import TABS
from playground.views.window import explaining
from playground.views.window.main_window import MainWindow
from playground.words.training import PAGES
from tests.playground.views.one_window import one_after_another
from tests.playground.views.window.driver import Make, Open, bench, trigger

SAID = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, ElidedLabel, ReadOut, TextTabs)
OTHERS = ("MessageStrip", "QMenuBar", "QToolButton")
"""Widgets that say something of the moment, not a term; and Qt's own."""
WHOLE = {"data", "network", "output", "training", "plots", "transport"}
"""Entries about whole areas, which explain nothing but their titles: what stands in an area has an entry of its own."""


def said(window: MainWindow) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        around = widget
        while around is not window and type(around).__name__ not in OTHERS:
            around = around.parentWidget() or window
        if isinstance(widget, SAID) and not isinstance(widget, QScrollBar) and widget.isVisible() and around is window:
            yield widget


def unexplained(window: MainWindow) -> list[str]:
    found = []
    for widget in said(window):
        keys = widget.keys if isinstance(widget, TextTabs) else (term_of(widget),)
        whole = set(keys) & WHOLE and not isinstance(widget, SectionLabel)
        if not keys or whole or any(term(key) is None for key in keys):
            found.append(f"{type(widget).__name__} {widget.accessibleName()!r}: {keys}")
    return found


def test_whatever_the_data_everything_is_explained(window: MainWindow) -> None:
    for data in ("blobs", "plane", "digits", "circles"):
        trigger(window, f"data_{data}")
        QApplication.processEvents()
        assert unexplained(window) == [], data


def test_every_plot_and_every_page_of_more(window: MainWindow) -> None:
    check_plots(window)
    window.training.show_more(True)
    check_pages(window)
    check_schedules(window)
    check_optimizers(window)


def check_plots(window: MainWindow) -> None:
    own = {"Points": "hard_points", "Folds": "cross_validation"}
    for tab in TABS:
        window.plots.show_tab(tab)
        QApplication.processEvents()
        assert unexplained(window) == [], tab
        assert term_of(window.plots.page(tab)) == own.get(tab, tab.lower())


def check_pages(window: MainWindow) -> None:
    for page in PAGES:
        window.more.show_page(page)
        QApplication.processEvents()
        assert unexplained(window) == [], page


def check_schedules(window: MainWindow) -> None:
    from playground.experiment.schedules import SCHEDULES

    window.more.show_page("Schedule")
    for choice in SCHEDULES.values():
        bench(window).change("Set schedule", training__schedule=choice.schedule)
        QApplication.processEvents()
        assert unexplained(window) == []


def check_optimizers(window: MainWindow) -> None:
    from playground.experiment.optimizers import OPTIMIZERS

    window.more.show_page("Optimizer")
    for choice in OPTIMIZERS.values():
        bench(window).change("Set optimizer", training__optimizer=choice.optimizer)
        QApplication.processEvents()
        assert unexplained(window) == []


def test_explanations_one_after_the_other(window: MainWindow) -> None:
    one_after_another(
        window,
        check_every_part_of_canvas_and_menus_leads_to_an_entry,
        check_a_card_says_what_where_and_leads_on_and_the_pointer_reads_the_short_line,
        check_no_tool_tip_lies_over_the_card_of_a_part,
        check_the_marks_of_the_accuracy_are_explained,
    )


def check_every_part_of_canvas_and_menus_leads_to_an_entry(window: MainWindow) -> None:
    check_parts(window)
    check_steps_of_a_layer(window)
    check_menus(window)


def check_parts(window: MainWindow) -> None:
    from playground.words.parts import key_of_part

    experiment = bench(window).experiment
    kinds = [
        "card",
        "activation",
        "unit",
        "bias",
        "link",
        "minus",
        "plus",
        "count",
        "arc",
        "arc_start",
        "above",
        "below",
    ]
    parts = [Part(kind, layer) for kind in kinds for layer in (-1, 0, 1, 2)] + [Part("feature", -1, 3)]
    assert [part for part in parts if term(key_of_part(experiment, part)) is None] == []
    assert set(window.network.header.by_kind) == set(LAYER_KINDS)


def test_f1_opens_the_card_of_what_has_the_keyboard_and_f1_closes_it(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is under the pointer goes before it."""
    window.training.rate.slider.setFocus()
    track, card = window.timeline, window.explaining.card
    outside, on_track = window.mapToGlobal(QPoint(-9, -9)), track.mapToGlobal(track.rect().center())
    for place, key in ((outside, "learning_rate"), (on_track, "timeline")):
        monkeypatch.setattr(explaining, "QCursor", SimpleNamespace(pos=lambda place=place: place))
        trigger(window, "explain")
        assert card.isVisible()
        assert card.key == key
        qtbot.keyClick(card, Qt.Key.Key_F1)
        assert not card.isVisible()


def check_a_card_says_what_where_and_leads_on_and_the_pointer_reads_the_short_line(window: MainWindow) -> None:
    check_card(window)
    check_pointer(window)


def check_card(window: MainWindow) -> None:
    card = window.explaining.card
    assert card.open_for("activation_relu", QPoint(100, 100))
    entry = term("activation_relu")
    assert entry is not None
    assert entry.long in card.accessibleDescription()
    assert card.open_for(entry.see[0], card.pos())
    assert card.key == entry.see[0]
    assert not card.open_for("flux_capacitor", QPoint(0, 0))
    card.close()


def check_pointer(window: MainWindow) -> None:
    label = window.training.captions["L1"].caption
    inside = label.mapTo(window, label.rect().center())
    asked = QHelpEvent(QEvent.Type.ToolTip, inside, window.mapToGlobal(inside))
    assert window.explaining.key_at(asked.globalPos()) == "l1"
    assert window.explaining.answers(asked)
    assert window.explaining.answers(QHelpEvent(QEvent.Type.WhatsThis, inside, window.mapToGlobal(inside)))
    assert window.explaining.card.key == "l1"
    window.explaining.card.close()


def test_speed_is_calm_at_first_and_full_is_one_click_away(make_workbench: Make, open_window: Open) -> None:
    window = open_window(make_workbench(), remember=True)
    run = bench(window).run
    assert run.speed == 2000.0
    window.transport.speed.full.click()
    assert run.speed is None
    window.transport.speed.full.click()
    assert run.speed == 2000.0
    trigger(window, "full_speed")
    window.close()
    assert bench(open_window(make_workbench(), remember=True)).run.speed is None


# -- what tells itself, and small places ------------------------------------------------------------------------------


def point_and_wait(widget: QWidget, place: QPoint) -> None:
    """The pointer comes to rest at a place: Qt asks for a tool tip."""
    QToolTip.hideText()
    where = widget.mapToGlobal(place)
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, where))
    QApplication.processEvents()


def test_no_tool_tip_lies_over_a_card_that_tells_the_same_place(window: MainWindow, qtbot: QtBot) -> None:
    bench(window).run.advance_now(epochs=30)
    picture = window.output.map
    middle = picture.rect().center()
    qtbot.mouseMove(picture, middle)
    assert picture.is_telling
    point_and_wait(picture, middle)
    assert QToolTip.text() == ""
    plot = window.plots.findChildren(CurvePlot)[0]
    plot.set_cursor_epoch(10.0)
    point_and_wait(plot.viewport(), plot.viewport().rect().center())
    assert QToolTip.text() == ""
    plot.set_cursor_epoch(None)
    point_and_wait(plot.viewport(), plot.viewport().rect().center())
    assert QToolTip.text() != "", "without a card the glossary's line is shown"


def check_no_tool_tip_lies_over_the_card_of_a_part(window: MainWindow) -> None:
    view = window.network.view
    for part in (Part("unit", 0, 0), Part("link", 0, 0), Part("feature", -1, 0), Part("bias", 0, 0)):
        view.surface.show_hover(None)
        view.surface.show_hover(part)
        assert view.surface.hover.facts is not None, part
        assert view.tip_of(part) == "", part


def check_the_marks_of_the_accuracy_are_explained(window: MainWindow) -> None:
    bench(window).change("Make noise", data__imperfections__label_noise=0.2)
    bench(window).run.advance_now(epochs=1)
    bars = window.output.bars
    assert bars.shown is not None
    assert [mark.name for mark in bars.shown.marks] == ["majority", "best possible"]
    picture = bars.grab().toImage()
    assert not picture.isNull()
    marks = _placed_marks(bars._track(), bars.shown, float(bars.width()))
    keys = [term_of(bars, QPoint(round(mark.centre), bars.height() - 6)) for mark in marks]
    assert keys == ["majority", "best_possible"]
    assert term_of(bars, QPoint(4, 4)) == "accuracy"


def check_steps_of_a_layer(window: MainWindow) -> None:
    view = window.network.view
    for kind in ("minus", "plus", "count"):
        rect = view.surface.diagram.rect_of(Part(kind, 0))
        assert rect is not None
        place = view.mapFromScene(*rect.center)
        assert window.explaining.key_at(view.viewport().mapToGlobal(place)) == "units", kind


def check_menus(window: MainWindow) -> None:
    window.data.setFocus()
    menus = window.menuBar()
    assert window.explaining.key_at(menus.mapToGlobal(menus.actionGeometry(menus.actions()[0]).center())) == "menu"
    assert window.explaining.key_at(menus.mapToGlobal(QPoint(menus.width() - 4, 4))) == "menu"
