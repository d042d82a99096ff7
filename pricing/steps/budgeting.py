"""Which budgets a cart uses, and which are used up: of vouchers, and of promotions that are capped over all carts."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from cartwright.wire.status import CartStatus
from facts.promotion import PromotionRow
from facts.snapshot import Facts
from facts.validity import valid_at
from models.cart.budgets import PROMOTION, VOUCHER, Budget
from models.cart.cart import Cart
from pricing.sheet.worksheet import Worksheet

ENDED = frozenset({CartStatus.DELETED, CartStatus.EXPIRED})
"""A cart of such a status names what it had used, whatever becomes of its lines."""


def find_budgets(sheet: Worksheet) -> None:
    """Note what the cart uses.

    A deleted one has kept what its order used up, an expired one what it needs again when it is reopened. Which of
    these a cart holds is `Cart.budgets`.
    """
    status = sheet.cart.status
    if status in ENDED:
        sheet.result.budgets = sheet.cart.pricing.budgets
    elif status is not CartStatus.ABANDONED:
        sheet.result.budgets = tuple(sorted(set(_used(sheet))))


def unheld_budgets(sheet: Worksheet) -> frozenset[Budget]:
    """What the filled sheet uses of budgets that its cart does not hold by its own record, which are used up for it.

    Of an abandoned cart there is no record.
    """
    if sheet.cart.status is CartStatus.ABANDONED:
        return frozenset()
    return frozenset(_used(sheet)).difference(sheet.cart.pricing.budgets, sheet.facts.exhausted)


def _used(sheet: Worksheet) -> Iterator[Budget]:
    """Its vouchers as long as they are valid, and the capped promotions that apply."""
    for code in sheet.cart.held_vouchers:
        if _counts(code, sheet.facts, sheet.at):
            yield voucher_budget(code)
    if sheet.facts.capped_promotions:
        customer = _customer(sheet)
        applied = {verdict.promotion_id for verdict in sheet.verdicts if verdict.reason is None}
        for promotion in sheet.facts.capped_promotions:
            if promotion.id in applied:
                yield from promotion_budgets(promotion, customer)


def cap_reached(promotion: PromotionRow, sheet: Worksheet) -> str | None:
    """Why a promotion's caps keep it from this cart, if they do: `exhausted` or `customer-unknown`."""
    if not promotion.caps.shared:
        return None
    customer = _customer(sheet)
    if promotion.caps.per_customer is not None and not customer:
        return "customer-unknown"
    spent = any(each in sheet.facts.exhausted for each in promotion_budgets(promotion, customer))
    return "exhausted" if spent else None


def exhausted_for(cart: Cart, facts: Facts) -> frozenset[Budget]:
    """The budgets of which the cart can have nothing; an amendment shares those that its order holds."""
    return facts.exhausted if cart.amendment is None else facts.exhausted.difference(cart.amendment.covered)


def watched_budgets(facts: Facts, codes: Iterable[str], customers: Iterable[str]) -> dict[Budget, int]:
    """The budgets, with their limits, that matter to a cart with these vouchers and possible customers."""
    found = [voucher_budget(code) for code in codes]
    for promotion in facts.capped_promotions:
        for customer in ("", *customers):
            found += promotion_budgets(promotion, customer)
    return {each: limit for each in found if (limit := limit_of(each, facts)) is not None}


def limit_of(budget: Budget, facts: Facts) -> int | None:
    """How many carts may use it; none, if any number may, or the catalog doesn't know it."""
    if budget.kind == VOUCHER:
        voucher = facts.vouchers.get(budget.id)
        return voucher.uses if voucher else None
    promotion: PromotionRow | None = facts.table("promotions").get(budget.id)
    if promotion is None:
        return None
    return promotion.caps.per_customer if budget.customer else promotion.caps.total


def voucher_budget(code: str) -> Budget:
    """The budget of a voucher."""
    return Budget(VOUCHER, code)


def promotion_budgets(promotion: PromotionRow, customer: str) -> Iterator[Budget]:
    """The budgets of a promotion that a cart of this customer uses."""
    if promotion.caps.total is not None:
        yield Budget(PROMOTION, promotion.id)
    if promotion.caps.per_customer is not None and customer:
        yield Budget(PROMOTION, promotion.id, customer)


def customer_of(cart: Cart) -> str:
    """The cart's customer, or nothing for one without an id."""
    return (cart.header.customer.id if cart.header.customer else None) or ""


def _customer(sheet: Worksheet) -> str:
    return customer_of(sheet.cart)


def _counts(code: str, facts: Facts, at: datetime) -> bool:
    voucher = facts.vouchers.get(code)
    counted = voucher is not None and voucher.uses is not None and valid_at(voucher.valid_for, at)
    return counted and voucher_budget(code) not in facts.exhausted
