"""What a job must know of a cart to tell whether it may leave it alone: little of a cart that may have much in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from cartwright.wire.price_type import PriceType
from cartwright.wire.status import CartStatus
from models.cart.cart import Cart, Item
from models.cart.keeping import keeps_prices
from models.cart.keys import AGREEMENT_ID
from models.cart.line_terms import NO_TERMS

HARMLESS = frozenset({"rule-not-met"})
"""Codes of warnings that say nothing about prices."""


class BriefTotal(NamedTuple):
    """What all prices of one type and period cost with taxes, in minor units."""

    type: PriceType
    period: str | None
    gross: int


@dataclass(frozen=True, slots=True)
class CartBrief:
    """A brief of a stored cart.

    `revision` and `priced_at` are the catalog and the time that all its amounts are from. `intricate`: its prices
    follow from more than its lines and the catalog as it is: an amendment, a line that keeps what it cost, a price that
    a change rule keeps, an override with dates, a credit for a paid period, a warning about a price.
    """

    cart_id: str
    version: int
    status: CartStatus
    currency: str
    country: str
    revision: int
    priced_at: datetime | None
    offering_ids: tuple[str, ...] = ()
    chosen_promotions: tuple[str, ...] = ()
    vouchers: tuple[str, ...] = ()
    agreement_id: str | None = None
    prorated: bool = False
    intricate: bool = False
    locked_until: datetime | None = None
    frozen_until: datetime | None = None
    totals: tuple[BriefTotal, ...] = ()
    payable: int = 0

    @classmethod
    def of(cls, cart: Cart) -> "CartBrief":
        """The brief of a cart; `prorated` is one with a bill cycle day, whatever its prices are."""
        stamp, header = cart.pricing.stamp, cart.header
        return cls(
            cart_id=cart.id,
            version=cart.version,
            status=cart.status,
            currency=cart.currency,
            country=header.country or "",
            revision=stamp.catalog_revision,
            priced_at=stamp.priced_at,
            offering_ids=offering_ids(cart),
            chosen_promotions=tuple([each.id for each in cart.chosen_promotions]),
            vouchers=cart.held_vouchers,
            agreement_id=header.keys.get(AGREEMENT_ID),
            prorated=header.bill_cycle_day is not None,
            intricate=intricate(cart),
            locked_until=cart.lock.until if cart.lock else None,
            frozen_until=cart.frozen_until,
            totals=tuple([BriefTotal(each.type, each.period, each.gross) for each in cart.pricing.totals]),
            payable=cart.pricing.due_now.payable,
        )


def offering_ids(cart: Cart) -> tuple[str, ...]:
    """Each offering of the cart's lines once."""
    return tuple(dict.fromkeys([item.offering_id for item in cart.items if item.offering_id is not None]))


def intricate(cart: Cart) -> bool:
    """Whether the cart's prices follow from more than its lines and the catalog as it is."""
    if cart.amendment is not None:
        return True
    for warning in cart.pricing.warnings:
        if warning.code not in HARMLESS:
            return True
    unusual = [item for item in cart.items if item.terms is not NO_TERMS or item.overrides]
    return any(map(_is_intricate, unusual)) or keeps_prices(cart)


def _is_intricate(item: Item) -> bool:
    return item.terms.paid_period is not None or any(each.valid_for is not None for each in item.overrides)
