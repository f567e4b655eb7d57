"""What the user wants of the doctor: whether it looks at runs at all, and of which rules it does not speak.

Owns these wishes and that they are remembered; knows nothing of what is found.
"""

from __future__ import annotations

from typing import get_args

import msgspec
from PySide6.QtCore import QObject, Signal

from playground.diagnosis.signals.finding import RuleName
from playground.settings import settings


class Wishes(QObject):
    """`switched` when it begins to look, or to look no more; `silenced` when it speaks of other rules."""

    switched, silenced = Signal(), Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.locked = False
        self._wished, self._remembers = True, False
        self._off: frozenset[str] = frozenset()

    @property
    def on(self) -> bool:
        """Whether it looks at all: nobody has switched it off, and it is not locked."""
        return self._wished and not self.locked

    @property
    def rules_off(self) -> frozenset[str]:
        """Rules that were switched off; what the settings name beside them is none that anybody knows."""
        return self._off.intersection(get_args(RuleName))

    def remember(self) -> None:
        """Take what was switched off from the settings, and keep it there from now on."""
        kept, self._remembers = settings.read(), True
        self._wished, self._off = kept.doctor, frozenset(kept.doctor_rules_off)

    def set_on(self, on: bool) -> None:
        """Let it look, or switch it off with all that it says."""
        self._switch(on, self.locked)
        self._keep()

    def set_locked(self, locked: bool) -> None:
        """Whether a link or a teacher has taken it away."""
        self._switch(self._wished, locked)

    def set_rule_on(self, rule: str, on: bool) -> None:
        """Let a rule speak, or silence it for good."""
        self._off = self._off - {rule} if on else self._off | {rule}
        self._keep()
        self.silenced.emit()

    def _switch(self, wished: bool, locked: bool) -> None:
        if (wished, locked) != (self._wished, self.locked):
            self._wished, self.locked = wished, locked
            self.switched.emit()

    def _keep(self) -> None:
        if self._remembers:
            kept = settings.read()
            new = msgspec.structs.replace(kept, doctor=self._wished, doctor_rules_off=tuple(sorted(self._off)))
            if new != kept:
                settings.write(new)
