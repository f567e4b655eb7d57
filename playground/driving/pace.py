"""How many steps are due, and how fast a run goes.

Owns the arithmetic of time; is told the time and knows nothing of threads or sessions.
"""

from __future__ import annotations

from collections import deque

CALL_SECONDS = 0.002
"""How long one call of the kernels should last: short enough to stop at once, long enough to cost nothing."""
LONGEST_CALL = 0.012
"""How long it may last where nothing is to be shown before it ends."""
RATE_SECONDS = 0.5
"""Over how long the speed that is shown is measured."""
KNOWN_SECONDS = 0.2
"""How much of that has to have passed before a speed is shown."""
LONGEST_GAP = 0.1
"""A pause of the clock longer than this is not caught up."""
MOST_STEPS = 1_000_000
GENTLE_SPEED, GROWTH = 150.0, 0.9
"""A fresh run that is not at full speed begins with so many steps a second, and each step adds so much to that until
it goes as fast as it may: most of what there is to see happens in the first hundreds of steps."""


class Pace:
    """Steps per call: at full speed as many as fit in the time given, otherwise as many as the clock has earned."""

    def __init__(self, call_seconds: float = CALL_SECONDS, longest_call: float = LONGEST_CALL) -> None:
        self.speed: float | None = None
        self._call, self._longest = call_seconds, longest_call
        self.forget()
        self._owed = 0.0
        self._last: float | None = None

    def forget(self) -> None:
        """What a step costs is not known (any more): the next call makes one."""
        self._fitting = 0.0

    def restart(self, speed: float | None) -> None:
        """Another speed in steps per second (None: full); nothing is owed."""
        self.speed, self._owed, self._last = speed, 0.0, None

    def steps_due(self, now: float, seconds: float | None = None, made: int = MOST_STEPS) -> int:
        """How many steps to make now; 0 means it is too early. At full speed the call should last so many seconds,
        at least `call_seconds` (which it lasts where nothing is said) and at most `longest_call`. made: steps of the
        run so far."""
        if self.speed is None:
            share = min(max(seconds or 0.0, self._call), self._longest) / self._call
            return max(1, min(int(self._fitting * share), MOST_STEPS))
        speed = min(self.speed, max(GENTLE_SPEED, GROWTH * made))
        elapsed = 1.0 / speed if self._last is None else min(now - self._last, LONGEST_GAP + 1.0 / speed)
        self._last = now
        self._owed += elapsed * speed
        steps = min(int(self._owed + 1e-9), max(1, int(4 * self._fitting)))
        self._owed = min(self._owed - steps, max(1.0, self.speed * LONGEST_GAP))
        return steps

    def seconds_to_next(self) -> float:
        """How long a paced run may sleep."""
        return 0.0 if self.speed is None else max(0.0005, min(0.016, (1.0 - self._owed) / self.speed))

    def measured(self, steps: int, seconds: float) -> None:
        """Learn from a call how many steps fit in `call_seconds`; a fraction where even one takes longer.

        At most twice as many as were made: a cost that one call has shown is not trusted further than that.
        """
        ideal = steps * self._call / max(seconds, 1e-6)
        self._fitting = min(ideal, 2.0 * max(self._fitting, steps), MOST_STEPS)


class Rate:
    """Epochs per second over the last half second."""

    def __init__(self) -> None:
        self._total = 0.0
        self._marks: deque[tuple[float, float]] = deque([(0.0, 0.0)])

    def restart(self, now: float) -> None:
        """Forget what was before: a run starts now."""
        self._marks.clear()
        self._marks.append((now, self._total))

    def add(self, epochs: float, now: float) -> None:
        """Count some work that ended now."""
        self._total += epochs
        self._marks.append((now, self._total))
        while len(self._marks) > 2 and self._marks[1][0] < now - RATE_SECONDS:
            self._marks.popleft()

    def per_second(self) -> float:
        """0 until it is known: the first calls after a start tell nothing of how fast a run goes."""
        (first, before), (last, after) = self._marks[0], self._marks[-1]
        return (after - before) / (last - first) if last - first >= KNOWN_SECONDS else 0.0
