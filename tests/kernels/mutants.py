"""Would the tests notice? `python -m tests.kernels.mutants [count] [--seed N] [--file NAME]`

Changes the kernels in one place at a time (a sign swapped, a term dropped, a number off by one, …), runs the tests
marked `interpreted` without the compiler on each of these mutants, and says which survived. A mutant that does not come
to an end counts as caught. Mutants that compute the same as the original are listed in EQUIVALENT with the reason.
"""

from __future__ import annotations

import argparse
import ast
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

os.environ |= {"NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1", "QT_QPA_PLATFORM": "offscreen"}
sys.dont_write_bytecode = True

import numba  # noqa: F401, E402 - loaded once, so that no mutant has to
import pytest  # noqa: E402

from tests.kernels.equivalents import EQUIVALENT  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
KERNELS = ROOT / "kernels"
LEFT_OUT = {
    "compiling/cache.py", "compiling/jit.py", "lanes/addressing.py", "lanes/lowering.py", "lanes/registers.py",
    "lanes/tracing.py", "plan/codes.py", "warming.py",
}  # fmt: skip
"""What does not compute, and `codes.py`, which callers and tests read too."""
TIME_LIMIT = 240.0  # seconds
TESTS = ["-m", "interpreted", "-x", "-q", "--no-header", "-p", "no:cacheprovider", "--timeout", "200",
         "tests/kernels/test_interpreted.py", "tests/kernels/test_interpreted_functions.py",
         "tests/kernels/test_interpreted_rules.py",
         "tests/kernels/test_twin.py"]  # fmt: skip

OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitXor: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Mod: ast.FloorDiv,
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
TWINS = {"min": "max", "max": "min", "larger": "smaller", "smaller": "larger", "least": "most", "most": "least"}


@dataclass(frozen=True)
class Mutant:
    """One change: the characters start … end of a file become `new`."""

    file: str
    line: int
    rule: str
    start: int
    end: int
    old: str
    new: str
    context: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it as long as its line stays as it is: file, the line, the change."""
        return self.file, self.context, f"{self.old} -> {self.new}"

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.rule}: {self.old}  ->  {self.new}"


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST | str]]:
    """(rule, replacement) of everything that can go wrong at a node."""
    match node:
        case ast.BinOp(left, operator, right):
            if type(operator) in OPERATORS:
                yield "swapped operator", ast.BinOp(left, OPERATORS[type(operator)](), right)
            if isinstance(operator, (ast.Add, ast.Sub)):
                yield "dropped term", left
            if isinstance(operator, (ast.Mult, ast.Div)):
                yield "dropped factor", left
        case ast.UnaryOp(ast.USub(), operand) if not isinstance(operand, ast.Constant):
            yield "dropped sign", operand
        case ast.Compare(left, [comparison], [right]) if type(comparison) in COMPARISONS:
            yield "moved limit", ast.Compare(left, [COMPARISONS[type(comparison)]()], [right])
        case ast.BoolOp(operator, values):
            yield "and for or", ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.Constant(bool(value)):
            yield "turned", ast.Constant(not value)
        case ast.Constant(int(value)):
            yield "off by one", ast.Constant(value + 1)
        case ast.Constant(float(value)):
            yield "another number", ast.Constant(value * 1.5 if value else 1.0)
        case ast.Call(ast.Name("where_less"), [a, b, x, y]):
            yield "arms exchanged", ast.Call(ast.Name("where_less"), [a, b, y, x], [])
        case ast.Call(ast.Name(name), arguments, keywords) if name in TWINS:
            yield "its opposite", ast.Call(ast.Name(TWINS[name]), arguments, keywords)
        case ast.Expr(ast.Call()):
            yield "left out", "pass"
        case ast.AugAssign(target, operator, value) if type(operator) in OPERATORS:
            yield "swapped operator", ast.AugAssign(target, OPERATORS[type(operator)](), value)


def worth_changing(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node inside functions; neither annotations, decorators, defaults nor asserts."""

    def inside(node: ast.AST) -> Iterator[ast.AST]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        yield node
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "args") and not isinstance(node, ast.Call):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not isinstance(child, (ast.Assert, ast.JoinedStr)):
                    yield from inside(child)

    for top in tree.body:
        if isinstance(top, (ast.FunctionDef, ast.ClassDef)):
            yield from inside(top)


