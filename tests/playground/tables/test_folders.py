"""A folder of pictures as a table: its classes, what is left out, what is refused; through Qt to a trained network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from playground.__main__ import main
from playground.errors import FileRefused
from playground.tables import folders
from playground.tables.choosing import Choice, planned
from playground.tables.folders import read_folder
from playground.tables.kinds import is_table
from playground.views.workbench.decoding import grey_square


def draw(path: Path, dark: QRect, size: tuple[int, int] = (32, 32), paper: str = "white") -> None:
    """A picture with a dark rectangle on paper."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = QImage(*size, QImage.Format.Format_ARGB32)
    image.fill(QColor(paper))
    with QPainter(image) as painter:
        painter.fillRect(dark, QColor("black"))
    assert image.save(str(path))


@pytest.fixture
def bars(tmp_path: Path) -> Path:
    """Lying and upright bars, ten of each, as PNG and as JPEG."""
    for at in range(10):
        ending = ("png", "jpg")[at % 2]
        draw(tmp_path / "bars" / "lying" / f"{at}.{ending}", QRect(4, 6 + 2 * at, 24, 4))
        draw(tmp_path / "bars" / "Upright" / f"{at}.{ending}", QRect(6 + 2 * at, 4, 4, 24))
    return tmp_path / "bars"


def test_folders_are_classes_and_pictures_are_rows(bars: Path) -> None:
    table = read_folder(bars, grey_square)
    assert is_table(bars)
    assert (table.name, table.rows, len(table.columns)) == ("bars", 20, 257)
    found = planned(table, Choice("class"))
    assert (found.image_side, found.classes, found.class_counts) == (16, ("lying", "Upright"), (10, 10))
    assert (found.paper, found.ink) == (255.0, 0.0)
    first = np.array([each.values(found.rows)[0] for each in found.inputs]).reshape(16, 16)
    assert first[4, 3:13].max() < 30
    assert first[:2].min() > 200
    assert table.first[0][:2] == ("255", "255")


def test_what_is_no_picture_is_left_out_and_said(bars: Path) -> None:
    (bars / "lying" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and nothing more")
    (bars / "lying" / "notes.txt").write_text("no picture")
    (bars / "empty").mkdir()
    (bars / ".hidden").mkdir()
    table = read_folder(bars, grey_square, 8)
    assert (table.rows, len(table.columns)) == (20, 65)
    assert [str(each) for each in table.remarks] == [
        "Left out, because they cannot be read as pictures: 1 (lying/broken.png)."
    ]


def blank(data: bytes, side: int) -> NDArray[np.uint8] | None:
    return np.zeros((side, side), np.uint8) if data else None


def test_folders_that_can_be_no_classes_are_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        FileRefused, match=r"a folder of pictures .PNG, JPG.* for each class, 2 to 10 of them; there are 0"
    ):
        read_folder(tmp_path, blank)
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.png").write_bytes(b"")
    with pytest.raises(FileRefused, match="that can be read in 0 folder only"):
        read_folder(tmp_path, blank)
    with pytest.raises(FileRefused, match="cannot be read"):
        read_folder(tmp_path / "none", blank)
    with pytest.raises(FileRefused, match="not read to its end"):
        read_folder(tmp_path, blank, cancelled=lambda: True)
    monkeypatch.setattr(folders, "MOST_PICTURES", 1)
    with pytest.raises(FileRefused, match="holds 2 pictures; 1 at most"):
        read_folder(tmp_path, blank)


def test_the_command_line_trains_on_a_folder(bars: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(bars), "--image", "8x8", "--epochs", "300", "--json"]) == 0
    shown = capsys.readouterr()
    assert "Rows are pictures of 8 × 8 pixels: 255 is paper, 0 is ink." in shown.err
    report = json.loads(shown.out)
    source = report["experiment"]["data"]["source"]
    assert (source["image_side"], source["samples"], source["classes"]) == (8, 20, ["lying", "Upright"])
    assert report["train"]["accuracy"] == 1.0
    assert main(["train", str(bars), "--target", "no"]) == 2
    assert "no column no" in capsys.readouterr().err


def test_a_model_answers_the_pictures_of_a_folder(bars: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever folders they lie in, and white on black too where the model's own pictures are none of files."""
    model, asked = str(bars.parent / "bars.nnp"), bars.parent / "asked"
    assert main(["train", str(bars), "--image", "8x8", "--epochs", "300", "--out", model]) == 0
    draw(asked / "b.png", QRect(4, 13, 24, 4))
    draw(asked / "deeper" / "a.png", QRect(13, 4, 4, 24))
    (asked / "broken.jpg").write_bytes(b"nothing")
    capsys.readouterr()
    assert main(["predict", model, "--data", str(asked), "--json"]) == 0
    shown = capsys.readouterr()
    assert "Left out, because they cannot be read as pictures: 1 (broken.jpg)." in shown.err
    found = json.loads(shown.out)["points"]
    assert [(each["image"], each["file"], each["name"]) for each in found] == [
        (1, "b.png", "lying"), (2, str(Path("deeper") / "a.png"), "Upright")
    ]  # fmt: skip
    assert main(["predict", model, "--data", str(asked)]) == 0
    assert "b.png" in capsys.readouterr().out


def test_of_pictures_for_a_model_of_other_images_the_frames_tell_paper_and_ink(
    bars: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", "dataset:digits", "--data", str(bars)]) == 0
    shown = capsys.readouterr()
    assert "255 is paper, 0 is ink" in shown.err
    assert len(shown.out.splitlines()) == 21


def test_a_folder_without_pictures_and_a_model_that_reads_none_are_told(
    bars: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (bars / "none").mkdir()
    assert main(["predict", "dataset:digits", "--data", str(bars / "none")]) == 1
    assert "has no pictures that can be read (PNG," in capsys.readouterr().err
    assert main(["predict", "dataset:circles", "--data", str(bars)]) == 2
    assert "is a folder, and this model reads no pictures" in capsys.readouterr().err
    monkeypatch.setattr(folders, "MOST_PICTURES", 3)
    assert main(["predict", "dataset:digits", "--data", str(bars)]) == 1
    assert "holds 20 pictures; 3 at most" in capsys.readouterr().err


# -- decoding ----------------------------------------------------------------------------------------------------------


def bytes_of(tmp_path: Path, *drawn: object) -> bytes:
    draw(tmp_path / "one.png", *drawn)  # type: ignore[arg-type]
    return (tmp_path / "one.png").read_bytes()


def test_a_picture_keeps_its_form(tmp_path: Path) -> None:
    """A wide one lies in the middle of the square, and what is above and below has the colour of its ground."""
    data = bytes_of(tmp_path, QRect(0, 4, 64, 8), (64, 16), "#808080")
    found = grey_square(data, 16)
    assert found is not None
    assert found.shape == (16, 16)
    assert abs(int(found[0, 8]) - 128) <= 2
    assert found[7:9].max() < 20
    assert abs(int(found[15, 0]) - 128) <= 2


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    found = grey_square(bytes_of(tmp_path, QRect(0, 0, 8, 16), (16, 16), "transparent"), 8)
    assert found is not None
    assert (found[:, 0].max(), found[:, 7].min()) == (0, 255)


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
def test_bytes_that_are_no_picture_are_none(data: bytes) -> None:
    assert grey_square(data, 8) is None
