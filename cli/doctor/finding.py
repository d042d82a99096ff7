"""One finding of `cart doctor`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was checked, whether it is as it should be, and what was seen or what to do."""

    check: str
    ok: bool
    detail: str
