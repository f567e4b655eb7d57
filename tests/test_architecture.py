"""The arrows of docs/architecture.md, one sentence a test, read from the source with `ast`."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.cases import cases

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("kernels", "playground")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
KNOWN = frozenset(SOURCES)
FOLDERS = sorted({path.parent for path in SOURCES})
TOOLKITS = {"PySide6", "pyqtgraph"}
LONGEST_FILE = 400
MOST_FILES = 25
DRAWERS = {"utils", "util", "helpers", "helper", "misc", "common", "base", "manager"}

MAY_USE = {
    # the kernels, from the bottom up
    "kernels.lanes": "",
    "kernels.compiling": "kernels.lanes",
    "kernels.plan": "kernels.compiling kernels.lanes",
    "kernels.losses": "kernels.lanes kernels.plan",
    "kernels.layers": "kernels.lanes kernels.losses kernels.plan",
    "kernels.learning": "kernels.compiling kernels.lanes kernels.layers kernels.losses kernels.plan",
    "kernels": "kernels.compiling kernels.lanes kernels.learning kernels.plan",
    # the domain
    "playground.data.recipes": "leaves",
    "playground.data": "leaves data.recipes",
    "playground.experiment": "leaves data",
    "playground.engine": "leaves data experiment kernels kernels.compiling kernels.plan",
    "playground.past": "leaves data experiment engine",
    "playground.run": "leaves data experiment engine past",
    "playground.driving": "leaves experiment past run",
    "playground.anatomy.operations": "",
    "playground.anatomy.layers": "experiment engine anatomy.operations",
    "playground.anatomy": "leaves experiment engine run anatomy.layers anatomy.operations",
    "playground.population": "leaves data experiment engine run",
    "playground.exchange": "leaves data experiment engine past run driving",
    "playground.mathematics": "leaves",
    "playground.mathematics.content": "leaves experiment engine run mathematics",
    "playground.causes": "leaves data experiment engine run",
    "playground.reference": "data",
    "playground.diagnosis.signals": "leaves data experiment engine run causes reference",
    "playground.diagnosis.rules.data": "experiment run diagnosis.signals",
    "playground.diagnosis.rules.fit": "experiment run diagnosis.signals",
    "playground.diagnosis.rules.steps": "experiment run diagnosis.signals",
    "playground.diagnosis.rules": "diagnosis.signals diagnosis.rules.data diagnosis.rules.fit diagnosis.rules.steps",
    "playground.diagnosis": "leaves data experiment run reference diagnosis.signals diagnosis.rules diagnosis.cures",
    "playground.diagnosis.check_up": "leaves data experiment run causes population diagnosis diagnosis.signals "
    "diagnosis.rules",
    "playground.diagnosis.cures.remedies": "leaves data experiment diagnosis.signals",
    "playground.diagnosis.cures": "leaves data experiment run population diagnosis.signals diagnosis.cures.remedies",
    "playground.figures": "leaves data data.recipes experiment engine run reference population",
    "playground.diagram": "leaves data experiment engine run",
    "playground.words": "leaves data experiment past run causes diagram diagnosis.signals diagnosis.cures "
    "diagnosis.check_up",
    "playground.words.inside": "leaves experiment engine anatomy anatomy.operations words mathematics "
    "mathematics.content",
    "playground.worked": "leaves experiment anatomy anatomy.operations words words.inside mathematics "
    "mathematics.content",
    "playground.worked.program": "leaves experiment anatomy anatomy.layers",
    "playground.edits": "leaves data experiment past run diagram words",
    "playground.tables": "leaves data experiment run exchange edits",
    "playground.glossary": "leaves",
    "playground.settings": "",
    "playground.start": "leaves",
    "playground.commands": "leaves data experiment engine run driving causes population exchange edits tables words "
    "glossary diagnosis diagnosis.rules diagnosis.signals diagnosis.check_up diagnosis.cures "
    "mathematics mathematics.content anatomy worked worked.program start views.window",
    # the window: parts know the holder and what all parts are made of, never each other
    "playground.views.theme": "leaves",
    "playground.views.guards": "leaves views.theme",
    "playground.views.controls": "leaves words views.theme views.guards",
    "playground.views.marks": "leaves data figures views.theme",
    "playground.views.workbench.run": "leaves data experiment engine run driving words edits",
    "playground.views.workbench.doctor": "leaves data experiment run causes reference diagnosis diagnosis.signals "
    "diagnosis.cures diagnosis.check_up diagram words edits settings views.workbench.run",
    "playground.views.workbench": "leaves data experiment engine past run reference population diagnosis.signals "
    "diagram anatomy anatomy.operations exchange words words.inside edits tables settings views.workbench.run "
    "views.workbench.doctor",
    "playground.views.canvas": "domain parts-use views.canvas.items",
    "playground.views.canvas.items": "domain views.theme views.guards",
    "playground.views.data": "domain settings parts-use",
    "playground.views.doctor": "domain parts-use",
    "playground.views.inside": "domain exchange worked worked.program parts-use",
    "playground.views.output": "domain parts-use",
    "playground.views.tables": "domain parts-use",
    "playground.views.formulas": "domain parts-use",
    "playground.views.parameters": "domain exchange parts-use",
    "playground.views.plots": "domain parts-use",
    "playground.views.plots.races": "domain parts-use views.plots views.workbench.run",
    "playground.views.training": "domain parts-use",
    "playground.views.timeline": "domain parts-use views.workbench.doctor",
    "playground.views.transport": "domain settings parts-use",
    "playground.views.window": "domain exchange worked worked.program settings parts-use parts views.plots.races "
    "views.workbench.run",
}
"""Which folders a folder may import. Short names are folders of `playground`; the groups are below."""

PARTS = (
    "views.canvas views.data views.doctor views.formulas views.inside views.output views.parameters views.plots "
    "views.tables views.timeline "
    "views.training "
    "views.transport"
)
GROUPS = {
    "leaves": "bounded chance errors letters meant numbers resources scalars",
    "domain": "leaves data data.recipes experiment past run driving anatomy anatomy.operations causes reference "
    "population diagnosis diagnosis.signals diagnosis.cures diagnosis.check_up diagram figures words words.inside "
    "edits glossary tables mathematics mathematics.content",
    "parts": PARTS,
    "parts-use": "views.workbench views.controls views.theme views.marks views.guards",
}


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def is_view(path: Path) -> bool:
    return "views" in path.relative_to(ROOT).parts


@cache
def dotted(path: Path) -> str:
    """The module's or the folder's name."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in a file, walked through once."""
    return tuple(ast.walk(tree(path)))


