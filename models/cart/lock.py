"""A lock: for a while only its owner changes the cart."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Lock:
    """Who may change the cart, and until when."""

    owner: str
    until: datetime
