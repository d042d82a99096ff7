"""Whether an offering is on sale: at this time, through the cart's channel."""

from datetime import datetime

from cartwright.wire.header import Header
from facts.validity import valid_at
from models.catalog.offering import Offering


def unavailable(offering: Offering, header: Header, at: datetime) -> str | None:
    """Why it is not on sale, as the end of a sentence; None if it is."""
    if not valid_at(offering.valid_for, at):
        return "is not on sale at this time"
    channel = header.channel
    names = {channel.id, channel.name} if channel else set()
    if offering.channels and not names & set(offering.channels):
        return "is not sold through this channel"
    return None