@cache
def imports(path: Path) -> set[str]:
    """Every module a file imports, late ones and those for type checkers too, as dotted names."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


@cache
def file_of(name: str) -> Path | None:
    """Our own file of a module's name, a folder's `__init__` among them."""
    place = ROOT.joinpath(*name.split("."))
    return next((each for each in (place.with_suffix(".py"), place / "__init__.py") if each in KNOWN), None)


@cache
def imported_files(path: Path) -> tuple[Path, ...]:
    """The files of our own that a file imports; a folder's `__init__` only where nothing deeper is meant."""
    found = imports(path)
    ours = {name: file for name in found if (file := file_of(name)) is not None}
    return tuple(
        file
        for name, file in ours.items()
        if file.stem != "__init__" or not any(other.startswith(f"{name}.") for other in found)
    )


@cache
def room(path: Path) -> str:
    """A file's folder; a file that lies directly in `playground` is a room of its own."""
    return dotted(path) if path.parent == ROOT / "playground" else dotted(path.parent)


def spelled_out(allowed: str) -> set[str]:
    """The rooms that a line of MAY_USE names, groups included."""
    found: set[str] = set()
    for name in allowed.split():
        if name in GROUPS:
            found |= spelled_out(GROUPS[name])
        else:
            found.add(name if name.startswith("kernels") else f"playground.{name}")
    return found


