"""One step saved as an exercise from the File menu: with blanks, with answers, as a program; wrong paths are told."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from tests.playground.views.window.driver import bench, trigger


def test_a_step_is_saved_as_a_sheet_a_pdf_and_a_program(open_window, monkeypatch, tmp_path: Path) -> None:
    window, said, asked = open_window(), [], [""]
    bench(window).message_shown.connect(lambda text, kind: said.append((text, kind)))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (asked[0], ""))
    trigger(window, "save_exercise")
    assert said == [], "the user gave up"
    for name in ("a.html", "a.pdf", "a.py"):
        asked[0] = str(tmp_path / name)
        trigger(window, "save_exercise")
        assert said[-1] == (f"Saved {name}", "info")
    assert "____" in (tmp_path / "a.html").read_text("utf-8")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    asked[0] = str(tmp_path / "b.html")
    trigger(window, "save_answers")
    assert "____" not in (tmp_path / "b.html").read_text("utf-8")
    asked[0] = str(tmp_path / "none" / "a.html")
    trigger(window, "save_exercise")
    assert said[-1][1] == "error"
    assert "does not exist" in said[-1][0]
