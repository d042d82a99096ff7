"""The trace of one command, as the parts of a worker see it; what it is made of they don't know."""

from typing import Protocol


class Span(Protocol):
    """What a worker does with one delivery. Times are seconds by `perf_counter`."""

    @property
    def traceparent(self) -> str:
        """The header that has others go on with the trace (W3C Trace Context)."""

    def stage(self, name: str, began: float) -> None:
        """Note a stage that ends now."""

    def note(self, kind: str | None, outcome: str, code: str | None) -> None:
        """Note what became of it: its type, if it was read so far, its outcome, and the code of a refusal."""

    def end(self) -> None:
        """Note that it is finished."""