# -- arrows between folders --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "folder", [pytest.param(folder, id=f"{folder} may use {MAY_USE[folder] or 'nothing'}") for folder in MAY_USE]
)
def test_arrow(folder: str) -> None:
    allowed = spelled_out(MAY_USE[folder]) | {folder, "playground"}
    wrong = [
        f"{dotted(path)} imports {dotted(target)}"
        for path in SOURCES
        if room(path) == folder
        for target in imported_files(path)
        if room(target) not in allowed
    ]
    assert wrong == []


def test_every_folder_has_its_arrows() -> None:
    without = {room(path) for path in SOURCES if path.parent != ROOT / "playground"} - set(MAY_USE)
    assert without <= {"playground.views"}, "playground.views itself holds no code"


def test_what_lies_directly_in_the_package_is_a_leaf_or_the_door() -> None:
    leaves = spelled_out("leaves")
    alone = [path for path in SOURCES if path.parent == ROOT / "playground"]
    assert {dotted(path) for path in alone} == leaves | {"playground", "playground.__main__"}
    for path in alone:
        if dotted(path) in leaves:
            assert {room(target) for target in imported_files(path)} <= leaves


def test_parts_of_the_window_do_not_know_each_other() -> None:
    parts = spelled_out("parts")
    for part in parts:
        assert not (spelled_out(MAY_USE[part]) & parts)


def test_folders_form_no_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path in SOURCES:
        if dotted(path) != "playground":
            graph.setdefault(room(path), set()).update(
                room(target) for target in imported_files(path) if room(target) not in (room(path), "playground")
            )
    assert circle(graph) is None


def test_files_form_no_circle() -> None:
    graph = {dotted(path): {dotted(target) for target in imported_files(path)} for path in SOURCES}
    assert circle(graph) is None


def circle(graph: dict[str, set[str]]) -> list[str] | None:
    """The names along a circle, or None."""
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return None


def test_a_circle_would_be_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) is None
    assert circle({"a": {"b"}, "b": {"a"}}) is not None


@cache
def borrowed(path: Path) -> set[str]:
    """The names that a file has from elsewhere; the kernels' names are the engine's to hand on: nobody else may import
    them."""
    found = [node for node in nodes(path) if isinstance(node, (ast.Import, ast.ImportFrom))]
    if room(path) == "playground.engine":
        found = [node for node in found if not (isinstance(node, ast.ImportFrom) and _is_of_kernels(node))]
    return {alias.asname or alias.name for node in found for alias in node.names}


def _is_of_kernels(node: ast.ImportFrom) -> bool:
    return (node.module or "").startswith("kernels.")


def test_a_name_has_one_home() -> None:
    """No file hands on what it imported itself; only a folder's `__init__` may, as the folder's door."""
    wrong = [
        f"{dotted(path)} takes {alias.name} from {node.module}, which has it from elsewhere"
        for path in SOURCES
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module
        if (source := file_of(node.module)) is not None and source.stem != "__init__"
        for alias in node.names
        if alias.name in borrowed(source)
    ]
    assert wrong == []


# -- what a folder and a file look like --------------------------------------------------------------------------------


@cases("folder", FOLDERS)
def test_a_folder_says_what_it_owns_and_must_not_know(folder: Path) -> None:
    said = ast.get_docstring(tree(folder / "__init__.py")) or ""
    assert re.search(r"\bOwns\b", said), "the folder's docstring says what it owns"
    assert "must not know" in said, "the folder's docstring says what it must not know"


def test_no_folder_is_crowded() -> None:
    crowded = {
        dotted(folder): count
        for folder in [*FOLDERS, *{path.parent for path in (ROOT / "tests").rglob("*.py")}]
        if (count := len(list(folder.glob("*.py")))) > MOST_FILES
    }
    assert crowded == {}


def test_a_file_is_short_has_a_subject_and_says_what_it_owns() -> None:
    for path in SOURCES:
        assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE, path
        assert path.stem not in DRAWERS, path
        assert ast.get_docstring(tree(path)), f"{path} does not open with a sentence that says what it owns"


