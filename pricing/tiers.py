"""Quantity tiers of a price point."""

from cartwright.models.catalog import PricePoint


def unit_amount(point: PricePoint, quantity: int) -> str:
    """The unit price at this quantity, a decimal string: the highest tier reached, or the point's own."""
    reached = [tier for tier in point.tiers if tier.min_quantity <= quantity]
    return max(reached, key=lambda tier: tier.min_quantity).amount if reached else point.amount
