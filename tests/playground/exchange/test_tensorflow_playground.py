"""Links to TensorFlow Playground become the experiments they say, whatever they went through; and back."""

from __future__ import annotations

import html
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.edits.changes import with_changes
from playground.errors import FileRefused, WrongUse
from playground.exchange.tensorflow_playground import ADDRESS, NAMES, is_link, link_to, read_link
from playground.experiment.experiment import Experiment, validate
from playground.experiment.layers import Dense, Dropout
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam
from playground.run.session import Session
from tests.cases import cases
from tests.seeds import examples, letters

SPIRAL = (
    "https://playground.tensorflow.org/#activation=relu&regularization=L2&batchSize=25&dataset=spiral&regDataset=reg-gauss"
    "&learningRate=0.003&regularizationRate=0.01&noise=35&networkShape=8,6,2&seed=0.71864&showTestData=true"
    "&discretize=true&percTrainData=70&x=true&y=true&xTimesY=true&xSquared=true&ySquared=false&cosX=false&sinX=true"
    "&cosY=false&sinY=false&collectStats=false&problem=classification&initZero=false&hideText=false"
)
"""As that program writes them."""


def said(text: str) -> list[str]:
    return [str(each) for each in read_link(text).remarks]


def test_a_link_is_the_experiment_it_says() -> None:
    linked = read_link(SPIRAL)
    experiment = linked.experiment
    assert linked.remarks == ()
    assert (linked.show_test, linked.discretize, linked.hidden) == (True, True, ())
    assert experiment.data.source.name == "spirals"
    assert experiment.data.source.samples == 500
    assert experiment.data.imperfections.position_noise == 0.35
    assert experiment.data.train_share == 0.7
    assert experiment.data.features == ("x", "y", "x_squared", "xy", "sin_x")
    assert experiment.network == Network((Dense(8, "relu"), Dense(6, "relu"), Dense(2, "relu")))
    training = experiment.training
    assert (training.learning_rate, training.batch_size, training.l1, training.l2) == (0.003, 25, 0.0, 0.01)
    assert (training.initializer, training.initial_bias) == ("uniform", 0.1)
    assert experiment.seed == 71864
    assert experiment.head.activation == "tanh"
    assert experiment.head.loss == "squared_error"
    session = Session(experiment)
    start = session.state.parameters
    assert abs(session.layout.weights(start, 0)).max() <= 0.5
    assert session.layout.biases(start, 0) == pytest.approx(0.1)


def test_a_regression_and_zeros() -> None:
    experiment = read_link(f"{ADDRESS}#problem=regression&regDataset=reg-gauss&initZero=true&networkShape=").experiment
    assert experiment.data.source.name == "multi_gaussian"
    assert experiment.data.source.samples == 1200
    assert experiment.network == Network(())
    assert (experiment.training.initializer, experiment.training.initial_bias) == ("zeros", 0.0)
    assert not Session(experiment).state.parameters.any()


def test_what_a_link_does_not_say_is_as_that_program_begins() -> None:
    experiment = read_link(f"{ADDRESS}#dataset=circle").experiment
    assert experiment.network == Network((Dense(4), Dense(2)))
    assert (experiment.data.features, experiment.seed) == (("x", "y"), 0)


@cases(
    "change",
    [
        lambda link: link.replace("https", "http"),
        lambda link: link.replace("&", "&amp;"),
        html.unescape,
        html.escape,
        lambda link: html.escape(html.escape(link)),
        lambda link: quote(link, safe=""),
        lambda link: quote(quote(link, safe=""), safe=""),
        lambda link: quote(link),
        lambda link: link.replace("&", "%26"),
        lambda link: link.replace("#", "##"),
        lambda link: f"{link}#top",
        lambda link: link.replace("#", "#activation=&learningRate=&batchSize=&"),
        lambda link: f"  <{link}>\n",
        lambda link: f"({link}).",
        lambda link: f"{link} and then press play",
        lambda link: link.replace("playground.tensorflow.org/#", "Playground.TensorFlow.org#"),
    ],
)
def test_whatever_a_link_went_through_it_says_the_same(change: object) -> None:
    text = change(SPIRAL)  # type: ignore[operator]
    assert is_link(text)
    assert read_link(text).experiment == read_link(SPIRAL).experiment
    assert said(text) == []


