"""Prices that depend on the quantity, in tiers of blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class TierMode(StrEnum):
    """How tiers price a quantity: every tier its own part, or the tier reached prices all."""

    GRADUATED = "graduated"
    VOLUME = "volume"


@dataclass(frozen=True, slots=True)
class Tier:
    """Up to `max_blocks` blocks (None: any number) of `block_size` units at an exact price each.

    A block that is begun is paid in full (Kill Bill, consumable usage).
    """

    block_size: int
    max_blocks: int | None
    block_price: Fraction

    @property
    def capacity(self) -> int | None:
        """How many units the tier holds; None for any number."""
        return None if self.max_blocks is None else self.block_size * self.max_blocks

    def price(self, quantity: int) -> Fraction:
        """The price of that many units in this tier, the last block rounded up."""
        return -(-quantity // self.block_size) * self.block_price


def tiered_price(tiers: Sequence[Tier], quantity: int, mode: TierMode) -> Fraction:
    """The exact price of a quantity, in the unit of the block prices, unrounded.

    Whatever goes beyond all tiers is the last one's. Raises `ValueError` if there is no tier.
    """
    if not tiers:
        raise ValueError("A tiered price needs a tier.")
    parts = _parts(tiers, quantity)
    if mode is TierMode.VOLUME:
        return tiers[len(parts) - 1].price(quantity)
    return sum([price for _, price in graduated_parts(tiers, quantity)], Fraction(0))


def graduated_parts(tiers: Sequence[Tier], quantity: int) -> list[tuple[int, Fraction]]:
    """How many units fall to each of the tiers that are reached, and what they cost there together, unrounded."""
    return [(part, tier.price(part)) for tier, part in zip(tiers, _parts(tiers, quantity), strict=False)]


def _parts(tiers: Sequence[Tier], quantity: int) -> list[int]:
    """How many units fall to each of the tiers that are reached; the first is reached by zero units."""
    parts: list[int] = []
    left = quantity
    for tier in tiers[:-1]:
        capacity = tier.capacity
        part = left if capacity is None else min(left, capacity)
        parts.append(part)
        left -= part
        if not left:
            return parts
    return [*parts, left]
