"""`playground exercise`: one step as a page, as a PDF, and as a program that runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from playground.__main__ import main

ASK = ["exercise", "dataset:circles", "--set", "training.batch_size=2", "--epochs", "1"]


def test_the_sheet_has_blanks_or_answers(tmp_path: Path) -> None:
    blank, answered = tmp_path / "a.html", tmp_path / "b.html"
    assert main([*ASK, "--out", str(blank)]) == 0
    assert main([*ASK, "--out", str(answered), "--answers", "--sample", "2"]) == 0
    assert "____" in blank.read_text("utf-8")
    assert "____" not in answered.read_text("utf-8")
    assert "Sample 2 of" in answered.read_text("utf-8")


def test_a_pdf_has_several_pages(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    assert main([*ASK, "--out", str(file)]) == 0
    data = file.read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    assert data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") > 2


def test_the_program_runs(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    assert main([*ASK, "--out", str(file)]) == 0
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("loss ")


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    assert main(["exercise", "dataset:circles", "--out", str(tmp_path / "a.txt")]) == 2
    assert main([*ASK, "--out", str(tmp_path / "none" / "a.html")]) == 1
    assert main([*ASK, "--out", str(tmp_path / "a.html"), "--sample", "3"]) == 2
