"""What does the jobs of a name, and when it tries again what it could not do."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Handler:
    """What does the jobs of one name.

    Attributes:
        name: of the jobs.
        run: called with a connection and the job's arguments by name. What it writes through the
            connection is committed with the end of the job, or not at all. All else that it does
            must be safe to repeat: when the worker ends in the middle, it is done again. What it
            raises is kept with the job and logged, so it must not quote personal data.
        attempts: after so many the job is dead: it is not tried any more, until an operator says
            so.
        first_wait: between the first attempt and the second; each further wait is twice as long,
            up to an hour.
        every: None, or how often it is done without being queued. Such a job is never dead.
    """

    name: str
    run: Callable[..., None]
    attempts: int = 10
    first_wait: timedelta = timedelta(seconds=5)
    every: timedelta | None = None

    def wait_after(self, attempt: int) -> timedelta:
        """Return how long to wait after an attempt, give or take a fifth.

        What failed together is not tried again all at the same moment.

        Args:
            attempt: 1 after the first.
        """
        longest = min(LONGEST_WAIT, self.every or LONGEST_WAIT)
        # Doubled twenty times, any wait is longer than the longest.
        wait = min(self.first_wait * (1 << min(attempt - 1, 20)), longest)
        return wait * random.uniform(0.8, 1.2)  # noqa: S311

    def gives_up_after(self, attempt: int) -> bool:
        """Tell whether an attempt that failed was the last."""
        return self.every is None and attempt >= self.attempts
