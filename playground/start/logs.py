"""Where the program writes down what went wrong: the folder of logs, and the file in it.

Owns the folder's place and the file's size; knows nothing of what is written.
"""

from __future__ import annotations

from pathlib import Path

import platformdirs

LARGEST = 1_000_000
"""Bytes of the file; one older file of that size is kept beside it."""
FORM = "%(asctime)s %(levelname)s %(message)s"


def folder() -> Path:
    """The user's folder of logs; it is made when there is something to write."""
    return Path(platformdirs.user_log_dir("neural-playground", appauthor=False))


def begin(place: Path | None = None) -> None:
    """Warnings and errors go to standard error and to the log; without a place to write, to standard error alone."""
    import logging
    from logging.handlers import RotatingFileHandler

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        target = folder() if place is None else place
        target.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(
            target / "playground.log", maxBytes=LARGEST, backupCount=1, encoding="utf-8", delay=True
        )
    except OSError as error:
        logging.getLogger("playground").warning("there is no log file: %s", error)
        return
    file.setLevel(logging.WARNING)
    file.setFormatter(logging.Formatter(FORM))
    logging.getLogger().addHandler(file)
