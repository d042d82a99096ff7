"""Traces of commands: begun where a delivery is read, handed on with replies and events, ended with its settlement."""

from collections.abc import Iterable
from typing import Protocol

from workers.amqp import Delivery
from workers.consume.span import Span
from workers.consume.work import Answered, Source, Work


class Spans(Protocol):
    """Whoever makes the traces. Sources without a span are passed over."""

    def begin(self, delivery: Delivery) -> Span | None:
        """Begin the span of a delivery, as a child of the one that its sender names."""

    def stage(self, name: str, works: Iterable[Work], began: float) -> None:
        """Note a stage of these commands, which began then, by `perf_counter`, and ends now."""

    def waited(self, works: Iterable[Work]) -> None:
        """Note that these commands have been taken from their lanes."""

    def answered(self, answers: Iterable[Answered]) -> None:
        """Note what became of commands."""

    def end(self, sources: Iterable[Source]) -> None:
        """End the spans of sources that are acknowledged."""


class Untraced:
    """Makes none; a group pays a few calls that do nothing."""

    def begin(self, delivery: Delivery) -> None:
        """No span."""

    def stage(self, name: str, works: Iterable[Work], began: float) -> None:
        """Nothing to note."""

    def waited(self, works: Iterable[Work]) -> None:
        """Nothing to note."""

    def answered(self, answers: Iterable[Answered]) -> None:
        """Nothing to note."""

    def end(self, sources: Iterable[Source]) -> None:
        """Nothing to end."""


UNTRACED = Untraced()
