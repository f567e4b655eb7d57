"""The ten class colours: told apart on paper, and by eyes that lack one kind of cone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from playground.data.task import MAX_CLASSES
from playground.views.theme import theme
from playground.views.theme.contrast import contrast

# Machado, Oliveira and Fernandes 2009, full severity, for linear RGB.
EYES = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_CONES = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip


def seen(colours: tuple[str, ...], eye: np.ndarray) -> np.ndarray:
    """OKLab coordinates, times 100, of colours as an eye sees them (Ottosson 2020)."""
    values = np.array([QColor(each).getRgbF()[:3] for each in colours])
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    cones = np.clip(np.clip(linear @ eye.T, 0, 1) @ TO_CONES.T, 0, None)
    return 100 * np.cbrt(cones) @ TO_LAB.T


def apart(colours: tuple[str, ...], eye: str) -> np.ndarray:
    """How far each colour is from the nearest other one."""
    places = seen(colours, EYES[eye])
    distance = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    return distance.min(axis=1)


@pytest.mark.parametrize("name", theme.TOKENS)
def test_no_two_classes_look_alike(name: str) -> None:
    classes = theme.TOKENS[name].classes
    assert len(classes) == MAX_CLASSES
    assert apart(classes, "all cones").min() > 9


@pytest.mark.parametrize("name", theme.TOKENS)
@pytest.mark.parametrize("eye", EYES)
def test_the_classes_beyond_eight_are_safe_for_every_eye(name: str, eye: str) -> None:
    assert apart(theme.TOKENS[name].classes, eye)[8:].min() > 6.5


@pytest.mark.parametrize("name", theme.TOKENS)
@pytest.mark.parametrize("eye", EYES)
def test_two_classes_are_safe_for_every_eye_and_three_for_nearly_all(name: str, eye: str) -> None:
    classes = theme.TOKENS[name].classes
    assert apart(classes[:2], eye).min() > 15
    if eye != "tritanopia":
        assert apart(classes[:3], eye).min() > 6.5


@pytest.mark.parametrize("name", theme.TOKENS)
def test_every_class_shows_on_its_paper_and_its_sign_on_it(name: str) -> None:
    tokens = theme.TOKENS[name]
    for each in tokens.classes:
        assert contrast(QColor(each), QColor(tokens.surface)) > 2
        signs = [contrast(QColor(each), QColor(ink)) for ink in (tokens.text, tokens.surface)]
        assert max(signs) > 3.9
