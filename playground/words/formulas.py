"""The sheet of formulas in words.

Owns this wording; headings and notes of formulas are their own.
"""

from __future__ import annotations

TITLE = "The network as mathematics"
ENTRY, ENTRY_TIP = "Formulas…", "Layers, loss, optimizer and schedule as formulas, to be copied as LaTeX or Markdown"
NUMBERS, NUMBERS_TIP = "this run's numbers", "Settings, parameters and losses as they stand now"
COPY_LATEX, COPY_MARKDOWN = "Copy as LaTeX", "Copy as Markdown"
COPIED = "Copied"
