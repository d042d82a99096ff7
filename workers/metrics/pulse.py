"""The pulse of the database: whether it answered when the worker last recorded itself, which it does every second."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from workers.metrics.readings import Database

PATIENCE = 3.0
"""Seconds that an answer may take, besides the time until the next question."""


class Pulse:
    """Notes answers and failures; `every` is the number of seconds between questions. Any thread may read."""

    def __init__(self, every: float) -> None:
        self._patience = every + PATIENCE
        self._answered_at = time.monotonic()
        self._failure: str | None = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask the database; an exception is its failure to answer, and goes on its way."""
        try:
            yield
        except Exception as error:
            self._failure = type(error).__name__
            raise
        self._answered_at = time.monotonic()
        self._failure = None

    @property
    def reading(self) -> Database:
        """What is known now."""
        return Database(time.monotonic() - self._answered_at, self._patience, self._failure)
