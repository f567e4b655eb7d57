"""The container of a model file: every way in which its header may be wrong has a sentence of its own."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable
from typing import Any

import pytest

from playground.edits.changes import apply_settings
from playground.errors import FileRefused
from playground.exchange import container, model_file
from playground.exchange.files import parse
from playground.experiment.experiment import Experiment
from playground.run.session import Session
from tests.cases import cases
from tests.mutations import join, signed, split

Header = dict[str, Any]


def whole() -> bytes:
    """A small trained model file."""
    session = Session(apply_settings(Experiment(), ["data.source.samples=20"]))
    session.advance(steps=3)
    return model_file.write(session.checkpoint())


def refused(data: bytes, sentence: str) -> None:
    with pytest.raises(FileRefused, match=re.escape(sentence)) as caught:
        parse(data, "f.nnp")
    assert str(caught.value).startswith("f.nnp ")


def entry_without_shape(header: Header) -> None:
    del header["opt/slots"]["shape"]


def entry_with_more(header: Header) -> None:
    header["opt/slots"]["strides"] = [1]


def entry_of_a_strange_type(header: Header) -> None:
    header["opt/slots"]["dtype"] = "F8_E4M3"


def five_dimensions(header: Header) -> None:
    header["opt/slots"]["shape"].extend([1, 1, 1])


def negative_shape(header: Header) -> None:
    header["opt/slots"]["shape"] = [-2, -25]


def true_as_a_size(header: Header) -> None:
    header["param/output/biases"]["shape"] = [True]


def another_size(header: Header) -> None:
    header["opt/slots"]["shape"] = [2, 24]


def overlap(header: Header) -> None:
    slots = header["opt/slots"]
    slots["data_offsets"] = [place - 4 for place in slots["data_offsets"]]


@cases(
    ("spoil", "sentence"),
    [
        (entry_without_shape, "the table's entry for opt/slots is not complete"),
        (entry_with_more, "the table's entry for opt/slots is not complete"),
        (entry_of_a_strange_type, "opt/slots has a type other than F32, F64, I64, U64"),
        (five_dimensions, "the shape of opt/slots is not a list of up to 4 sizes"),
        (negative_shape, "the shape of opt/slots is not a list of up to 4 sizes"),
        (true_as_a_size, "the shape of param/output/biases is not a list"),
        (another_size, "the place of opt/slots does not fit its shape"),
        (overlap, "its tensors overlap or leave gaps"),
    ],
)
def test_a_wrong_table_is_told(spoil: Callable[[Header], None], sentence: str) -> None:
    header, payload = split(whole())
    spoil(header)
    refused(signed(join(header, payload)), sentence)


def test_missing_and_spare_bytes_are_told() -> None:
    header, payload = split(whole())
    for other in (payload[:-8], payload + bytes(8), b""):
        refused(signed(join(header, other)), f"is cut short or too long: its tensors take {len(payload)} bytes")


def described(change: Callable[[str], str]) -> bytes:
    """The file with its description's text changed, the checksum left alone."""
    header, payload = split(whole())
    header["__metadata__"]["neural-playground"] = change(header["__metadata__"]["neural-playground"])
    return join(header, payload)


def test_a_checksum_must_be_there_once_and_be_right() -> None:
    refused(described(lambda text: re.sub(r'"sha256":"\w+",', "", text)), "its checksum is missing")
    refused(described(lambda text: text.replace('"sha256"', '"sha256":"' + "0" * 64 + '","sha256"')), "stands twice")
    refused(described(lambda text: text.replace("circles", "spirals")), "its checksum does not match its content")
    upper = re.sub(rb'(?<=sha256\\":\\")\w+', lambda found: found[0].upper(), whole())
    refused(upper, "its checksum is missing")


def test_a_checksum_elsewhere_in_the_header_does_not_count() -> None:
    """A second description under another name, signed, while ours says something else."""
    header, payload = split(whole())
    text = header["__metadata__"]["neural-playground"]
    header["__metadata__"]["neural-playground"] = text.replace('"sha256"', '"sha256" ')
    header["__metadata__"]["other"] = text
    refused(signed(join(header, payload)), "its metadata must be one text")
    del header["__metadata__"]["other"]
    refused(signed(join(header, payload)), "its checksum is missing")


def test_a_description_must_be_an_object() -> None:
    refused(described(lambda text: "[1]"), "its description is not a JSON object")
    refused(described(lambda text: "{"), "its description cannot be read")


def test_a_file_over_the_cap_is_refused_also_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    data = whole()
    monkeypatch.setattr(container, "MAX_BYTES", len(data) - 1)
    refused(data, f"is too large: {len(data)} bytes")


def test_whatever_goes_wrong_inside_becomes_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    data = whole()

    def broken(_: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr("safetensors.numpy.load", broken)
    refused(data, "is damaged: inside")
    monkeypatch.setattr(model_file, "read", broken)
    refused(data, "cannot be read: ZeroDivisionError: inside")


def test_a_header_may_be_padded_but_not_beyond_the_cap() -> None:
    data = whole()
    header, payload = split(data)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    padded = struct.pack("<Q", len(text) + 64) + text + b" " * 64 + payload
    assert parse(signed(padded), "f").experiment == parse(data, "f").experiment
    large = struct.pack("<Q", container.MAX_HEADER + 8) + text + b" " * (container.MAX_HEADER + 8 - len(text)) + payload
    refused(signed(large), "has a header of 1000008 bytes, where 1000000 are allowed")
