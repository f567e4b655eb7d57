"""The arrows of docs/architecture.md, one sentence a test, read from the source with `ast`."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("kernels", "playground")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TOOLKITS = {"PySide6", "pyqtgraph"}
LONGEST_FILE = 300
DRAWERS = {"utils", "util", "helpers", "helper", "misc", "common", "base", "manager"}


def imports(path: Path) -> set[str]:
    """Every module a file imports, late imports too, as dotted names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def is_view(path: Path) -> bool:
    return "views" in path.parts


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_only_views_import_qt_and_pyqtgraph() -> None:
    guilty = [path for path in SOURCES if tops(path) & TOOLKITS and not is_view(path) and path.name != "startup.py"]
    assert names(guilty) == []


def test_kernels_import_nothing_of_the_playground() -> None:
    assert (
        names([path for path in SOURCES if path.is_relative_to(ROOT / "kernels") and "playground" in tops(path)]) == []
    )


def test_only_the_engine_imports_kernels() -> None:
    guilty = [path for path in SOURCES if path.is_relative_to(ROOT / "playground") and "kernels" in tops(path)]
    assert names(guilty) == ["playground/engine.py"]


def test_the_domain_does_not_import_views() -> None:
    allowed = {"__main__.py"}
    guilty = [
        path
        for path in SOURCES
        if not is_view(path)
        and path.name not in allowed
        and "commands" not in path.parts
        and any(name.startswith("playground.views") for name in imports(path))
    ]
    assert names(guilty) == []


def test_numba_is_named_in_kernels_only() -> None:
    guilty = [path for path in SOURCES if "numba" in tops(path) and not path.is_relative_to(ROOT / "kernels")]
    assert names(guilty) == []


def test_no_module_touches_a_global_random_generator() -> None:
    guilty = [path for path in SOURCES if "np.random.seed" in path.read_text("utf-8") or "random" in imports(path)]
    assert names(guilty) == []


def test_nothing_can_run_code_from_a_file() -> None:
    forbidden = {"pickle", "marshal", "shelve", "yaml", "joblib"}
    guilty = [path for path in SOURCES if tops(path) & forbidden]
    calls = [
        path
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec"}
    ]
    assert names(guilty + calls) == []


def test_kernels_neither_raise_nor_use_fastmath_or_parallel() -> None:
    compiled = [path for path in SOURCES if path.is_relative_to(ROOT / "kernels")]
    for path in compiled:
        tree = ast.parse(path.read_text("utf-8"))
        keywords = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
        assert not keywords & {"fastmath", "parallel"}, path
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any(
                "entry" in ast.unparse(each) or "inline" in ast.unparse(each) for each in node.decorator_list
            ):
                assert not any(isinstance(each, (ast.Raise, ast.Assert)) for each in ast.walk(node)), (
                    f"{path}: {node.name}"
                )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_has_a_subject_and_says_what_it_owns(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    assert path.stem not in DRAWERS
    assert ast.get_docstring(ast.parse(text)), "the file opens with a sentence that says what it owns"


def loaded_by(code: str) -> set[str]:
    """The top-level modules in a fresh interpreter after running `code`."""
    script = f"import sys\n{code}\nprint(' '.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_neither_qt_nor_numba_nor_numpy() -> None:
    assert not loaded_by("import playground") & {"PySide6", "numba", "numpy", "msgspec"}


def test_importing_the_whole_domain_loads_neither_qt_nor_numba() -> None:
    domain = [path for path in SOURCES if path.is_relative_to(ROOT / "playground") and not is_view(path)]
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in domain]
    wanted = [name for name in modules if not name.endswith("__main__")]
    assert not loaded_by("\n".join(f"import {name}" for name in wanted)) & {"PySide6", "pyqtgraph", "numba"}
