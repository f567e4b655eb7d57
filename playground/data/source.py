"""The data of an experiment as a value: which source, what is wrong with it, how it is split, which features.

Owns the settings that all sources share, and their limits; knows nothing of how a point is made.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from playground.data.features import Scaling, TargetScaling
from playground.data.formula import MAX_LENGTH
from playground.data.generated import GeneratedData
from playground.data.inputs import MAX_FORMULAS, MAX_INPUTS, USUAL
from playground.data.own_points import PointsData

Source = GeneratedData | PointsData
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
MissingShare = Annotated[float, Meta(ge=0.0, le=0.5)]
MOST_INPUTS, MOST_EXTRA = 128, 20_000
FewColumns = Annotated[int, Meta(ge=0, le=10)]
Factor = Annotated[float, Meta(ge=-1e6, le=1e6)]
Imputer = Literal["drop", "mean", "median", "indicator"]
LabelNoiseKind = Literal["random", "border", "one_class"]
MissingKind = Literal["random", "dependent"]
InputName = Annotated[str, Meta(min_length=1, max_length=MAX_LENGTH)]


class Imperfections(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with the data.

    position_noise: TensorFlow Playground's noise slider divided by 100; what it moves is told by the data set.
    label_noise: share of points given another class at random (regression: standard deviation added to the target; of
    own points, in standard deviations of their targets).
    imbalance: how much smaller every class but the first is; 0 is balanced, 0.9 is one to ten.
    Position noise and imbalance are part of making points: own points, which are given, take neither.

    In which order all of them are applied, and what each does, is told by `playground.data.flaws`; what none of them
    touches stays bit for bit. label_noise_kind: `border`, the points nearest to another class get the wrong label;
    `one_class`, only labels of the first class do. outliers: share of points thrown far out. missing: share of cells
    that are blank; `dependent`, only values above their column's median are. imputer: what is done with blank cells,
    those of own points too: their rows are left out, or they get the training part's mean or median; `indicator` is
    the mean and an input beside it that says where. irrelevant_features, correlated_features: how many inputs of noise,
    and how many that nearly repeat another, stand beside the others; leaked_target: one that is the label itself.
    duplicates: share of held-out samples that are copies of training ones. feature_scale, feature_shift: what each of
    the network's inputs is multiplied with, and what is then added, before any scaling, in their order; inputs without
    a number stay. test_shift: how far the test set lies to the right, in standard deviations of its first column.
    """

    position_noise: Share = 0.0
    label_noise: Share = 0.0
    imbalance: Annotated[float, Meta(ge=0.0, le=0.95)] = 0.0
    label_noise_kind: LabelNoiseKind = "random"
    outliers: Share = 0.0
    missing: MissingShare = 0.0
    missing_kind: MissingKind = "random"
    imputer: Imputer = "drop"
    irrelevant_features: FewColumns = 0
    correlated_features: FewColumns = 0
    duplicates: Share = 0.0
    leaked_target: bool = False
    feature_scale: Annotated[tuple[Factor, ...], Meta(max_length=MOST_INPUTS)] = ()
    feature_shift: Annotated[tuple[Factor, ...], Meta(max_length=MOST_INPUTS)] = ()
    test_shift: Annotated[float, Meta(ge=-5.0, le=5.0)] = 0.0


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that decides the points, their split and what the network sees of them.

    features: what the network reads: names of features of the plane or of columns, and formulas such as `sin(3*x)`.
    Of an image it reads the pixels; of samples with columns all of these, unless features names some.
    What neither trains nor validates is the test set. validation_share: 0 is no validation set, and the test set plays
    its part. stratified: every part has the same share of each class. test_sealed: nothing looks at the test set until
    somebody opens it. scaling_fit: `all` fits the scaling on the held-out samples too, which is a leak.
    extra_training: so many points more train, of the same law and by further chance; all others, and who trains,
    validates and tests among them, stay as they are. Own points, and sets that are tested on themselves, have none.
    nested: fewer samples are the first ones of more, and each keeps its part and its flaws, so that more data can be
    compared with less; without, another number of samples gives other points. Own points are as they are.
    formulas: those that are offered beside the features or columns, whether they are read or not.
    target_scaling: how the targets of a regression reach the network, `standardize` by the training part's mean and
    deviation; points, answers and errors stay in the targets' own unit, the loss is the network's. Classes have none.
    """

    source: Source = GeneratedData()
    train_share: Annotated[float, Meta(ge=0.05, le=1.0)] = 0.5
    features: Annotated[tuple[InputName, ...], Meta(min_length=1, max_length=MAX_INPUTS)] = USUAL
    scaling: Scaling = "none"
    imperfections: Imperfections = Imperfections()
    validation_share: Annotated[float, Meta(ge=0.0, le=0.9)] = 0.0
    stratified: bool = False
    test_sealed: bool = False
    scaling_fit: Literal["train", "all"] = "train"
    extra_training: Annotated[int, Meta(ge=0, le=MOST_EXTRA)] = 0
    formulas: Annotated[tuple[InputName, ...], Meta(max_length=MAX_FORMULAS)] = ()
    target_scaling: TargetScaling = "none"
    nested: bool = False
