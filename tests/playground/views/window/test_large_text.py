"""Text of 150 %: the bar folds, nothing is cut, and what has no room beside another takes its place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from playground.experiment.layers import Dense, Residual
from playground.views.controls.text_tabs import TextTabs
from playground.views.theme import fonts, theme
from tests import tables
from tests.playground.views.window.driver import bench
from tests.seeds import long

LEFT = Qt.MouseButton.LeftButton
SMALL = [(1024, 600), (1024, 768), (1366, 768)]


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(fonts, "_scale", lambda: 1.5)


@pytest.fixture
def open_large(large, open_window):
    yield open_window
    theme.install(QApplication.instance())


def in_window(window, widget):
    return widget.rect().translated(widget.mapTo(window, QPoint()))


@pytest.mark.parametrize("size", [SMALL[0], *(long(size) for size in SMALL[1:]), (1440, 900)])
def test_a_small_window_shows_everything_whole(size, open_large):
    """One window of each size: they cost more to open than to look at."""
    window = open_large(size=size)
    if size in SMALL:
        check_bar(window, size)
        check_tabs(window.plots.tabs)
        check_words_over_the_inputs(window)
        check_steppers(window)
    check_other_settings(window)


def check_bar(window, size):
    """It fits, and what it folds is behind More."""
    bar = window.transport
    assert window.size().toTuple() == size
    assert bar.layout().minimumSize().width() <= size[0]
    for widget in (bar.play, bar.epoch, bar.train_loss, bar.test_loss, bar.undo, bar.more):
        assert widget.isVisible()
        assert window.rect().contains(in_window(window, widget))
    words = [action.text() for action in bar.more_menu().actions()]
    assert {"Step one sample", "Step one batch", "Step one epoch", "Dark"} <= set(words)
    assert ("Title, notes and seed…" in words) == bar._names.isHidden()


def check_tabs(tabs):
    """None of the plots' tabs is cut."""
    strong = QFontMetricsF(tabs.fonts[1])
    for index in set(range(tabs.count())) - set(tabs.folded):
        place = tabs.tabRect(index)
        assert place.width() >= strong.horizontalAdvance(tabs.tabText(index))
        assert tabs.rect().contains(place)


def check_words_over_the_inputs(window):
    """They are whole."""
    card = window.network.view.surface.diagram.columns[0].card
    assert card.w >= QFontMetricsF(theme.strong_font()).horizontalAdvance("Features")


def check_steppers(window):
    """They are whole, whatever the layers."""
    view = window.network.view
    for layers in ((Dense(4), Dense(2)), (Dense(9), Residual(), Dense(2)), tuple(Dense(3) for _ in range(9))):
        bench(window).change("Layers", network__layers=layers)
        QApplication.processEvents()
        steppers = [column.stepper for column in view.surface.diagram.columns if column.stepper]
        assert steppers
        assert max(each.bottom for each in steppers) <= view.viewport().height()


def check_other_settings(window):
    """They take the place of plots that have no room."""
    window.toggle_more()
    QApplication.processEvents()
    assert window.more.isVisible()
    assert not window.plots.isVisible() or window.plots.width() >= theme.scaled(400)
    assert window.scroller.horizontalScrollBar().maximum() == 0
    assert window.more.geometry().right() < window.doctor.card.geometry().left()
    window.toggle_more()
    QApplication.processEvents()
    assert window.plots.isVisible()
    assert not window.more.isVisible()


@pytest.mark.parametrize("size", [(1024, 768), long((1366, 768))])
def test_panels_need_not_scroll(size, open_large):
    window = open_large(size=size)
    assert window.scroller.horizontalScrollBar().maximum() == 0
    assert window.scroller.verticalScrollBar().maximum() == 0


def test_a_step_is_made_from_the_menu(open_large):
    window = open_large(size=(1024, 600))
    menu = window.transport.more_menu()
    next(action for action in menu.actions() if action.text() == "Step one batch").trigger()
    bench(window).run.advance_now(epochs=0)
    assert bench(window).run.snapshot.step == 1


