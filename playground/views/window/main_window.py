"""The window: it makes the panels and joins them with commands, files, messages and the theme.

Owns this joining, closing, dropped files and what is remembered of the window; what panels show is theirs.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QMessageBox, QScrollArea, QVBoxLayout, QWidget

from playground.settings import settings
from playground.settings.text_files import put_aside
from playground.views.canvas.panel import NetworkCanvas
from playground.views.controls import Hairline, explain
from playground.views.controls.alt_keys import give_alt_keys
from playground.views.data.panel import DataPanel
from playground.views.guards.handlers import guarded
from playground.views.output.panel import OutputPanel
from playground.views.plots.races.opening import Races
from playground.views.theme import theme
from playground.views.timeline.strip import TimelineStrip
from playground.views.training.more import TrainingMore
from playground.views.transport.bar import TransportBar
from playground.views.window import place
from playground.views.window.areas import Areas
from playground.views.window.command_table import WindowActs, all_commands
from playground.views.window.commands import Commands
from playground.views.window.doctor_side import DoctorSide
from playground.views.window.explaining import Explaining
from playground.views.window.files import SAVED, Files
from playground.views.window.focus_home import FocusHome
from playground.views.window.inside_step import strip_of
from playground.views.window.locks import Locks, lockable
from playground.views.window.menus import Menus
from playground.views.window.messages import MessageStrip, NetworkOffer, Telling
from playground.views.window.table_opening import TableOpening
from playground.views.workbench.links import Links
from playground.views.workbench.workbench import Workbench
from playground.words.errors import settings_sentence

SIZE, SMALLEST = QSize(1440, 900), QSize(1024, 600)
FRAME = QSize(8, 40)
"""What a window manager's frame takes of the screen, about."""
NO_FILE = "What was dropped is no file of this computer: save it first, then drop the file."
ASKING = (QEvent.Type.ToolTip, QEvent.Type.WhatsThis, QEvent.Type.QueryWhatsThis)


