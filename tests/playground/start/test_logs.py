"""What went wrong is written down where the help says, and a folder that cannot be made stops nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.start.logs import begin, folder


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, afterwards as it was."""
    logger = logging.getLogger()
    before = list(logger.handlers)
    yield logger
    for handler in set(logger.handlers) - set(before):
        logger.removeHandler(handler)
        handler.close()


def test_warnings_are_written_into_the_folder(tmp_path: Path, root: logging.Logger) -> None:
    begin(tmp_path / "logs")
    assert not list((tmp_path / "logs").iterdir()), "nothing is written before there is something to write"
    logging.getLogger("playground").warning("a weight of %s", 3)
    logging.getLogger("playground").info("not worth a line")
    lines = (tmp_path / "logs" / "playground.log").read_text("utf-8").splitlines()
    assert len(lines) == 1
    assert lines[0].endswith("WARNING a weight of 3")


def test_without_a_folder_there_is_no_file(
    tmp_path: Path, root: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("")
    begin(tmp_path / "taken")
    assert "there is no log file" in caplog.text


def test_the_folder_is_the_users_own() -> None:
    assert "neural-playground" in str(folder())
