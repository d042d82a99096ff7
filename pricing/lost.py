"""What a cart would lose under the circumstances that its header names: lines that can't be sold, and reductions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from cartwright.wire.refusals import ErrorCode
from facts.availability import unavailable
from facts.snapshot import Facts
from models.cart.cart import Cart
from pricing.explaining import explain
from pricing.price import open_sheet
from pricing.steps.choosing import PRICED_ACTIONS, is_included, matching


class NotApplied(NamedTuple):
    """The code of the reason why a promotion or voucher takes nothing off, and the kind of condition that failed."""

    reason: str
    condition: str | None = None


UNKNOWN = NotApplied("unknown")
"""Of a promotion that is no longer in the catalog."""


def unsellable_lines(cart: Cart, facts: Facts, at: datetime) -> Iterator[tuple[str, ErrorCode]]:
    """The lines whose offering is not on sale, or has no price, for a cart with this header; with the reason."""
    sheet = open_sheet(cart, facts, at)
    for line in sheet.lines:
        item, offering = line.item, line.offering
        if item.offering_id is None or item.action not in PRICED_ACTIONS:
            continue
        if offering is None:
            yield item.id, ErrorCode.OFFERING_NOT_FOUND
        elif unavailable(offering, cart.header, at) is not None:
            yield item.id, ErrorCode.OFFERING_NOT_AVAILABLE
        elif not matching(line, offering, sheet) and not is_included(item, offering, sheet):
            yield item.id, ErrorCode.PRICE_NOT_FOUND


def applied_reductions(cart: Cart) -> list[str]:
    """The promotions, by id, and the vouchers, by code, that reduce a priced cart."""
    promotions = [each.id for each in cart.pricing.promotions if each.applied]
    return promotions + [each.code for each in cart.pricing.vouchers if each.applied]


def not_applied(cart: Cart, facts: Facts, at: datetime) -> dict[str, NotApplied]:
    """All promotions and vouchers that take nothing off the cart, and why; also promotions that nobody asked for."""
    priced, explanation = explain(cart, replace(facts, history=None), at)  # nobody asks for prior prices here
    found = {each.id: NotApplied(each.reason) for each in priced.pricing.promotions if each.reason}
    found |= {each.id: NotApplied(each.reason, each.condition) for each in explanation.promotions if each.reason}
    return found | {each.code: NotApplied(each.reason) for each in priced.pricing.vouchers if each.reason}