def mutants_of(path: Path) -> list[Mutant]:
    """All mutants of a file that still can be read."""
    source = path.read_text("utf-8")
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line.encode()))
    raw = source.encode()
    found = []
    for node in worth_changing(ast.parse(source)):
        for rule, change in changes(node):
            assert isinstance(node, (ast.expr, ast.stmt))
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            start, end = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
            text = change if isinstance(change, str) else ast.unparse(ast.fix_missing_locations(change))
            new = text if isinstance(node, ast.stmt) else f"({text})"
            context = source.splitlines()[node.lineno - 1].strip()
            found.append(
                Mutant(
                    path.relative_to(KERNELS).as_posix(),
                    node.lineno,
                    rule,
                    start,
                    end,
                    raw[start:end].decode(),
                    new,
                    context,
                )
            )
    return found


def chosen(count: int, seed: int, only: str | None) -> list[Mutant]:
    """So many mutants, from every file in proportion to what can be changed there, at least three."""
    draw = random.Random(seed)
    files = {path.relative_to(KERNELS).as_posix(): path for path in sorted(KERNELS.rglob("*.py"))}
    pools = {
        name: mutants_of(path)
        for name, path in files.items()
        if name not in LEFT_OUT and path.name != "__init__.py" and only in (None, name)
    }
    total = sum(map(len, pools.values()))
    picked: list[Mutant] = []
    for pool in pools.values():
        share = max(3, round(count * len(pool) / total))
        picked += draw.sample(pool, min(share, len(pool)))
    return picked


class Stage:
    """A copy of what the tests need, in which one file after another is changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ignored = shutil.ignore_patterns("__pycache__", "*.png")
        for name in ("kernels", "tests/kernels", "tests/reference"):
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        for name in ("pyproject.toml", "tests/conftest.py"):
            shutil.copy(ROOT / name, folder / name)

    def verdict(self, mutant: Mutant | None) -> str:
        """caught, survived, or timed out; with None the tests of the kernels as they are must pass."""
        if mutant is None:
            return self.run()
        path = self.folder / "kernels" / mutant.file
        original = path.read_bytes()
        path.write_bytes(original[: mutant.start] + mutant.new.encode() + original[mutant.end :])
        try:
            return self.run()
        finally:
            path.write_bytes(original)

    def run(self) -> str:
        """The tests in a process that has the libraries already, and nothing of the project."""
        process = multiprocessing.get_context("fork").Process(target=run_tests, args=(self.folder,))
        process.start()
        process.join(TIME_LIMIT)
        if process.is_alive():
            process.kill()
            process.join()
            return "timed out"
        return "survived" if process.exitcode == 0 else "caught"


def run_tests(folder: Path) -> None:
    """In a child: forget the project as it is, and run the tests of the copy; the exit code is pytest's."""
    for name in [name for name in sys.modules if name.split(".")[0] in ("tests", "kernels", "reference")]:
        del sys.modules[name]
    os.chdir(folder)
    os.setpgrp()
    sys.path[:] = [str(folder), *(each for each in sys.path if Path(each or ".").resolve() != ROOT)]
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        os._exit(int(pytest.main(TESTS)))


def judge(mutants: list[Mutant], workers: int, say: Callable[[str], None]) -> dict[Mutant, str]:
    """The verdict on each mutant."""
    verdicts: dict[Mutant, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        stages: Queue[Stage] = Queue()
        for number in range(workers):
            stages.put(Stage(Path(folder) / str(number)))
        stage = stages.get()
        if stage.verdict(None) != "survived":
            raise SystemExit("the tests fail on the kernels as they are")
        stages.put(stage)

        def work(mutant: Mutant) -> None:
            stage = stages.get()
            try:
                verdicts[mutant] = stage.verdict(mutant)
            finally:
                stages.put(stage)
            say(f"{verdicts[mutant]:9}  {mutant}")

        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, mutants))
    return verdicts


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=80)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", help="mutants of this file only")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    mutants = chosen(given.count, given.seed, given.file)
    verdicts = judge(mutants, given.workers, lambda line: print(line, flush=True))
    survived = [mutant for mutant, verdict in verdicts.items() if verdict == "survived"]
    equal = [mutant for mutant in survived if mutant.key in EQUIVALENT]
    judged = len(mutants) - len(equal)
    caught = len(mutants) - len(survived)
    for mutant in equal:
        print(f"equivalent  {mutant}: {EQUIVALENT[mutant.key]}")
    share = 100 * caught / max(judged, 1)
    print(f"\n{len(mutants)} mutants, {len(equal)} equivalent; {caught} of {judged} caught: {share:.1f} %")
    for mutant in survived:
        if mutant.key not in EQUIVALENT:
            print(f"survived  {mutant}")


if __name__ == "__main__":
    main()
