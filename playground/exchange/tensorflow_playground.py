"""Links to TensorFlow Playground: the experiment that one says, and the link that an experiment can be said in.

Owns the names of that program's state, what each stands for here, and what cannot be kept; knows nothing of windows,
commands or files. The state is that of its `src/state.ts` (after the `#`), its data sets those of `dataset.ts`, its
initial weights those of `nn.ts`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from playground.data import Data, GeneratedData, Imperfections
from playground.errors import FileRefused, Said, WrongUse, plainly
from playground.experiment.difference import changes_between
from playground.experiment.experiment import Experiment, rule_problems
from playground.experiment.layers import MAX_LAYERS, Dense
from playground.experiment.network import Network
from playground.experiment.schema import limits
from playground.experiment.training import Training
from playground.meant import meant

ADDRESS = "https://playground.tensorflow.org/"
HOST = "playground.tensorflow.org"
LONGEST = 8_000
"""Letters of a link; the program's own have some five hundred."""
ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")
DATASETS = {"circle": "circles", "xor": "xor", "gauss": "gaussians", "spiral": "spirals"}
REGRESSIONS = {"reg-plane": "plane", "reg-gauss": "multi_gaussian"}
FEATURES = {
    "x": "x", "y": "y", "xSquared": "x_squared", "ySquared": "y_squared", "xTimesY": "xy", "sinX": "sin_x",
    "sinY": "sin_y",
}  # fmt: skip
DEAD = ("cosX", "cosY")
"""Features that the program once had; its links still name them."""
CONTROLS = {
    "dataset": "data", "noise": "noise", "percTrainData": "training share", "batchSize": "batch size",
    "learningRate": "learning rate", "activation": "activation", "regularization": "regularization",
    "regularizationRate": "regularization rate", "problem": "problem type", "numHiddenLayers": "layers",
    "networkShape": "units", "showTestData": "test data", "discretize": "discretize", "playButton": "play",
    "stepButton": "step", "resetButton": "reset",
} | FEATURES  # fmt: skip
"""What the program can hide, by the first part of `…_hide`."""
NAMES = {
    "activation", "regularization", "batchSize", "dataset", "regDataset", "learningRate", "regularizationRate", "noise",
    "networkShape", "seed", "showTestData", "discretize", "percTrainData", "problem", "initZero", *FEATURES, *DEAD,
    "collectStats", "hideText", "tutorial", "numHiddenLayers",
}  # fmt: skip
"""All that its links may say; the last four say nothing about an experiment, or what others say."""
MOST_NOISE, USUAL_NOISE = 80.0, 50.0
"""Beyond the one the program takes the other."""
WIDEST, DEEPEST = 8, 6
"""What its network can grow to."""
ESCAPED = re.compile(r"%(?:26|3D)", re.IGNORECASE)
"""An & or a = that went through a page of links: no value has one."""
DIFFERENCES = (
    "Different here on purpose: another order in every epoch, the last batch complete, L1 without dead weights."
)


class Linked(msgspec.Struct, frozen=True):
    """What a link says.

    show_test, discretize: how its map is looked at. hidden: the controls that it hides, by their names there.
    remarks: what was not understood, was put right, or cannot be kept.
    """

    experiment: Experiment
    show_test: bool = False
    discretize: bool = False
    hidden: tuple[str, ...] = ()
    remarks: tuple[Said, ...] = ()

    @property
    def told(self) -> tuple[Said, ...]:
        """What whoever opens the link should know: the remarks, and what differs here in any case."""
        return (*self.remarks, Said(DIFFERENCES))


def is_link(text: str) -> bool:
    """Whether a text is a link to that program, escaped or not."""
    return HOST in unquote(text[:LONGEST]).lower()


