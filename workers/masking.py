"""Secrets stay out of logs and messages: passwords in addresses, and values that are known to be secret."""

import re
from collections.abc import Iterable

MASK = "***"
SHORTEST = 6
"""Shorter values are masked in addresses only: as words they would be found everywhere."""
_IN_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^:/\s@'\"]*):[^\s'\"]*@")
_IN_QUERY = re.compile(r"(?i)([?&][a-z]*password=)[^&\s'\"]+")


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without passwords in addresses (`amqp://user:***@host`), and without these secrets."""
    if "://" in text:
        text = _IN_QUERY.sub(rf"\1{MASK}", _IN_ADDRESS.sub(rf"\1:{MASK}@", text))
    for secret in secrets:
        if len(secret) >= SHORTEST:
            text = text.replace(secret, MASK)
    return text
