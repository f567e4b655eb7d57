"""What the doctor's card, chip and sheet say besides a finding itself.

Owns these words; knows nothing of findings' own texts or of cures.
"""

from __future__ import annotations

from playground import numbers as formats
from playground.words.diagnosis import rule_texts
from playground.words.network import counted

TRAINING, DOCTOR = "Training", "Doctor"
TRAINING_TIP = "How the network is trained  (Ctrl+Shift+D)"
DOCTOR_TIP = "What is wrong with the run, and what helps  (Ctrl+Shift+D)"
MORE, MORE_TIP = "More", "Evidence, rule, what would change the verdict, and all cures"
CHOICES_TIP = "Put off, silence a rule, switch the doctor off"
WELL, OFF, OFF_LINK = "All is well", "The doctor is switched off", "Switch it on"
WAITING = "Nothing is known yet: the run is not there"
NOTHING_YET = "Nothing found yet"
NOTHING_THEN = "Nothing was found by then"
NOT_LOOKED_THEN = "The doctor did not look at this moment."
AT_PLAY = "Play, or an edit, looks ahead at the whole run."
NOT_NOW, NEXT = "Not now", "Next finding"
SWITCH_OFF = "Doctor"
TENTH = "Does a tenth do the same?"
NO_TENTH = "No network with these layers has a tenth of the parameters."
NO_CURE = "No cure is known for this."
NO_NEED = "No cure is needed."
UNSEEN = "a finding that was not looked at yet"
FORECAST_ENTRY = "Forecast in the curves"
FORECAST, FORECAST_TIP = "forecast", "Draw the run to come, as it was looked ahead, as a faint curve"
FLIP, WATCH = "Training or doctor", "Watch the run and say what is wrong with it"
LOCKED = "The doctor is locked here"
EVIDENCE, THE_RULE, VERDICT, CURES = "Evidence", "The rule", "What would change it", "Cures"
NOT_TRIED = "Not tried yet."
UNDER_TIP = "Show what follows from this finding"
BRINGS_ABOUT = "It brings about"
PAIR_TIPS = {
    "MapSide": "What both networks answer over the plane, with their training samples",
    "MatrixSide": "How many held-out samples: rows are the true classes, columns the answers",
    "CurveSide": "Losses over the run: of training samples blue, of those that judge amber",
}  # fmt: skip


def never(title: str) -> str:
    """The entry that silences a rule."""
    return f"Never tell “{title}”"


def again(rule: str) -> str:
    """The entry that lets a silenced rule speak."""
    titles = {str(name): text.title for name, text in rule_texts().items()}
    return f"Tell “{titles.get(rule, rule)}” again"


def quiet(there: bool, well: bool, looking_ahead: bool, ahead: tuple[int, bool] | None) -> tuple[str, str]:
    """Title and sentence where nothing was found. there: whether there is a run. ahead: how far the run to come was
    looked at, and whether that is all of it."""
    known = AT_PLAY if ahead is None else looked_ahead(*ahead)
    title = WELL if well else NOTHING_YET if there else WAITING
    return title, (looking() if looking_ahead else known) if there else ""


def quiet_then(looked: bool) -> tuple[str, str]:
    """The same of an earlier moment, and where nobody looked at it."""
    return (NOTHING_THEN, "") if looked else (formats.MISSING, NOT_LOOKED_THEN)


def at_epoch(epoch: int) -> str:
    """Of which moment it is said."""
    return f"epoch {formats.spaced(epoch)}"


def as_of(epoch: int, sentence: str) -> str:
    """A sentence whose figures are those of another moment than the one that is shown: of the last look before it."""
    return f"At epoch {formats.spaced(epoch)}: {sentence}"


def looked_ahead(reached: int, complete: bool) -> str:
    """How far the run to come is known."""
    found = f"Looked ahead to epoch {formats.spaced(reached)}"
    return f"{found}: nothing stands in the way." if complete else f"{found} in the time there was."


def looking() -> str:
    """While that is not known yet."""
    return "Looking ahead …"


def chip_texts(title: str, since: str, others: int) -> tuple[str, ...]:
    """Wordings of the chip, the longest first."""
    more = f"  +{others}" if others else ""
    return (f"{title} {since}{more}", f"{title}{more}", f"{others + 1}")


def in_short(since: str) -> str:
    """`will be seen at epoch 24 (step 600)` without the step, where room is short."""
    return since.split(" (")[0].replace("will be seen at", "at")


def try_cures(count: int, seeds: int) -> str:
    """What stands on the link that begins the trials."""
    return f"Try {counted(count, 'cure')} on {formats.spaced(seeds)} seeds"


def without_and_with(epochs: int, cure: str, seed: int) -> str:
    """What stands above the pictures of a pair."""
    return f"Epoch {formats.spaced(epochs)} of seed {formats.spaced(seed)}, without and with {cure}"


def brings_about(title: str, others: int) -> str:
    """What follows from a finding: the first of it, and how many there are besides."""
    return f"Brings about: {title}{f'  +{others}' if others else ''}"


def tenth_is_worse(score: float, small: float, is_classification: bool) -> str:
    """The answer where a tenth of the parameters does not do it: mean scores on samples that judge."""
    few, many = (formats.accuracy(each) if is_classification else formats.fixed(each, 2) for each in (small, score))
    return f"A tenth of the parameters does not do the same: {'' if is_classification else 'R² '}{few} against {many}."


def progress(done: int, count: int) -> str:
    """How many cures were tried."""
    return f"{formats.spaced(done)} of {formats.spaced(count)} tried"
