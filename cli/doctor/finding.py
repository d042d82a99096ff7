"""One line of a check-up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is as it should be, and what was seen or what to do."""

    check: str
    ok: bool
    detail: str
