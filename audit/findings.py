"""What an audit finds."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of a guarantee; `subject` is the command or cart that it concerns."""

    guarantee: str
    subject: str
    message: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.guarantee} {self.subject}: {self.message}"


Findings = Iterator[Finding]