def read_link(text: str) -> Linked:
    """The experiment of a link; raises FileRefused where not one of its names is readable.

    Escaped links, `&amp;` and what stands behind a link are understood; values that are out of range or no values are
    put right, and said.
    """
    if len(text) > LONGEST:
        sentence = "This link has {count} letters; links to TensorFlow Playground have {most} at most."
        raise FileRefused(sentence, count=len(text), most=LONGEST)
    state = _State(dict(_pairs(text)))
    experiment = _experiment(state)
    problems = rule_problems(experiment)
    if problems:
        raise FileRefused("This link says what is not possible here. {why}", why=problems[0])
    return Linked(
        experiment, state.truth("showTestData"), state.truth("discretize"), tuple(state.hidden()), tuple(state.finish())
    )


def link_to(experiment: Experiment, show_test: bool = False, discretize: bool = False) -> str:
    """The link that says an experiment; raises WrongUse, with the reason, where none can.

    Initial weights are that program's own (uniform, or zeros).
    """
    written = _written(experiment, show_test, discretize)
    link = f"{ADDRESS}#{'&'.join(f'{name}={value}' for name, value in written.items())}"
    start = {name: getattr(experiment.training, name) for name in ("initializer", "initializer_scale", "initial_bias")}
    understood = read_link(link).experiment
    training = msgspec.structs.replace(understood.training, **start)
    network = experiment.network if experiment.network == understood.network else understood.network
    said = msgspec.structs.replace(
        understood, training=training, network=network, title=experiment.title, notes=experiment.notes
    )
    lost = sorted(changes_between(said, experiment))
    if lost:
        raise WrongUse("A link to TensorFlow Playground cannot say {fields}.", fields=tuple(lost))
    return link