@guarded
class MainWindow(QMainWindow):
    """remember: whether theme, recent files and the window's place are kept between runs."""

    def __init__(self, workbench: Workbench, remember: bool = True) -> None:
        super().__init__()
        self._workbench, self._remember, self._closed = workbench, remember, False
        self.work_may_go = False
        """Whether the window was closed with its work saved, or with the user's word that it may go."""
        if remember:
            theme.current().set_theme(settings.read().theme)
            workbench.doctor.wishes.remember()
        kept = settings.read() if remember else settings.Settings()
        workbench.set_view(legend=kept.legend, unfolded=kept.unfolded)
        self._legend, self._unfolded = kept.legend, kept.unfolded
        workbench.run.set_speed((settings.read() if remember else settings.Settings()).speed or None)
        self.files = Files(workbench, self, remember)
        self.links = Links(workbench, self.files.may_go)
        self.tables = TableOpening(workbench, self.files, self, lambda: self.messages)
        self.setAcceptDrops(True)
        self.explaining = Explaining(self)
        self._make_panels()
        self._make_commands()
        workbench.document_changed.connect(self._on_document_changed)
        workbench.experiment_changed.connect(self._on_document_changed)
        workbench.view_changed.connect(self._on_view_changed)
        self._on_document_changed()
        self._restore()
        self.telling.welcome()

    def _make_panels(self) -> None:
        workbench = self._workbench
        centre = QWidget(self)
        self.setCentralWidget(centre)
        self.transport = TransportBar(workbench, self._fill_theme_menu, centre)
        self.scroller = QScrollArea(centre)  # where the text is so large that the panels have no room
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setWidgetResizable(True)
        self.areas = Areas(self.scroller)
        body, strip = self.areas.body, self.areas.strip
        self.data = DataPanel(workbench, body)
        self.data.set_favourites(self.files.favourites)
        self.data.favourites_changed.connect(self.files.note_favourites)
        self.network = NetworkCanvas(workbench, body)
        self.output = OutputPanel(workbench, body)
        self.timeline = TimelineStrip(workbench, self.areas.below)
        self.plots = strip_of(workbench, self.data, self.files.ask_name, strip)
        self.more = TrainingMore(workbench, strip)
        self.doctor = DoctorSide(workbench, self.transport.chip, self, strip)
        self.training = self.doctor.training
        self.training.more_wanted.connect(self._on_more_wanted)
        self.more.closed.connect(lambda: self.training.show_more(False))
        self.races = Races(workbench, self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(Hairline())
        column.addWidget(self.scroller, 1)
        panels = (self.data, self.network, self.output, self.timeline, self.plots, self.more, self.doctor.card)
        self.areas.hold(*panels)
        self.output.least_changed.connect(self.areas.set_least_body)
        self.messages = MessageStrip(self.menuBar())
        if self.messages.is_row:
            column.insertWidget(0, self.messages)
        workbench.experiment_changed.connect(self.messages.outdate)
        self.telling = Telling(workbench, self.messages, self.files, self)
        self.offer = NetworkOffer(workbench, self.messages)
        self.data.network_kept.connect(self.offer.make)
        self.data.table_wanted.connect(self.tables.open_in_place)
        self.locks = Locks(workbench, lockable(self.transport, self.data, self.output, self.training), self)
        centre.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        centre.setFocus()
        explain("menu", self.menuBar())
        self._focus_home = FocusHome(self, self.network.view)

    def _make_commands(self) -> None:
        acts = WindowActs(
            new=self.files.new,
            open=self.files.open,
            open_table=self.tables.open_in_place,
            open_pictures=self.tables.open_pictures_in_place,
            save=self.files.save,
            save_as=self.files.save_as,
            save_picture=self.files.save_picture,
            paste_link=self._paste,
            copy_link=self.links.copy,
            copy_link_for_tensorflow=self.links.copy_for_tensorflow,
            quit=self.close,
            describe=self.transport.open_sheet,
            unlock=self.locks.unlock,
            choose_dataset=self.data.choose,
            all_data=self.data.open_all,
            add_formula=self.network.view.openers.add_formula,
            change_speed=self.transport.speed.change,
            toggle_full=self.transport.speed.toggle_full,
            set_theme=self.set_theme,
            zoom=self.network.view.sight.zoom_by,
            zoom_to_fit=self.network.view.sight.zoom_to_fit,
            toggle_more=self.toggle_more,
            list_branches=self.timeline.open_list,
            compare_branches=self.timeline.compare,
            doctor_side=self.doctor,
            race=self.races.open,
            shows_more=lambda: not self.more.isHidden(),
            show_shortcuts=self.show_shortcuts,
            explain=self.explaining.explain_here,
            point_and_explain=self.explaining.ask,
            choose_plane=self.output.plane.take_focus,
            show_about=self.show_about,
        )
        self.commands = Commands(all_commands(self._workbench, acts), self._workbench, self)
        self.menus = Menus(
            self.menuBar(), self.commands, lambda: self.files.recent, self.files.open_path, self.files.clear_recent
        )

    def panel(self, name: str) -> QWidget:
        """One of the panels: transport, data, network, output, timeline, plots, training or doctor."""
        panels: dict[str, QWidget] = {
            "transport": self.transport,
            "data": self.data,
            "network": self.network,
            "output": self.output,
            "timeline": self.timeline,
            "plots": self.plots, "inside": self.plots,
            "training": self.doctor.card, "doctor": self.doctor.card,
        }  # fmt: skip
        if name == "doctor":
            self.doctor.card.show_side(name)
        return panels[name]

    def _on_more_wanted(self, on: bool) -> None:
        """Open or close the other training settings; the keyboard goes with them."""
        if on != self.more.isHidden():
            return
        held = self.more.isAncestorOf(QApplication.focusWidget() or self)
        self.areas.show_more(on)
        self.commands.refresh()
        if on and self.training.more.shows_focus:
            self.more.tabs.setFocus(Qt.FocusReason.TabFocusReason)
        elif held:
            self.training.more.setFocus(Qt.FocusReason.TabFocusReason)

    def toggle_more(self) -> None:
        """Open the other training settings and go there, or close them."""
        on = self.more.isHidden()
        self.training.show_more(on)
        if on:
            self.more.tabs.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- theme and help ---------------------------------------------------------------------------------------------

    def set_theme(self, name: str) -> None:
        """Use a theme and remember it."""
        theme.current().set_theme(name)
        self.files.note_theme(name)

    def _fill_theme_menu(self, menu: QMenu) -> None:
        menu.addActions(self.menus.menus["View/Theme"].actions())

    def show_shortcuts(self) -> None:
        """Open the sheet of shortcuts."""
        from playground.views.window.help_sheet import HelpSheet

        HelpSheet(self.commands.table, self).open()

    def show_about(self) -> None:
        """Tell version and licences."""
        from playground.views.window.help_sheet import about_text

        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("About Neural Playground")
        box.setText(about_text())
        box.setStandardButtons(QMessageBox.StandardButton.Close)
        give_alt_keys(box)
        box.open()

    # -- the document -----------------------------------------------------------------------------------------------

    def _on_view_changed(self) -> None:
        if self._workbench.view.legend != self._legend:
            self._legend = self._workbench.view.legend
            self.files.note_legend(self._legend)
        if self._workbench.view.unfolded != self._unfolded:
            self._unfolded = self._workbench.view.unfolded
            self.files.note_unfolded(self._unfolded)

    def _on_document_changed(self) -> None:
        self.setWindowTitle(f"{self._workbench.title}[*]")
        self.setWindowModified(self._workbench.unsaved)
        path = self._workbench.path
        self.setWindowFilePath("" if path is None else str(path))

    def event(self, event: QEvent) -> bool:
        """What no widget inside has explained is explained by the glossary."""
        if event.type() in ASKING and self.explaining.answers(event):
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape, where nothing else has a use for it, takes the message away, or ends the look into a step."""
        if event.key() == Qt.Key.Key_Escape and self.messages.isVisible():
            self.messages.dismiss()
        elif event.key() != Qt.Key.Key_Escape or not self._workbench.inside.leave():
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or Links.dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Any file is taken: one that is not ours is refused in words that say what it is."""
        event.acceptProposedAction()
        path, link = _dropped_file(event), Links.dropped(event.mimeData())
        if link:
            self.links.open(link)
        elif path is None:
            self._workbench.show_message(NO_FILE, "error")
        else:
            self.files.open_path(path)

    def _paste(self) -> None:
        """A link, or else a table."""
        if not self.tables.paste():
            self.links.paste()

    def changeEvent(self, event: QEvent) -> None:
        """Whoever comes back to the window has perhaps changed its file elsewhere."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._focus_home.on_activation()
            path = self.files.to_reload()
            if path is not None:
                sentence = f"“{path.name}” was changed outside this window."
                self.messages.show_message(sentence, "info", (("Reload", self.files.reload),))

    # -- closing and coming back ------------------------------------------------------------------------------------

    def abandon(self) -> None:
        """Close without a question (pictures, and when the program is already on its way out)."""
        self._closed = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closed and not self.files.may_go(self.close):
            event.ignore()
            return
        self.work_may_go = not self._closed
        if self._remember and not self._closed:
            self._keep()
        self._closed = True
        self.tables.close()
        event.accept()

    def _keep(self) -> None:
        self.files.note_speed(self._workbench.run.speed or 0.0)
        page = "" if self.more.isHidden() else self.more.page
        place.write(place.Place(self.saveGeometry(), self.areas.strip_height, page), settings.window_file())

    def fitting_size(self) -> QSize:
        """The usual size, or what the screen has room for."""
        room = self.screen().availableSize() - FRAME
        return SIZE.boundedTo(room).expandedTo(SMALLEST)

    def _restore(self) -> None:
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE)
        if not self._remember:
            return
        self.resize(self.fitting_size())
        kept = place.read(settings.window_file())
        self._tell_broken(settings.settings_file(), settings.is_broken(settings.settings_file()))
        self._tell_broken(settings.window_file(), kept is None)
        if kept is None:
            return
        if kept.geometry is not None:
            self.restoreGeometry(kept.geometry)
        if kept.strip is not None:
            self.areas.set_strip_height(kept.strip)
        if kept.page:
            self.more.show_page(kept.page)
            self.training.show_more(True)

    def _tell_broken(self, file: Path, broken: bool) -> None:
        """A file of ours that cannot be read is kept beside the new one, and said once."""
        if broken:
            self._workbench.show_message(settings_sentence(file, put_aside(file)), "warning")


def _dropped_file(event: QDropEvent) -> str | None:
    """The path of the first dropped file of this computer: of several, of the first that ends like one of ours."""
    paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
    ours = [path for path in paths if Path(path).suffix.lower() in SAVED.values()]
    return next(iter(ours or paths), None)
