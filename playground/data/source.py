"""The data of an experiment as a value: which source, what is wrong with it, how it is split, which features.

Owns the settings that all sources share, and their limits; knows nothing of how a point is made.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from playground.data.features import Scaling
from playground.data.formula import MAX_LENGTH
from playground.data.generated import GeneratedData
from playground.data.inputs import MAX_FORMULAS, MAX_INPUTS, USUAL
from playground.data.own_points import PointsData

Source = GeneratedData | PointsData
InputName = Annotated[str, Meta(min_length=1, max_length=MAX_LENGTH)]


class Imperfections(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with the data.

    position_noise: TensorFlow Playground's noise slider divided by 100; what it moves is told by the data set.
    label_noise: share of points given another class at random (regression: standard deviation added to the target; of
    own points, in standard deviations of their targets).
    imbalance: how much smaller every class but the first is; 0 is balanced, 0.9 is one to ten.
    Position noise and imbalance are part of making points: own points, which are given, take neither.
    """

    position_noise: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    label_noise: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    imbalance: Annotated[float, Meta(ge=0.0, le=0.95)] = 0.0


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that decides the points, their split and what the network sees of them.

    features: what the network reads: names of features of the plane or of columns, and formulas such as `sin(3*x)`.
    Of an image it reads the pixels; of samples with columns all of these, unless features names some.
    formulas: those that are offered beside the features or columns, whether they are read or not.
    """

    source: Source = GeneratedData()
    train_share: Annotated[float, Meta(ge=0.05, le=1.0)] = 0.5
    features: Annotated[tuple[InputName, ...], Meta(min_length=1, max_length=MAX_INPUTS)] = USUAL
    scaling: Scaling = "none"
    imperfections: Imperfections = Imperfections()
    formulas: Annotated[tuple[InputName, ...], Meta(max_length=MAX_FORMULAS)] = ()