def cut_classes(sources: Iterable[Iterable[ast.AST]]) -> set[str]:
    """Classes that one other class completes and nobody makes by themselves: the two are one class, cut in two."""
    completed_by: dict[str, set[str]] = {}
    made: set[str] = set()
    own: set[str] = set()
    for node in itertools.chain.from_iterable(sources):
        if isinstance(node, ast.ClassDef):
            own.add(node.name)
            for base in node.bases:
                completed_by.setdefault(ast.unparse(base), set()).add(node.name)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            made.add(node.func.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            made.add(node.func.attr)
    return {name for name, by in completed_by.items() if name in own and len(by) == 1 and name not in made}


def test_no_class_is_cut_in_two_by_inheritance() -> None:
    assert cut_classes(map(nodes, SOURCES)) == set()


@pytest.mark.parametrize(
    ("source", "cut"),
    [
        ("class Lower: ...\nclass Whole(Lower): ...", {"Lower"}),
        ("class Frame: ...\nclass One(Frame): ...\nclass Other(Frame): ...", set()),
        ("class Plain: ...\nclass Special(Plain): ...\nPlain()", set()),
        ("class Ours(TheirWidget): ...", set()),
    ],
)
def test_a_cut_class_would_be_found(source: str, cut: set[str]) -> None:
    assert cut_classes([ast.walk(ast.parse(source))]) == cut


def test_tests_lie_where_their_subject_lies() -> None:
    for package in PACKAGES:
        for folder in {path.parent for path in (ROOT / "tests" / package).rglob("test_*.py")}:
            assert (ROOT / folder.relative_to(ROOT / "tests")).is_dir(), folder


# -- libraries and habits ----------------------------------------------------------------------------------------------


def test_only_views_and_the_start_import_qt_and_pyqtgraph() -> None:
    guilty = [path for path in SOURCES if tops(path) & TOOLKITS and not is_view(path)]
    assert names(guilty) == ["playground/start/startup.py"]


CALLED = {dotted(path) for path in SOURCES if path.is_relative_to(ROOT / "kernels")} - {"kernels.plan.codes"}


def test_only_the_engine_imports_kernels_and_one_of_its_files_calls_them() -> None:
    """The others read the table that callers and kernels agree on."""
    users = [path for path in SOURCES if path.is_relative_to(ROOT / "playground") and "kernels" in tops(path)]
    assert {room(path) for path in users} == {"playground.engine"}
    callers = [path for path in users if {dotted(each) for each in imported_files(path)} & CALLED]
    assert names(callers) == ["playground/engine/engine.py"]


def test_numba_is_named_in_kernels_only() -> None:
    guilty = [path for path in SOURCES if "numba" in tops(path) and not path.is_relative_to(ROOT / "kernels")]
    assert names(guilty) == []


SEEDED = {"Generator", "PCG64", "Philox", "SeedSequence", "BitGenerator"}
"""What of `numpy.random` draws from nothing but the seed it was given."""


def in_numpy_s_random(value: ast.expr) -> bool:
    """Whether something ends in `.random`; what it is called in full is spelled out of those few alone."""
    return isinstance(value, ast.Attribute) and value.attr == "random"


def unseeded(source: Iterable[ast.AST]) -> list[str]:
    """Calls that draw from a generator of the whole process, or from one without a seed; imports of `random`."""
    found = []
    for node in source:
        if isinstance(node, ast.Import):
            found += [f"import {alias.name}" for alias in node.names if alias.name in ("random", "numpy.random")]
        if isinstance(node, ast.ImportFrom) and node.module in ("random", "numpy.random"):
            found += [alias.name for alias in node.names if node.module == "random" or alias.name not in SEEDED]
        if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Name, ast.Attribute)):
            continue
        if isinstance(node.func, ast.Attribute) and not in_numpy_s_random(node.func.value):
            continue
        if isinstance(node.func, ast.Name) and node.func.id not in SEEDED:
            continue
        called = re.fullmatch(r"(np\.random\.|numpy\.random\.)?(\w+)", ast.unparse(node.func))
        if called is None or not (called[1] or called[2] in SEEDED):
            continue
        if called[2] not in SEEDED or not (node.args or node.keywords):
            found.append(ast.unparse(node))
    return found


