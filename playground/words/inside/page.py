"""The words around the operations: phases, buttons and their tips, the header of the canvas, fields for own numbers.

Owns these words.
"""

from __future__ import annotations

from collections.abc import Sequence

from playground.anatomy.operations.operation import Activation, Phase
from playground.errors import Said
from playground.numbers import spaced
from playground.words.inside.functions import label
from playground.words.inside.symbols import three, two

PHASES: dict[Phase, str] = {"forward": "Forward", "loss": "Loss", "backward": "Backward", "update": "Update"}
PHASE_PURPOSES: dict[Phase, str] = {
    "forward": "Forward: every unit adds up what it reads, each times its weight, and its activation bends the sum. "
    "What the output makes of that is the answer.",
    "loss": "Loss: one number for how wrong the answer is. Training wants its mean over the batch small, and what "
    "penalties add.",
    "backward": "Backward: δ says how the loss moves with a unit's sum. The output's comes from the loss; before it a "
    "unit's is made of those that it feeds, by the weights between and its own slope: the chain rule.",
    "update": "Update: every weight goes a little against the slope of the loss by it, the mean over the batch; how "
    "far is the optimizer's to say. An arrow gives a letter its next value.",
}
ENTRY = "Inside a step"
ENTRY_TIP = "Look into the step that comes, operation by operation; training is paused meanwhile"
INSIDE, LEAVE_STEP = "inside", "leave"
STEP_TIP = "Look inside the step that comes, operation by operation  (I)"
PLAY_TIP, STOP_TIP = "Play the step  (Space)", "Stand still  (Space)"
BACK_TIP = "The operation before  (Left; with Shift the phase)"
NEXT_TIP = "The next operation  (Right; with Shift the phase)"
PACE_TIP = "How long an operation is shown while the step plays"
MAKE, MAKE_TIP = "make this step", "Let the engine make this very step, and look into the next one  (Return)"
OWN, OWN_TIP = (
    "own numbers",
    "Type other inputs, another target or other weights, such as 0.5 or 1/3, and see what follows",
)
TRAINS, TRAINS_TIP = "as in training", "The same point as it is computed in training, with what chance draws there"
ANSWER, TO_STEP, TO_STEP_TIP = "inside an answer", "to the step", "Back to the step of training"
OWN_TITLE, CLASS = "Your own numbers", "class"
BACK_TO_RUN, BACK_TO_RUN_TIP = "the run's", "Use the run's own numbers again"
WAITING = "Asking the run …"
NO_SAMPLES = "There are no training points, so there is no step to look into"
PAGE = (
    "Inside a step. Left and Right go from operation to operation, with Shift from phase to phase; Space plays; "
    "Page Up and Page Down scroll a long formula."
)
TO_SIDE, TO_FORMULA = "figures", "formula"
LEAVE, LEAVE_KEY, LEAVE_TIP = "Leave", "Esc", "Back to the whole network"
BATCH_TIP = "A sample of this batch: a click shows the step as this one takes part in it"
GIVEN = "with your numbers"


def step_title(step: int) -> str:
    """`inside step 107`: steps are counted from 1."""
    return str(Said("inside step {step}", {"step": spaced(step + 1)}))


def sample_title(sample: int, size: int) -> str:
    """`sample 3 of 4`."""
    return str(Said("sample {sample} of {size}", {"sample": spaced(sample + 1), "size": spaced(size)}))


def place_title(place: int, count: int) -> str:
    """`5 of 6`, for the operation of a phase."""
    return str(Said("{place} of {count}", {"place": spaced(place + 1), "count": spaced(count)}))


def pace_title(milliseconds: int) -> str:
    """`400 ms`."""
    return str(Said("{time} ms", {"time": spaced(milliseconds)}))


# -- pictures ----------------------------------------------------------------------------------------------------------

CURVE, TERMS, SENT = "Curve of the activation", "What each term brings", "What each unit sends back"


def curve_title(name: str) -> str:
    """`tanh, and its slope at this z`."""
    return str(Said("{name}, and its slope at this z", {"name": label(name)}))


def curve_said(operation: Activation) -> str:
    """The picture in words."""
    gaps = {"name": label(operation.name), "z": two(operation.z), "a": two(operation.result)}
    return str(Said("{name} of {z} is {a}; its slope there is {slope}", {**gaps, "slope": three(operation.slope)}))


def terms_said(terms: Sequence[tuple[str, float]], name: str, total: float) -> str:
    """The picture in words."""
    return "; ".join(f"{each} {two(value)}" for each, value in (*terms, (name, total)))


def others_title(count: int) -> str:
    """`13 more`."""
    return str(Said("{count} more", {"count": spaced(count)}))


def point_title(inputs: Sequence[float]) -> str:
    """`for (1.20, −0.64)`; nothing for many inputs."""
    return "" if not inputs or len(inputs) > MOST_COORDINATES else f"for ({', '.join(map(two, inputs))})"


MOST_COORDINATES = 4