# -- reading -----------------------------------------------------------------------------------------------------------


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Names and values behind the `#`, whatever the link went through on its way here."""
    text = text.strip().strip("<>\"'()[]")
    for _ in range(3):  # a link that was escaped, in a link that was escaped
        text = text.replace("&amp;", "&").replace("®", "&reg")  # what web pages make of &regDataset, too
        _, _, state = text[max(0, text.lower().find(HOST)) :].partition("#")
        state = state.lstrip("#")
        text = text if "=" in state and not ESCAPED.search(state) else unquote(text)
    for part in re.split(r"[&;]", (state.split() or [""])[0]):
        name, equals, value = part.partition("=")
        if equals:
            yield unquote(name).strip("/?!"), unquote(value).partition("#")[0].rstrip(")>]}\"'.;:!")


class _State:
    """Names and values of a link, with what is said about those that cannot be taken."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._remarks: list[Said] = []
        self._names = NAMES
        if not any(self._is_known(name) for name in values):
            raise FileRefused(
                "This link to TensorFlow Playground says nothing that could be read: behind its # stand the settings, "
                "such as dataset=spiral&networkShape=4,2. Copy the whole address there, or choose data and layers here."
            )

    def _is_known(self, name: str) -> bool:
        return name in self._names or name.removesuffix("_hide") in CONTROLS

    def say(self, sentence: str, **values: Any) -> None:
        """Note something that the link's reader should know."""
        self._remarks.append(Said(sentence, values))

    def text(self, name: str, usual: str = "") -> str:
        """The value as it stands."""
        return self._values.get(name, usual)

    def truth(self, name: str, usual: bool = False) -> bool:
        """A switch."""
        return self._values.get(name, str(usual)).lower() == "true"

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of these, the first where the link says none of them."""
        given = self._values.get(name) or choices[0]
        found = next((each for each in choices if each.lower() == given.lower()), None)
        if found is None:
            sentence = "{name} is {given}, which is none of {choices}; {usual} was taken."
            self.say(sentence, name=name, given=given[:40], choices=choices, usual=choices[0])
        return found or choices[0]

    def number(self, name: str, usual: float, low: float, high: float) -> float:
        """A number within limits; what lies outside is brought to them."""
        given = self._values.get(name)
        if not given:
            return usual
        try:
            found = float(given)
        except ValueError:
            found = math.nan
        if math.isnan(found):
            sentence = "{name} is {given}, which is no number; {usual} was taken."
            self.say(sentence, name=name, given=given[:40], usual=usual)
            return usual
        kept = min(max(found, low), high)
        if kept != found:
            sentence = "{name} is {given}, beyond {low} to {high}; {kept} was taken."
            self.say(sentence, name=name, given=given[:40], low=low, high=high, kept=kept)
        return kept

    def whole(self, name: str, usual: int, low: int, high: int) -> int:
        """The same, a whole number."""
        found = self.number(name, usual, low, high)
        if found != int(found):
            self.say("{name} is {given}; {kept} was taken.", name=name, given=found, kept=int(found))
        return int(found)

    def hidden(self) -> Iterator[str]:
        """The controls that the link hides."""
        for name, title in CONTROLS.items():
            if self.truth(f"{name}_hide"):
                yield title

    def finish(self) -> list[Said]:
        """All remarks, with those about names that are not known."""
        dead = [name for name in DEAD if self.truth(name)]
        if len(dead) == 1:
            self.say("{name} was a feature of TensorFlow Playground once, and is none any more.", name=dead[0])
        elif dead:
            self.say("{names} were features of TensorFlow Playground once, and are none any more.", names=tuple(dead))
        hidden = tuple(self.hidden())
        if hidden:
            sentence = "The link hides: {controls}. In the window they are locked; Edit → Unlock controls frees them."
            self.say(sentence, controls=hidden)
        unknown = [name[:40] for name in self._values if not self._is_known(name)]
        for name in unknown[:3]:
            near = meant(name, self._names)
            self.say("{name} is not known{hint}.", name=name, hint=f" (did you mean {near}?)" if near else "")
        if len(unknown) > 3:
            self.say("{count} more names are not known.", count=len(unknown) - 3)
        return self._remarks


def _experiment(state: _State) -> Experiment:
    regression = state.choice("problem", ("classification", "regression")) == "regression"
    sets, name = (REGRESSIONS, "regDataset") if regression else (DATASETS, "dataset")
    source = GeneratedData(sets[state.choice(name, tuple(sets))])  # type: ignore[arg-type]
    low, high = limits(Data, "train_share")
    share = state.number("percTrainData", 50.0, 100 * low, 100 * high) / 100
    data = Data(source, share, _features(state), imperfections=Imperfections(position_noise=_noise(state) / 100))
    kind = state.choice("regularization", ("none", "L1", "L2"))
    penalty = state.number("regularizationRate", 0.0, *limits(Training, "l2"))
    zeros = state.truth("initZero")
    training = Training(
        learning_rate=state.number("learningRate", 0.03, *limits(Training, "learning_rate")),
        batch_size=state.whole("batchSize", 10, *map(int, limits(Training, "batch_size"))),
        l1=penalty if kind == "L1" else 0.0,
        l2=penalty if kind == "L2" else 0.0,
        initializer="zeros" if zeros else "uniform",
        initial_bias=0.0 if zeros else 0.1,
    )
    return Experiment(seed=_seed(state), data=data, network=_network(state), training=training)


def _noise(state: _State) -> float:
    noise = state.number("noise", 0.0, -math.inf, math.inf)
    if noise < 0.0:
        state.say("noise is {given}, below 0; 0 was taken.", given=noise)
        return 0.0
    if noise > MOST_NOISE:
        sentence = "noise is {given}, beyond {most}; as there, {kept} was taken."
        state.say(sentence, given=noise, most=MOST_NOISE, kept=USUAL_NOISE)
        return USUAL_NOISE
    return noise


def _features(state: _State) -> tuple[Any, ...]:
    chosen = tuple(ours for theirs, ours in FEATURES.items() if state.truth(theirs, usual=theirs in ("x", "y")))
    if not chosen:
        state.say("No feature is chosen, and a network reads one at least; x and y were taken.")
    order = ("x", "y", "x_squared", "y_squared", "xy", "sin_x", "sin_y")
    return tuple(name for name in order if name in chosen) or ("x", "y")


def _network(state: _State) -> Network:
    """Layers of one activation; an empty shape has none between features and output."""
    activation = state.choice("activation", ACTIVATIONS)
    sizes = [text for text in state.text("networkShape", "4,2").split(",") if text]
    widest = int(limits(Dense, "units")[1])
    layers = []
    for text in sizes[:MAX_LAYERS]:
        if re.fullmatch(r"[0-9]{1,9}", text) and int(text) > 0:
            units = min(int(text), widest)
            if units < int(text):
                state.say(
                    "A layer has {given} units, and {most} at most; that many were taken.", given=text, most=widest
                )
            layers.append(Dense(units, activation))  # type: ignore[arg-type]
        else:
            state.say("networkShape holds {given}, which is no number of units; it was left out.", given=text[:40])
    if len(sizes) > MAX_LAYERS:
        state.say("The link has {given} layers, and {most} at most were taken.", given=len(sizes), most=MAX_LAYERS)
    return Network(tuple(layers))


def _seed(state: _State) -> int:
    """The digits of that program's seed behind its point."""
    given = state.text("seed")
    digits = given.rpartition(".")[2]
    if not re.fullmatch(r"[0-9]+", digits):
        if given:
            state.say("seed is {given}, which has no digits behind a point; seed 0 was taken.", given=given[:40])
        return 0
    highest = int(limits(Experiment, "seed")[1])
    digits = digits.lstrip("0") or "0"
    kept = digits[: len(str(highest))]
    while int(kept) > highest:
        kept = kept[:-1]
    if kept != digits:
        state.say("seed has {given} digits; the first {kept} were taken.", given=len(digits), kept=len(kept))
    return int(kept)


