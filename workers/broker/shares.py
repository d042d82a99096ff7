"""Shares: how many partitions a worker hands over, so that all have about as many."""

from collections.abc import Mapping


def to_hand_over(run: str, own: int, others: Mapping[str, int], count: int) -> int:
    """How many of its `own` partitions a worker hands over, given how many each other live worker has, of `count`.

    Nobody hands over what keeps it at its share, so a worker too many changes nothing: it waits.
    """
    least, rest = divmod(count, len(others) + 1)
    most = least + bool(rest)
    if own > most:
        return own - most
    if own < most or own == least:
        return 0
    # One of those who have the most helps out whoever has too few, unless something is changing hands anyway.
    settled = own + sum(others.values()) >= count
    fullest = min([run, *(other for other, theirs in others.items() if theirs >= most)])
    return int(settled and run == fullest and min(others.values()) < least)
