"""Which of some names was probably meant by another word: what it is called elsewhere, or one slip of the keyboard.

Owns that judgement and the other names; knows nothing of where the names come from. Likeness of letters alone is no
reason (mnist is not moons, selu is none of relu, gelu and silu): where several names are as near, none is offered.
"""

from __future__ import annotations

from collections.abc import Iterable

ELSEWHERE = {
    "mnist": "digits", "two_moons": "moons", "make_moons": "moons", "make_circles": "circles", "make_blobs": "blobs",
    "mse": "squared_error", "mean_squared_error": "squared_error", "l2_loss": "squared_error",
    "mae": "absolute", "l1_loss": "absolute", "mean_absolute_error": "absolute", "smooth_l1": "huber",
    "bce": "binary_cross_entropy", "binary_crossentropy": "binary_cross_entropy", "log_loss": "binary_cross_entropy",
    "cross_entropy": "softmax_cross_entropy", "crossentropy": "softmax_cross_entropy",
    "categorical_crossentropy": "softmax_cross_entropy", "sparse_categorical_crossentropy": "softmax_cross_entropy",
    "swish": "silu", "lrelu": "leaky_relu", "identity": "linear", "none": "linear", "logistic": "sigmoid",
    "sin": "sine", "glorot_uniform": "xavier_uniform", "glorot_normal": "xavier_normal",
    "kaiming_uniform": "he_uniform",
    "kaiming_normal": "he_normal", "xavier": "xavier_uniform", "glorot": "xavier_uniform", "he": "he_normal",
    "ones": "constant", "double": "float64", "single": "float32",
    "lr": "learning_rate", "eta": "learning_rate", "rate": "learning_rate", "batch": "batch_size", "bs": "batch_size",
    "weight_decay": "l2", "init": "initializer", "dataset": "name", "n": "samples", "neurons": "units",
    "conv": "conv2d", "conv2d_layer": "conv2d", "batchnorm": "batch_norm", "batch_normalization": "batch_norm",
    "layernorm": "layer_norm", "linear_layer": "dense", "fully_connected": "dense", "maxpool": "max_pool2d",
    "max_pool": "max_pool2d", "max_pooling2d": "max_pool2d", "avgpool": "average_pool2d", "noise": "gaussian_noise",
    "exponential_decay": "exponential", "cosine_annealing": "cosine", "plateau": "reduce_on_plateau",
    "one_cycle_lr": "one_cycle", "warmup": "warm_up", "ada_grad": "adagrad", "rms_prop": "rmsprop", "adam_w": "adamw",
}  # fmt: skip
"""What other programs, and people, call what is called otherwise here."""
LONGEST = 60
SLIPS = ((6, 2), (3, 1))
"""From how many letters on how many slips are forgiven."""


def meant(given: str, names: Iterable[object]) -> str | None:
    """The one of the names that was probably meant, or None."""
    if len(given) > LONGEST:
        return None
    known = {_key(str(name)): str(name) for name in names}
    key = _key(given)
    for same in (key, ELSEWHERE.get(key, "")):
        if same in known:
            return known[same]
    allowed = next((slips for letters, slips in SLIPS if len(key) >= letters), 0)
    near: dict[int, list[str]] = {}
    for each, name in known.items():
        if abs(len(each) - len(key)) <= allowed:
            near.setdefault(slips_between(key, each), []).append(name)
    fewest = min(near, default=allowed + 1)
    return near[fewest][0] if fewest <= allowed and len(near[fewest]) == 1 else None


def slips_between(one: str, other: str) -> int:
    """Letters missing, added, wrong or swapped with their neighbour (Damerau 1964, optimal string alignment)."""
    before, last = list[int](), list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        line = [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]


def _key(name: str) -> str:
    dashes = len(name) - len(name.lstrip("-"))
    return name[:dashes] + name[dashes:].strip().lower().replace("-", "_").replace(" ", "_")
