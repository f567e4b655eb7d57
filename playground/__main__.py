"""The program's front door: which command is meant, and what its failures look like.

Owns the exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted. Imports next to nothing, so that `--help` and
`--version` answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from playground import __version__
from playground.commands import COMMANDS
from playground.commands.output import QUIET, prepare_streams, put, tell
from playground.errors import PlaygroundError, WrongUse
from playground.words.errors import told

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""NumPy's BLAS gets one thread: more of them wait for each other by spinning, and take the core of the thread that
trains (the references of 250 points beside a training run on two cores: 0.1 s with one, 1 s with two)."""
DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code and raises nothing."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")  # read when NumPy is loaded, which is later
    prepare_streams()
    talk = QUIET.set(False)
    try:
        return _dispatch(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        tell("Interrupted.")
        return INTERRUPTED
    except SystemExit as stop:  # argparse, after --help
        return stop.code if isinstance(stop.code, int) else DONE
    except PlaygroundError as error:
        tell(f"playground: {told(error)}")
        return WRONG_USE if isinstance(error, WrongUse) else FAILED
    except Exception as error:
        return _after_bug(error)
    finally:
        QUIET.reset(talk)


def _dispatch(arguments: list[str]) -> int:
    first = arguments[0] if arguments else None
    if first in ("-h", "--help", "help"):
        from playground.commands.parser import overview

        put(overview().rstrip("\n"))
        return DONE
    if first in ("-V", "--version"):
        return _print_version(arguments[1:])
    if first in COMMANDS:
        return _run(first, arguments[1:])
    if first is not None and not _may_be_source(first) and first.partition("=")[0] not in ("--set", "--quiet"):
        raise WrongUse(_unknown(first))
    return _run("open", arguments)


def _print_version(arguments: list[str]) -> int:
    if arguments in ([], ["--quiet"]):
        put(f"Neural Playground {__version__}")
    elif arguments in (["--verbose"], ["-v"]):
        from playground.commands.versions import print_versions

        print_versions()
    else:
        raise WrongUse("--version takes --verbose and nothing else; got {given}", given=" ".join(arguments))
    return DONE


def _run(command: str, arguments: list[str]) -> int:
    from playground.commands.parser import Parser

    module = import_module(f"playground.commands.{COMMANDS[command][0]}")
    parser = Parser(command, description=module.DESCRIPTION)
    module.add_arguments(parser)
    parser.add_argument("--quiet", action="store_true", help="say nothing but results and why something failed")
    found = parser.read(_joined(arguments))
    QUIET.set(found.quiet)
    code: int = module.run(found)
    return code


def _joined(arguments: list[str]) -> list[str]:
    """`--at -1,2` as one argument: argparse would take the point for an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] == "--at":
            joined[-1] = f"--at={argument}"
        else:
            joined.append(argument)
    return joined


def _may_be_source(argument: str) -> bool:
    return argument == "-" or (
        not argument.startswith("-") and (any(sign in argument for sign in ".:/\\") or os.path.exists(argument))
    )


def _unknown(first: str) -> str:
    from playground.commands.parser import suggestion

    what = "option" if first.startswith("-") else "command or file"
    hint = suggestion(first, [*COMMANDS, "--help", "--version"])
    return f"There is no {what} {first!r}{hint or '.'}\nTry: playground --help"


def _after_bug(error: Exception) -> int:
    if os.environ.get("PLAYGROUND_TRACEBACK"):
        raise error
    tell(
        f"playground: something went wrong inside the program ({type(error).__name__}: {error}). "
        "Please report it; with the environment variable PLAYGROUND_TRACEBACK=1 it says where."
    )
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