# -- writing -----------------------------------------------------------------------------------------------------------


def _written(experiment: Experiment, show_test: bool, discretize: bool) -> dict[str, str]:
    """The state of that program, every name of it that says something; raises WrongUse where there is no such state."""
    data, training = experiment.data, experiment.training
    name = data.source.name if isinstance(data.source, GeneratedData) else ""
    regression = next((theirs for theirs, ours in REGRESSIONS.items() if ours == name), None)
    dataset = next((theirs for theirs, ours in DATASETS.items() if ours == name), None)
    if dataset is None and regression is None:
        raise WrongUse("TensorFlow Playground has no such data: its sets are {names}.", names=(*DATASETS, *REGRESSIONS))
    layers = experiment.network.layers
    dense = [layer for layer in layers if isinstance(layer, Dense)]
    activations = {layer.activation for layer in dense} or {"tanh"}
    if len(dense) < len(layers) or len(activations) > 1 or not activations <= set(ACTIVATIONS):
        sentence = "TensorFlow Playground has dense layers of one activation: {names}."
        raise WrongUse(sentence, names=ACTIVATIONS)
    if len(dense) > DEEPEST or any(layer.units > WIDEST for layer in dense):
        sentence = "TensorFlow Playground has {deep} layers of {wide} units at most."
        raise WrongUse(sentence, deep=DEEPEST, wide=WIDEST)
    penalties = {"L1": training.l1, "L2": training.l2}
    kind = next((kind for kind, rate in penalties.items() if rate), "none")
    return {
        "activation": next(iter(activations)),
        "regularization": kind,
        "batchSize": str(training.batch_size),
        "dataset": dataset or next(iter(DATASETS)),
        "regDataset": regression or next(iter(REGRESSIONS)),
        "learningRate": plainly(training.learning_rate),
        "regularizationRate": plainly(penalties.get(kind, 0.0)),
        "noise": _percent(data.imperfections.position_noise),
        "networkShape": ",".join(str(layer.units) for layer in dense),
        "seed": "0." + str(experiment.seed).zfill(5),
        "showTestData": _switch(show_test),
        "discretize": _switch(discretize),
        "percTrainData": _percent(data.train_share),
        **{theirs: _switch(ours in data.features) for theirs, ours in FEATURES.items()},
        "problem": "classification" if dataset else "regression",
        "initZero": _switch(training.initializer == "zeros"),
    }


def _percent(share: float) -> str:
    return plainly(round(100 * share, 9))


def _switch(on: bool) -> str:
    return "true" if on else "false"