@cases(
    ("part", "remark"),
    [
        ("noise=90", "noise is 90, beyond 80; as there, 50 was taken."),
        ("noise=-3", "noise is -3, below 0; 0 was taken."),
        ("batchSize=many", "batchSize is many, which is no number; 10 was taken."),
        ("learningRate=NaN", "learningRate is NaN, which is no number; 0.03 was taken."),
        ("percTrainData=1000", "percTrainData is 1000, beyond 5 to 100; 100 was taken."),
        ("dataset=swissroll", "dataset is swissroll, which is none of circle, xor, gauss, spiral; circle was taken."),
        ("activation=gelu", "activation is gelu, which is none of tanh, relu, sigmoid, linear; tanh was taken."),
        ("networkShape=4,x,-2,9999", "networkShape holds x, which is no number of units; it was left out."),
        ("networkShape=" + ",".join("2" * 40), "The link has 40 layers, and 32 at most were taken."),
        ("seed=abc", "seed is abc, which has no digits behind a point; seed 0 was taken."),
        ("x=false&y=false", "No feature is chosen"),
        ("cosX=true", "cosX was a feature of TensorFlow Playground once"),
        ("datset=xor&dataset=xor", "datset is not known (did you mean dataset?)."),
        ("learningRate_hide=true&dataset=xor", "The link hides: learning rate."),
    ],
)
def test_what_cannot_be_taken_is_said(part: str, remark: str) -> None:
    found = said(f"{ADDRESS}#{part}")
    assert any(text.startswith(remark) for text in found), found
    assert validate(read_link(f"{ADDRESS}#{part}").experiment) == []


@pytest.mark.parametrize("text", [ADDRESS, f"{ADDRESS}#", f"{ADDRESS}#hello", f"{ADDRESS}#a=1&b=2", f"{ADDRESS}?x=1"])
def test_a_link_without_a_readable_name_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(FileRefused, match="says nothing that could be read"):
        read_link(text)


def test_a_link_of_any_length_is_answered() -> None:
    with pytest.raises(FileRefused, match="has 100035 letters"):
        read_link(f"{ADDRESS}#" + "x" * 100_000)


@examples(50)
@given(st.lists(st.tuples(st.sampled_from(sorted(NAMES)), st.text(letters, max_size=12)), min_size=1, max_size=12))
def test_no_value_breaks_it(pairs: list[tuple[str, str]]) -> None:
    text = f"{ADDRESS}#" + "&".join(f"{name}={value}" for name, value in pairs)
    try:
        experiment = read_link(text).experiment
    except FileRefused:
        return
    assert validate(experiment) == []


def test_and_back() -> None:
    linked = read_link(SPIRAL)
    assert read_link(link_to(linked.experiment, True, True)) == linked
    mine = with_changes(Experiment(), seed=42, title="Mine", data__train_share=0.3, training__learning_rate=1e-5)
    again = read_link(link_to(mine)).experiment
    assert again == with_changes(mine, title="", training__initializer="uniform", training__initial_bias=0.1), (
        "initial weights are that program's"
    )


@cases(
    ("changes", "reason"),
    [
        ({"training__optimizer": Adam()}, "cannot say training.optimizer"),
        ({"data__imperfections__label_noise": 0.1}, "cannot say data.imperfections.label_noise"),
        ({"data__source__name": "moons"}, "has no such data: its sets are circle"),
        ({"network": Network((Dense(4), Dropout(0.1)))}, "has dense layers of one activation"),
        ({"network": Network((Dense(4), Dense(4, "relu")))}, "has dense layers of one activation"),
        ({"network": Network((Dense(4, "gelu"),))}, "has dense layers of one activation"),
        ({"network": Network((Dense(9),))}, "6 layers of 8 units at most"),
        ({"training__l1": 0.1, "training__l2": 0.1}, "cannot say training.l2"),
    ],
)
def test_what_no_link_can_say_is_told(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(WrongUse, match=reason):
        link_to(with_changes(Experiment(), **changes))


def test_a_seed_of_any_length_is_answered() -> None:
    linked = read_link(f"{ADDRESS}#seed=0.{'7' * 7000}")
    assert str(linked.experiment.seed) == "7" * len(str(linked.experiment.seed))
    assert any("digits" in str(each) for each in linked.remarks)


@pytest.mark.parametrize(
    "text", [f"{ADDRESS}#dataset=xor&networkShape=4%2C3", f"Exercise #12: {ADDRESS}#dataset=xor&networkShape=4,3"]
)
def test_parts_that_are_escaped_and_words_before_it_are_understood(text: str) -> None:
    linked = read_link(text)
    assert linked.experiment.network == Network((Dense(4), Dense(3)))
    assert linked.experiment.data.source.name == "xor"
    assert linked.remarks == ()


def test_a_network_that_no_session_can_have_is_refused() -> None:
    with pytest.raises(FileRefused, match="This link says what is not possible here"):
        read_link(f"{ADDRESS}#dataset=xor&networkShape={','.join(['512'] * 10)}")
