"""What keeps a cart from being ordered, as `validate-cart` lists it (002, Validate Shopping Cart)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cartwright.wire.refusals import ErrorCode, pointer
from facts.availability import unavailable
from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.catalog.offering import Offering
from pricing.steps.choosing import PRICED_ACTIONS
from pricing.steps.taxing import known_taxes
from rules.bundles import BUNDLE
from rules.engine import standing_findings
from rules.offerings import MISSING, unfit
from rules.rule import Finding

CARDINALITY = "cardinality"
LOST = frozenset({"unknown", "not-started", "expired"})
"""Reasons of vouchers that could not be added any more."""


@dataclass(frozen=True, slots=True)
class CartError:
    """One thing that is wrong; `path` goes by id, as paths of patches do, and is empty for the cart as a whole."""

    code: str
    message: str
    path: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    def wire(self) -> Document:
        """The error as an element of `validation.errors`."""
        return {"code": self.code, "message": self.message, "path": self.path, "parameters": dict(self.parameters)}


def errors_of(cart: Cart, facts: Facts, at: datetime) -> Iterator[CartError]:
    """Everything that is wrong with a cart at its prices by these facts at a time, the lines first, in cart order.

    Lines that sell nothing, such as those that an amendment keeps, can't be wrong; an amendment may keep nothing.
    """
    if not cart.items and cart.amendment is None:
        yield CartError("cart-empty", "The cart has no items.")
    for item in cart.items:
        if item.action in PRICED_ACTIONS:
            yield from _errors_of_line(cart, item, facts, at)
    for finding in standing_findings(cart, facts, at):
        yield _broken_rule(finding, facts)
    yield from _promotions(cart)
    yield from _vouchers(cart)


def _errors_of_line(cart: Cart, item: Item, facts: Facts, at: datetime) -> Iterator[CartError]:
    """What the line lacks, and why it can't be sold."""
    if item.offering_id is None:
        return
    path, named = pointer("items", item.id), {"itemId": item.id, "offeringId": item.offering_id}
    offering = facts.offerings.get(item.offering_id)
    reason = "is no longer in the catalog" if offering is None else unavailable(offering, cart.header, at)
    if reason is not None:
        message = f"Offering {item.offering_id} {reason}."
        yield CartError(ErrorCode.OFFERING_NOT_AVAILABLE.value, message, path, named)
    if offering is not None:
        yield from _characteristics(item, offering)
        if item.prices and not _taxes_known(offering, cart, facts, at):
            message = f"No tax of category {offering.tax_category} is known for this cart."
            yield CartError("tax-not-found", message, path, named)
    for warning in cart.pricing.warnings:
        if warning.item_id == item.id and warning.code == ErrorCode.PRICE_NOT_FOUND:
            yield CartError(warning.code, warning.message, path, named)


def _taxes_known(offering: Offering, cart: Cart, facts: Facts, at: datetime) -> bool:
    """Whether pricing finds the taxes that it looks for."""
    return offering.tax_category is None or bool(known_taxes(offering.tax_category, cart.header, facts, at))


def _characteristics(item: Item, offering: Offering) -> Iterator[CartError]:
    """What commands refuse by now, were the line to come in again."""
    for spec, problem, what in unfit(offering, item.characteristics):
        path, named = pointer("items", item.id, "characteristics", spec.name), {"itemId": item.id, "name": spec.name}
        code = "characteristic-missing" if problem == MISSING else "characteristic-not-allowed"
        yield CartError(code, f"Characteristic {spec.name} {what}.", path, named)


def _broken_rule(finding: Finding, facts: Facts) -> CartError:
    """A finding of a rule; a cardinality is about a bundle, a container or the cart, other rules about a line."""
    rule = facts.table("rules").get(finding.rule_id)
    counting = rule is not None and rule.kind == CARDINALITY
    code = CARDINALITY if counting or finding.rule_id == BUNDLE else finding.code.value
    if counting:
        path = pointer("containers", finding.subject) if finding.subject else ""
    else:
        path = pointer("items", finding.item_id) if finding.item_id else ""
    return CartError(code, finding.message, path, {"ruleId": finding.rule_id})


def _promotions(cart: Cart) -> Iterator[CartError]:
    """Promotions that somebody asked for and that do not apply; others come and go by themselves."""
    for each in cart.pricing.promotions:
        if each.reason is not None:
            message = f"Promotion {each.id} does not apply: {each.reason}."
            named = {"promotionId": each.id, "reason": each.reason}
            yield CartError(ErrorCode.PROMOTION_NOT_APPLICABLE.value, message, pointer("promotions", each.id), named)


def _vouchers(cart: Cart) -> Iterator[CartError]:
    """Vouchers without a use left, and those that could not be added any more."""
    for each in cart.pricing.vouchers:
        if each.reason == "exhausted" or each.reason in LOST:
            code = ErrorCode.VOUCHER_EXHAUSTED if each.reason == "exhausted" else ErrorCode.VOUCHER_UNKNOWN
            message = f"Voucher {each.code} takes nothing off: {each.reason}."
            yield CartError(
                code.value, message, pointer("vouchers", each.code), {"code": each.code, "reason": each.reason}
            )
