"""Links of our own: a whole experiment, with painted or other small sets of own points, as one line of text.

Owns the form of these links and their limits; knows nothing of windows or of files. A link is `neural-playground:1/`
and then Base64 (RFC 4648 §5, without padding) of a zlib stream (RFC 1950, which has a checksum) of JSON:
{"experiment": …, "features": [[…], …], "labels": […]}, the last two only of own points, null where a cell is blank.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import zlib
from typing import Any

import msgspec

from playground.data import OwnPoints, check_points
from playground.errors import FileRefused, InvalidExperiment, PointsRefused
from playground.experiment.experiment import Experiment, amended, read_back
from playground.experiment.strict_json import MAX_JSON_BYTES, parse_json
from playground.run.checkpoint import Checkpoint

SCHEME = "neural-playground:"
VERSION = "1"
LONGEST = 30_000
"""Letters of a link: what still can be pasted into a message or a page."""
KEYS = {"experiment", "features", "labels"}


def is_own_link(text: str) -> bool:
    """Whether a text is meant as such a link."""
    return text.strip().lower().startswith(SCHEME)


def own_link(experiment: Experiment, points: OwnPoints | None = None) -> str:
    """The link that opens as this experiment; raises FileRefused where it would be too long."""
    said: dict[str, Any] = {"experiment": msgspec.to_builtins(experiment)}
    if experiment.source_kind.is_given:
        check_points(experiment.data.source, points)
        assert points is not None
        if points.labels.size * (1 + points.features.shape[1]) > LONGEST:
            raise _too_long()
        said |= {"features": [list(map(_cell, row)) for row in points.features.tolist()]}
        said |= {"labels": points.labels.tolist()}
    packed = zlib.compress(json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode(), 9)
    link = f"{SCHEME}{VERSION}/{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"
    if len(link) > LONGEST:
        raise _too_long()
    return link


def _cell(value: float) -> float | None:
    return None if math.isnan(value) else value


def _too_long() -> FileRefused:
    sentence = "A link may have {most} letters, and this experiment needs more. Save it as a model file and send that."
    return FileRefused(sentence, most=LONGEST)


def read_own_link(text: str) -> Checkpoint:
    """The experiment of a link, with its own points; raises FileRefused.

    White space in it, as mail programs add it, and brackets or a full stop around it do not matter.
    """
    if len(text) > 2 * LONGEST:
        raise FileRefused("This link is longer than any that the program makes: {most} letters.", most=LONGEST)
    version, slash, body = re.sub(r"\s", "", text)[len(SCHEME) :].partition("/")
    if not slash or not version.isdigit():
        raise _broken("after the colon comes 1/ and then the experiment")
    if version != VERSION:
        raise FileRefused("This link was made by a newer program (form {version}); this one reads form {known}.",
                          version=version[:20], known=VERSION)  # fmt: skip
    return _checkpoint(_unpacked(body.rstrip(".,;)>]}\"'=")))


def _broken(reason: str) -> FileRefused:
    sentence = "This link cannot be read: {reason}. Copy the whole of it once more."
    return FileRefused(sentence, reason=reason)


def _unpacked(body: str) -> dict[str, Any]:
    """The JSON of a link, never more than an experiment and its points may have."""
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        opened = zlib.decompressobj()
        said = opened.decompress(packed, MAX_JSON_BYTES)
    except (binascii.Error, ValueError, zlib.error):
        raise _broken("letters are missing or were changed") from None
    if opened.unconsumed_tail:
        raise FileRefused("This link holds more than {most} bytes, which no experiment has.", most=MAX_JSON_BYTES)
    if not opened.eof:
        raise _broken("its end is missing")
    try:
        found = parse_json(said)
    except InvalidExperiment as error:
        raise FileRefused("This link cannot be read: {problems}", problems=error) from None
    if not isinstance(found, dict) or "experiment" not in found or not set(found) <= KEYS:
        raise _broken("it holds no experiment")
    return found


def _checkpoint(said: dict[str, Any]) -> Checkpoint:
    try:
        experiment, changes = amended(read_back(said["experiment"]))
        points = _points(said)
        check_points(experiment.data.source, points)
    except InvalidExperiment as error:
        raise FileRefused("The experiment of this link is not valid. {problems}", problems=error) from None
    except PointsRefused as error:
        raise FileRefused("The points of this link cannot be used. {reason}", reason=error) from None
    return Checkpoint(experiment, points=points, amended=changes)


def _points(said: dict[str, Any]) -> OwnPoints | None:
    """Own points, of lists of numbers of one length."""
    if "features" not in said and "labels" not in said:
        return None
    features, labels = said.get("features"), said.get("labels")
    if not isinstance(features, list) or not isinstance(labels, list):
        raise _broken("its points are no lists")
    rows = [_numbers(row) for row in features]
    if len({len(row) for row in rows}) > 1:
        raise _broken("its points have different numbers of columns")
    return OwnPoints(rows, _numbers(labels))  # type: ignore[arg-type]


def _numbers(cells: Any) -> list[float]:
    if not isinstance(cells, list):
        raise _broken("a point is no list of numbers")
    found = []
    for cell in cells:
        if cell is not None and (isinstance(cell, bool) or not isinstance(cell, (int, float))):
            raise _broken("a point has a cell that is no number")
        found.append(math.nan if cell is None else _float(cell))
    return found


def _float(cell: float) -> float:
    try:
        return float(cell)
    except OverflowError:
        raise _broken("a point has a number that is too large") from None
