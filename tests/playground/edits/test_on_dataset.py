"""An experiment on another data set: what goes along, and what stays."""

from __future__ import annotations

import msgspec
import pytest

from playground.data import DATASETS, GeneratedData, Imperfections, OwnPoints
from playground.data.generated import starting_features
from playground.edits.changes import with_changes
from playground.edits.network import toggle_feature
from playground.edits.on_dataset import on_dataset, on_points, removed_kinds, with_classes
from playground.errors import InvalidExperiment, WrongUse
from playground.experiment.experiment import Experiment, checked, validate
from playground.experiment.layers import Conv2d, Dense, Flatten, MaxPool2d, Residual
from playground.experiment.network import Network
from playground.experiment.starting import starting_network
from playground.run.session import Session
from tests.own_points import about, made


def on(name: str, **changes: object) -> Experiment:
    return with_changes(on_dataset(Experiment(), name), **changes)


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", DATASETS)
def test_every_way_from_set_to_set_is_valid(name: str, every: int) -> None:
    """To one in `every` of the others, in turn."""
    before, sets = on(name), list(DATASETS)
    for other in sets[sets.index(name) % every :: every]:
        moved = on_dataset(before, other)
        assert checked(moved) == moved
        assert moved.data.source == GeneratedData(other)  # type: ignore[arg-type]
        assert moved.network == starting_network(moved.input_shape)
        assert moved.data.features == starting_features(other)


def test_of_a_shape_stays_what_the_new_set_has_and_takes() -> None:
    wide = on("gaussians", data__source__cloud_width=1.5)
    assert on_dataset(wide, "twonorm").data.source.cloud_width == 1.5
    assert on_dataset(wide, "pinwheel").data.source.cloud_width is None, "its clouds are no wider than 0.5"
    assert on_dataset(wide, "moons").data.source == GeneratedData("moons")
    typed = on("function", data__source__formula="x^2-3")
    assert on_dataset(typed, "xor").data.source.formula is None
    assert on_dataset(typed, "function").data.source.formula == "x^2-3"


def test_classes_that_nobody_chose_follow_the_set() -> None:
    assert on_dataset(on("blobs"), "pinwheel").data.source.classes == 5
    assert on_dataset(on("pinwheel"), "concentric").data.source.classes == 2
    chosen = on("blobs", data__source__classes=7)
    assert on_dataset(chosen, "pinwheel").data.source.classes == 7


def test_a_regression_over_x_begins_with_x_alone_and_chosen_features_stay() -> None:
    assert on("sine").data.features == ("x",)
    assert on_dataset(on("sine"), "circles").data.features == ("x", "y")
    chosen = on("circles", data__features=("x", "xy"))
    assert on_dataset(chosen, "sine").data.features == ("x", "xy")


def test_images_begin_with_convolutions_and_a_built_network_stays() -> None:
    kinds = [layer.__struct_config__.tag for layer in on("digits").network.layers]
    assert kinds == ["conv2d", "max_pool2d", "dense"]
    built = on("spirals", network=Network((Dense(7),)))
    assert on_dataset(built, "digits").network == built.network
    touched = on("digits", network=on("digits").network.with_layer(2, units=9))
    assert on_dataset(touched, "spirals").network == Network((Dense(9),))
    assert removed_kinds(on("digits"), on_dataset(on("digits"), "spirals")) == []


def test_digits_are_learned_in_the_first_epochs() -> None:
    session = Session(on("digits"))
    session.advance(epochs=20)
    assert session.metrics().test_accuracy > 0.97


def test_layers_that_need_an_image_go_and_the_others_stay() -> None:
    layers = (Conv2d(), MaxPool2d(), Conv2d(kernel=1), Flatten(), Dense(6), Residual(1), Dense(3))
    before = on("digits", network=Network(layers))
    after = checked(on_dataset(before, "spirals"))
    assert after.network.layers == (Flatten(), Dense(6), Residual(1), Dense(3))
    assert [kind.kind for kind in removed_kinds(before, after)] == ["conv2d", "max_pool2d"]
    assert on_dataset(before, "shapes").network is before.network
    assert removed_kinds(before, before) == []


def test_a_residual_over_what_has_gone_does_not_make_it_invalid() -> None:
    before = on("digits", network=Network((Conv2d(), Residual(1), Dense(3))))
    assert checked(on_dataset(before, "circles")).network.layers == (Dense(3),)


def test_settings_that_need_a_cross_entropy_of_two_classes_go() -> None:
    before = on("bars", training__loss="binary_cross_entropy", training__class_weights=(1.0, 2.0))
    after = on_dataset(before, "digits")
    assert (after.training.loss, after.training.class_weights) == ("auto", None)
    assert checked(after) == after


def test_samples_follow_the_usual_number_and_never_leave_a_class_empty() -> None:
    few = on("circles", data__source__samples=5)
    assert on_dataset(few, "bars").data.source.samples == 5
    assert on_dataset(few, "digits").data.source.samples == 1000
    fewer = on("shapes", data__source__samples=4)
    assert on_dataset(fewer, "digits").data.source.samples == 10
    assert with_classes(on("blobs", data__source__samples=4), 7).data.source.samples == 7


# -- own points --------------------------------------------------------------------------------------------------------


def test_own_points_take_along_what_fits_and_leave_what_makes_points() -> None:
    flaws = {"position_noise": 0.4, "label_noise": 0.2, "imbalance": 0.5}
    changes = {f"data__imperfections__{name}": value for name, value in flaws.items()}
    before = with_changes(
        Experiment(), data__train_share=0.7, training__loss="hinge", training__class_weights=(1.0, 2.0), **changes
    )
    after = on_points(before, made(4, classes=0).source(0))
    assert validate(after) == []
    assert after.data.imperfections == Imperfections(label_noise=0.2)
    assert (after.data.train_share, after.training.loss, after.training.class_weights) == (0.7, "auto", None)
    assert after.network == before.network
    back = on_dataset(after, "three_spirals")
    assert validate(back) == []
    assert back.data.source == GeneratedData("three_spirals", 500)


def test_convolutions_go_where_samples_are_no_images() -> None:
    images = with_changes(on_dataset(Experiment(), "digits"), network=Network((Conv2d(), Dense(3))))
    after = on_points(images, made(64, 40, 10).source(10))
    assert after.network == Network((Dense(3),))
    assert validate(after) == []


def test_only_a_recipe_lets_classes_be_chosen() -> None:
    with pytest.raises(WrongUse, match="follows from these points"):
        with_classes(about(made()), 3)


@pytest.mark.parametrize("name", ["position_noise", "imbalance"])
def test_what_belongs_to_making_points_is_refused_for_own_ones(name: str) -> None:
    with pytest.raises(InvalidExperiment, match=rf"data\.imperfections\.{name}: own points are as they are"):
        about(made(), **{f"data__imperfections__{name}": 0.1})


def test_features_are_chosen_of_points_of_the_plane_alone() -> None:
    assert toggle_feature(about(made(2)), "x_squared").experiment.data.features == ("x", "y", "x_squared")
    with pytest.raises(WrongUse, match="no feature or column x_squared"):
        toggle_feature(about(made(3)), "x_squared")


def test_the_name_of_a_table_is_no_title_of_other_data() -> None:
    points = OwnPoints([[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0])
    table = on_points(Experiment(title="birds"), points.source(2, name="birds.csv"))
    assert on_dataset(table, "xor").title == ""
    assert on_dataset(msgspec.structs.replace(table, title="Lesson 3"), "xor").title == "Lesson 3"