def test_chance_comes_from_seeds_only() -> None:
    assert {dotted(path): found for path in SOURCES if (found := unseeded(nodes(path)))} == {}


@cases(
    "line",
    [
        "np.random.normal()",
        "np.random.seed(3)",
        "np.random.default_rng()",
        "numpy.random.default_rng(5)",
        "Generator()",
        "import random",
        "from random import choice",
        "from numpy.random import default_rng",
    ],
)
def test_unseeded_chance_would_be_found(line: str) -> None:
    assert unseeded(ast.walk(ast.parse(line)))


def test_nothing_can_run_code_from_a_file() -> None:
    forbidden = {"pickle", "marshal", "shelve", "yaml", "joblib"}
    guilty = [path for path in SOURCES if tops(path) & forbidden]
    calls = [
        path
        for path in SOURCES
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec"}
    ]
    assert names(guilty + calls) == []


def test_kernels_neither_raise_nor_use_fastmath_or_parallel() -> None:
    compiled = [path for path in SOURCES if path.is_relative_to(ROOT / "kernels")]
    for path in compiled:
        keywords = {node.arg for node in nodes(path) if isinstance(node, ast.keyword)}
        assert not keywords & {"fastmath", "parallel"}, path
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef) and any(
                "entry" in ast.unparse(each) or "inline" in ast.unparse(each) for each in node.decorator_list
            ):
                assert not any(isinstance(each, (ast.Raise, ast.Assert)) for each in ast.walk(node)), (
                    f"{path}: {node.name}"
                )


# -- the architecture page ---------------------------------------------------------------------------------------------

PAGE = ROOT / "docs" / "architecture.md"


def to_add() -> list[tuple[str, list[str]]]:
    """The rows of the page's table "To add …": what, and the files it names."""
    table = PAGE.read_text("utf-8").split("## To add …")[1].split("\n## ")[0]
    rows = [line.strip("| ").split("|") for line in table.splitlines() if line.startswith("|")][2:]
    return [(row[0].strip(), re.findall(r"`([\w/]+(?:\.py|\.json|/))`", row[1])) for row in rows]


@cases(("what", "files"), to_add())
def test_the_page_names_files_that_exist(what: str, files: list[str]) -> None:
    assert files, f"the row {what!r} names its files"
    missing = [file for file in files if not (ROOT / file).exists() and not (ROOT / "playground" / file).exists()]
    assert missing == []


def test_the_page_lists_every_folder() -> None:
    page = PAGE.read_text("utf-8")
    assert [dotted(folder) for folder in FOLDERS if f"`{folder.relative_to(ROOT).as_posix()}/`" not in page] == []


# -- what an import loads ----------------------------------------------------------------------------------------------


def loaded_by(code: str) -> set[str]:
    """The top-level modules in a fresh interpreter after running `code`."""
    script = f"import sys\n{code}\nprint(' '.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_neither_qt_nor_numba_nor_numpy() -> None:
    assert not loaded_by("import playground") & {"PySide6", "numba", "numpy", "msgspec"}


def test_importing_the_whole_domain_loads_neither_qt_nor_numba() -> None:
    domain = [path for path in SOURCES if path.is_relative_to(ROOT / "playground") and not is_view(path)]
    wanted = [dotted(path) for path in domain if path.stem != "__main__"]
    assert not loaded_by("\n".join(f"import {name}" for name in wanted)) & {"PySide6", "pyqtgraph", "numba"}


def test_the_table_of_the_contract_costs_nothing() -> None:
    assert not loaded_by("import kernels.plan.codes") & {"numba", "numpy"}
