"""How a text table is written: what parts its columns, what quotes its cells, which row holds the names.

Owns that guess, from the first lines alone: each separator is tried, and the one is taken under which most lines have
the same number of cells, and most cells look like a number, a date or a plain word (after van den Burg, Nazábal and
Sutton, “Wrangling messy CSV files by detecting row and type patterns”, 2019). Knows nothing of files or columns.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from playground.tables.headers import MISSING_NUMBERS, has_names
from playground.tables.table import Options

SEPARATORS = (",", ";", "\t", "|", " ")
SAMPLE_LETTERS, SAMPLE_ROWS = 1 << 16, 200
TIDY = re.compile(
    r"\s*(?:[+-]?\d*[.,]?\d+(?:[eE][+-]?\d+)?%?|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.{0,20}|)\s*"
)  # fmt: skip
"""A number, a date, or nothing."""
COMMENTS = ("#", "%", "//")


class Dialect(msgspec.Struct, frozen=True):
    """separator: between cells. quote: around them, or empty. names: of the columns; empty without a header.

    width: how many columns there are. body: where the first row of values begins in the text. skipped: lines above the
    names that were left out.
    """

    separator: str
    quote: str
    width: int
    names: tuple[str, ...]
    body: int
    skipped: int = 0


def dialect_of(text: str, options: Options) -> Dialect:
    """The dialect of a text with at least one letter in it."""
    start, asked = _after_hint(text)
    separator = options.separator or asked
    sample = text[start : start + SAMPLE_LETTERS]
    cut = start + SAMPLE_LETTERS < len(text)
    lead = _comment_lines(sample)
    quote = _quote(sample[lead:])
    tried = {each: _rows(sample[lead:], each, quote, cut) for each in ((separator,) if separator else SEPARATORS)}
    chosen = separator or max(tried, key=lambda each: (_score(tried[each], each), -SEPARATORS.index(each)))
    rows = tried[chosen]
    width = Counter(len(row) for row, _ in rows if row).most_common(1)[0][0] if rows else 1
    title = _title_rows(rows, width)
    rows = rows[title:]
    named = has_names([row for row, _ in rows]) if options.header is None else options.header
    names = tuple(rows[0][0]) if named and rows else ()
    consumed = title + (1 if names else 0)
    ends = [0, *(end for _, end in tried[chosen])]
    width = max(width, len(names))
    return Dialect(chosen, quote, width, names, start + lead + ends[consumed], title)


def _after_hint(text: str) -> tuple[int, str | None]:
    """Where the table begins, and the separator that spreadsheets write into a first line `sep=;`."""
    found = re.match(r"\s*\"?sep=(.)\"?\r?\n?", text)
    return (found.end(), found[1]) if found else (0, None)


def _comment_lines(sample: str) -> int:
    """How many letters the comment lines above the table have; a mark is kept that stands before the names."""
    end = 0
    for line in sample.splitlines(keepends=True):
        if line.strip() and not line.lstrip().startswith(COMMENTS):
            break
        end += len(line)
    return end if end < len(sample) else 0


def _quote(sample: str) -> str:
    """The sign around cells: double quotes, or single ones where only those stand at both ends of cells."""
    if '"' in sample:
        return '"'
    both = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n]|$)", sample, re.MULTILINE))
    return "'" if both > 1 and 2 * both == sample.count("'") else ""


def _rows(sample: str, separator: str, quote: str, cut: bool) -> list[tuple[list[str], int]]:
    """The rows of a sample, and where each ends in it."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", sample)
    ends, total = [], 0
    for line in lines:
        total += len(line)
        ends.append(total)
    settings: dict[str, object] = {"delimiter": separator, "skipinitialspace": True}
    settings |= {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
    source = (line.strip(" ") if separator == " " else line for line in lines)
    reader = csv.reader(source, **settings)  # type: ignore[arg-type]
    found: list[tuple[list[str], int]] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                cells = [cell for cell in row if cell] if separator == " " else row
                found.append((cells, ends[reader.line_num - 1]))
            if len(found) > SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # a cell longer than csv takes: what was read until there decides
    if cut and 1 < len(found) <= SAMPLE_ROWS:
        found.pop()
    return found


def _score(rows: Sequence[tuple[list[str], int]], separator: str) -> float:
    """How well a separator fits: 0 where it parts nothing."""
    if not rows:
        return 0.0
    counts = Counter(len(row) for row, _ in rows)
    width, lines = counts.most_common(1)[0]
    if width < 2:
        return 0.0
    cells = [cell for row, _ in rows if len(row) == width for cell in row]
    tidy = sum(_tidiness(cell) for cell in cells) / len(cells)
    pattern = lines / len(rows) / math.sqrt(len(counts))
    return pattern * tidy * (1.0 - 1.0 / (width + 1)) * (0.7 if separator == " " else 1.0)


def _tidiness(cell: str) -> float:
    """1 for numbers, dates and missing values; less for words, little for what holds other separators."""
    text = cell.strip()
    if TIDY.fullmatch(text) or text.lower() in MISSING_NUMBERS:
        return 1.0
    if any(sign in text for sign in ";\t|"):
        return 0.1
    return 0.3 if re.search(r"\d[,;]|[,;]\d", text) else 0.7


def _title_rows(rows: Sequence[tuple[list[str], int]], width: int) -> int:
    """How many rows above the names are a title: one cell, where the table has several."""
    count = 0
    for row, _ in rows[:20]:
        if width < 3 or len([cell for cell in row if cell.strip()]) > 1:
            break
        count += 1
    return count if count < len(rows) else 0


def single_spaced(text: str) -> str:
    """A table parted by blanks with one blank between its cells."""
    return re.sub(r"[ \t]+", " ", re.sub(r"(?m)^[ \t]+|[ \t]+$", "", text))