def test_the_title_can_be_set_from_the_menu(open_large):
    window = open_large(size=(1024, 600))
    menu = window.transport.more_menu()
    next(action for action in menu.actions() if action.text().startswith("Title")).trigger()
    sheet = window.transport.sheet
    assert sheet.isVisible()
    assert sheet.screen().availableGeometry().contains(sheet.geometry())
    sheet.close()


@pytest.mark.parametrize(("size", "name"), [((1024, 600), "more"), ((1800, 600), "theme_button")])
def test_menus_of_the_bar_stay_on_the_screen(size, name, open_large, qtbot):
    window = open_large(size=size)
    button = getattr(window.transport, name)
    screen = window.screen().availableGeometry()
    for corner in (screen.topLeft(), QPoint(screen.right() - window.width(), screen.bottom() - 90)):
        window.move(corner)
        QApplication.processEvents()
        qtbot.mouseClick(button, LEFT)
        menu = QApplication.activePopupWidget()
        assert menu is not None
        assert screen.contains(menu.geometry())
        menu.close()
    window.move(0, 0)


def test_tabs_stand_apart_again_when_there_is_room(qtbot):
    tabs = TextTabs(("Curves", "Gradients", "Weights"))
    qtbot.addWidget(tabs)
    tabs.show()
    widest = tabs.sizeHint()
    tabs.resize(tabs.minimumSizeHint())
    close = tabs.tabRect(2).right()
    assert close < tabs.width() <= widest.width()
    tabs.resize(widest)
    assert tabs.tabRect(2).right() > close


def test_fields_of_the_training_card_lie_within_it(open_large):
    window = open_large(size=(1024, 768))
    for field in (window.training.l1, window.training.l2, window.training.loss):
        assert window.training.rect().contains(field.rect().translated(field.mapTo(window.training, QPoint())))


def test_marks_of_the_axes_have_room(open_large, qtbot):
    window = open_large(size=(1366, 768))
    qtbot.waitUntil(lambda: window.plots.pages.currentWidget().layout() is not None)
    page = window.plots.page("Curves")
    axes = page.accuracy.axes
    room = axes.plot_rect.left()
    assert room >= QFontMetricsF(theme.number_font(11)).horizontalAdvance("87.5 %") + 8
    assert axes.plot_rect.top() >= QFontMetricsF(theme.small_font()).height()


def test_labels_of_the_data_column_are_whole(open_large):
    window = open_large(size=(1024, 600))
    for row in (window.data.samples, window.data.share):
        label = row.label
        assert QFontMetricsF(label.font()).horizontalAdvance(label.text) <= label.width(), label.text


def test_a_table_is_chosen_from_and_its_map_read_and_images_are_drawn(open_large, tmp_path):
    window = open_large(size=(1024, 600))
    names, rows = tables.flowers()
    rows[3][0] = ""
    path = tmp_path / "flowers.csv"
    path.write_text(tables.as_text(names, rows), "utf-8")
    window.files.open_path(str(path))
    window.tables.reading.wait()
    sheet = window.tables.sheet
    QApplication.processEvents()
    row = sheet.looks.rows[0]
    assert row.what.width() > QFontMetricsF(row.what.font()).horizontalAdvance("sepal")
    assert row.toolTip() == "sepal length is empty: left out"
    sheet.open_button.click()
    window.tables.reading.wait()
    QApplication.processEvents()
    bench(window).run.advance_now(epochs=1)
    QApplication.processEvents()
    assert window.output.map.square.width() >= 96
    window.data.choose("digits")
    bench(window).set_view(draws=True)
    QApplication.processEvents()
    assert window.output.pad.paper.width() >= 8 * 8
    assert window.output.pad.answer_row.bottom() < window.output.pad.done_button.y()
    bench(window).set_view(draws=False)
    window.data.choose("circles")
    QApplication.processEvents()
    assert window.output.least_height == 0
