"""The table of commands itself: id, menu, words, shortcut, icon and what it does.

Owns these entries; wishes about files and dialogs go to the window through `WindowActs`, all others to the workbench.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec
from PySide6.QtGui import QKeySequence

from playground.data import DATASETS
from playground.data.features import FEATURES, is_plane
from playground.data.inputs import symbol_of
from playground.data.section import can_be_cut
from playground.data.source_kind import PLANE
from playground.diagram.zooming import STEP
from playground.edits.painting import why_no_canvas
from playground.views.canvas.commands import CanvasCommands
from playground.views.output.view_switches import DRAW_KEY, POINTS, switches_for, why_not
from playground.views.theme import theme
from playground.views.window.commands import Command
from playground.views.window.doctor_side import DoctorSide
from playground.views.window.network_commands import network_commands
from playground.views.window.run_commands import race_commands, run_commands
from playground.views.workbench.workbench import Workbench
from playground.words import drawing, plane
from playground.words.check_up import ENTRY, ENTRY_TIP
from playground.words.doctor import DOCTOR_TIP, FLIP, FORECAST_ENTRY, FORECAST_TIP, LOCKED, WATCH
from playground.words.gallery import ALL_TIP
from playground.words.painting import PAINT_OVER_TIP, PAINT_TIP, PAINT_VALUES_TIP
from playground.words.training import MORE_TIP

Standard = QKeySequence.StandardKey


class WindowActs(msgspec.Struct, frozen=True):
    """What only the window can do."""

    new: Callable[[], object]
    open: Callable[[], object]
    open_table: Callable[[], object]
    open_pictures: Callable[[], object]
    save: Callable[[], object]
    save_as: Callable[[], object]
    save_picture: Callable[[], object]
    paste_link: Callable[[], object]
    copy_link: Callable[[], object]
    copy_link_for_tensorflow: Callable[[], object]
    quit: Callable[[], object]
    describe: Callable[[], object]
    unlock: Callable[[], object]
    choose_dataset: Callable[[str], object]
    all_data: Callable[[], object]
    add_formula: Callable[[], object]
    change_speed: Callable[[int], object]
    toggle_full: Callable[[], object]
    set_theme: Callable[[str], object]
    zoom: Callable[[float], object]
    zoom_to_fit: Callable[[], object]
    toggle_more: Callable[[], object]
    list_branches: Callable[[], object]
    compare_branches: Callable[[], object]
    doctor_side: DoctorSide
    race: Callable[[bool], object]
    shows_more: Callable[[], bool]
    choose_plane: Callable[[], object]
    show_shortcuts: Callable[[], object]
    explain: Callable[[], object]
    point_and_explain: Callable[[], object]
    show_about: Callable[[], object]


def all_commands(workbench: Workbench, acts: WindowActs) -> list[Command]:
    """Every command, in the order of the menus."""
    return [
        *file_commands(acts),
        *edit_commands(workbench, acts),
        *run_commands(workbench, acts.change_speed, acts.toggle_full, (acts.list_branches, acts.compare_branches)),
        *race_commands(workbench, acts.race),
        *network_commands(workbench),
        *data_commands(workbench, acts),
        *view_commands(workbench, acts),
        Command(
            "explain", "Help", "Explain what is pointed at", acts.explain, ("F1",), "help",
            tip="What lies under the pointer, or has the keyboard",
        ),
        Command(
            "what_is_this", "Help", "What is this?", acts.point_and_explain, ("Shift+F1",),
            tip="Then click on what you want to know about",
        ),
        Command("shortcuts", "Help", "Keyboard shortcuts", acts.show_shortcuts, ("?",), "keyboard", separator=True),
        Command("about", "Help", "About Neural Playground", acts.show_about, icon="info"),
    ]  # fmt: skip


def file_commands(acts: WindowActs) -> list[Command]:
    """Files and the end of the program; the recent files are put in by the menus."""
    return [
        Command("new", "File", "New", acts.new, (Standard.New,), "file-plus"),
        Command("open", "File", "Open…", acts.open, (Standard.Open,), "folder-open"),
        Command("save", "File", "Save", acts.save, (Standard.Save,), "save", separator=True),
        Command("save_as", "File", "Save as…", acts.save_as, ("Ctrl+Shift+S",), "download"),
        Command("save_picture", "File", "Save picture…", acts.save_picture, ("Ctrl+E",), "image"),
        Command(
            "paste_link",
            "File",
            "Paste link or table",
            acts.paste_link,
            ("Ctrl+V",),
            separator=True,
            tip="Open the experiment of a link, ours or to TensorFlow Playground, or rows and columns of a sheet",
        ),
        Command(
            "copy_link",
            "File",
            "Copy as link",
            acts.copy_link,
            ("Ctrl+Shift+C",),
            tip="A line of text that opens this experiment when it is pasted here",
        ),
        Command(
            "copy_link_for_tensorflow",
            "File",
            "Copy as TensorFlow Playground link",
            acts.copy_link_for_tensorflow,
            tip="A link that opens this experiment in TensorFlow Playground",
        ),
        Command("quit", "File", "Quit", acts.quit, ("Ctrl+Q",), "log-out", separator=True),
    ]


def edit_commands(workbench: Workbench, acts: WindowActs) -> list[Command]:
    """Undo and its kin."""

    def label(word: str, name: str | None) -> str:
        return f"{word} {name[0].lower()}{name[1:]}".replace("&", "&&") if name else word

    return [
        Command(
            "undo", "Edit", "Undo", workbench.undo, (Standard.Undo,), "undo",
            label=lambda: label("Undo", workbench.undo_name), enabled=lambda: workbench.undo_name is not None,
        ),
        Command(
            "redo", "Edit", "Redo", workbench.redo, (Standard.Redo, "Ctrl+Shift+Z", "Ctrl+Y"), "redo",
            label=lambda: label("Redo", workbench.redo_name), enabled=lambda: workbench.redo_name is not None,
        ),
        Command("new_seed", "Edit", "New seed", workbench.new_seed, ("Shift+R",), "dice", separator=True),
        Command("describe", "Edit", "Title, notes and seed…", acts.describe, ("F2",)),
        Command(
            "unlock", "Edit", "Unlock controls", acts.unlock, tip="Free the controls that a link hides",
            enabled=lambda: bool(workbench.view.locked),
        ),
    ]  # fmt: skip


def data_commands(workbench: Workbench, acts: WindowActs) -> list[Command]:
    """Data sets and features."""

    def shows(name: str) -> bool:
        return workbench.experiment.source_kind.recipe == name

    def uses(name: str) -> bool:
        return has_plane() and name in workbench.experiment.input_names

    def has_plane() -> bool:
        return is_plane(workbench.experiment.source_kind.columns)

    def symbol(name: str) -> str:
        columns = workbench.experiment.source_kind.columns
        return symbol_of(name, columns if is_plane(columns) else PLANE)

    found = [Command("all_data", "Data", "All data …", acts.all_data, tip=ALL_TIP)]
    found += [
        Command(
            f"data_{kind.name}", f"Data/{kind.group}", kind.label, partial(acts.choose_dataset, kind.name),
            tip=kind.note, checked=partial(shows, kind.name),
        )
        for kind in DATASETS.values()
    ]  # fmt: skip
    found.append(
        Command("open_table", "Data", "Open a table …", acts.open_table, separator=True,
                tip="CSV, Excel, Parquet …: its rows take the place of the data")
    )  # fmt: skip
    found.append(
        Command("open_pictures", "Data", "Open pictures …", acts.open_pictures,
                tip="A folder with a folder of PNG or JPEG pictures for each class: they take the place of the data")
    )  # fmt: skip
    found += paint_commands(workbench)
    edits = CanvasCommands(workbench)
    for name, feature in FEATURES.items():
        found.append(
            Command(
                f"feature_{name}", "Data/Features", feature.symbol, partial(edits.toggle_feature, name),
                tip=feature.formula, checked=partial(uses, name), label=partial(symbol, name), enabled=has_plane,
            )
        )  # fmt: skip
    tip, has_columns = "Such as sin(3*x) + abs(y)", lambda: bool(workbench.experiment.source_kind.columns)
    found.append(
        Command(
            "add_formula", "Data/Features", "Add a formula…", acts.add_formula, tip=tip, enabled=has_columns,
            separator=True,
        )
    )  # fmt: skip
    return found


def paint_commands(workbench: Workbench) -> list[Command]:
    """Where painting begins."""
    painting = workbench.painting

    def no_canvas() -> str:
        return "" if painting.blank else why_no_canvas(workbench.experiment)

    return [
        Command(
            "paint", "Data", "Paint your own", painting.start, (), "brush", tip=PAINT_TIP, separator=True,
            checked=lambda: painting.on,
        ),
        Command("paint_values", "Data", "Paint values", partial(painting.start, True), tip=PAINT_VALUES_TIP),
        Command(
            "paint_over", "Data", "Paint over these points", painting.start_over, tip=PAINT_OVER_TIP,
            refusal=no_canvas,
        ),
    ]  # fmt: skip


THEMES = (
    ("system", "As the desktop"),
    ("light", "Light"),
    ("dark", "Dark"),
    ("contrast", "High contrast"),
)


def view_commands(workbench: Workbench, acts: WindowActs) -> list[Command]:
    """What is looked at, and the theme."""

    def is_on(name: str) -> bool:
        return bool(getattr(workbench.view, name))

    def switch(name: str) -> None:
        workbench.set_view(**{name: not is_on(name)})

    def is_theme(name: str) -> bool:
        return theme.current().wanted == name

    def locked() -> str:
        return LOCKED if wishes.locked else ""

    wishes = workbench.doctor.wishes
    found = [_output_switch(workbench, place, switch, is_on) for place in range(len(POINTS))]
    found += [
        Command(
            "draws",
            "View",
            drawing.ENTRY,
            partial(switch, "draws"),
            (DRAW_KEY,),
            "image",
            tip=drawing.TIP,
            checked=partial(is_on, "draws"),
            refusal=lambda: "" if workbench.dataset.image else drawing.NO_IMAGES,
        ),
        Command(
            "map_plane", "View", plane.CHOOSE, acts.choose_plane, (plane.CHOOSE_KEY,), tip=plane.CHOOSE_TIP,
            refusal=lambda: "" if can_be_cut(workbench.dataset) else plane.NOT_NEEDED,
        ),
        Command(
            "log_scale", "View", "Logarithmic curves", partial(switch, "log_scale"), ("L",),
            tip="Draw the loss curves over a logarithmic axis",
            checked=partial(is_on, "log_scale"),
        ),
        Command(
            "more_settings",
            "View",
            "More training settings",
            acts.toggle_more,
            ("Ctrl+,",),
            tip=MORE_TIP,
            checked=acts.shows_more,
            separator=True,
        ),
        Command(
            "forecast", "View", FORECAST_ENTRY, partial(switch, "forecast"), tip=FORECAST_TIP,
            checked=partial(is_on, "forecast"),
        ),
        Command("flip_card", "View", FLIP, acts.doctor_side.flip, ("Ctrl+Shift+D",), tip=DOCTOR_TIP.split("  (")[0]),
        Command(
            "doctor", "View", "Doctor", lambda: wishes.set_on(not wishes.on), tip=WATCH, checked=lambda: wishes.on,
            refusal=locked,
        ),
        Command("check_up", "View", ENTRY, acts.doctor_side.open_check_up, tip=ENTRY_TIP, refusal=locked),
    ]  # fmt: skip
    found += [
        Command(
            "zoom_in", "View", "Larger network", partial(acts.zoom, STEP), (Standard.ZoomIn, "Ctrl+="),
            tip="Ctrl and the wheel do the same, at the pointer", separator=True,
        ),
        Command("zoom_out", "View", "Smaller network", partial(acts.zoom, 1 / STEP), (Standard.ZoomOut,)),
        Command("zoom_fit", "View", "Fit the network", acts.zoom_to_fit, ("Ctrl+0",), "maximize"),
        Command(
            "legend", "View", "Legend of the network", partial(switch, "legend"), checked=partial(is_on, "legend"),
            tip="What colours, widths and squares mean; it shows where the canvas has an empty corner",
        ),
    ]  # fmt: skip
    for name, text in THEMES:
        run, checked = partial(acts.set_theme, name), partial(is_theme, name)
        found.append(Command(f"theme_{name}", "View/Theme", text, run, checked=checked))
    return found


def _output_switch(
    workbench: Workbench, place: int, switch: Callable[[str], None], is_on: Callable[[str], bool]
) -> Command:
    """A switch of the output, in the words of the present data."""
    name = POINTS[place].name

    def label() -> str:
        return switches_for(workbench.dataset)[place].entry

    def tip() -> str:
        return why_not(name, workbench.dataset) or switches_for(workbench.dataset)[place].tip

    return Command(
        name,
        "View",
        POINTS[place].entry,
        partial(switch, name),
        (POINTS[place].key,),
        label=label,
        explained=tip,
        enabled=lambda: not why_not(name, workbench.dataset),
        checked=partial(is_on, name),
    )
