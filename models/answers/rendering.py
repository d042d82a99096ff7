"""A cart as the wire shows it: camelCase names, amounts as decimal strings in the cart's currency."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from cartwright.wire.money import format_amount
from cartwright.wire.schema import format_time
from models.cart.adjustments import used_amounts
from models.cart.cart import (
    Cart,
    Conversion,
    Discount,
    DueNow,
    Item,
    Price,
    PricingStamp,
    PromotionOutcome,
    TaxLine,
    Total,
    VoucherOutcome,
)
from models.cart.item_fields import write_container, write_item
from models.cart.payment import PaymentPlan

_HEAD: dict[str, Any] = {
    **dict.fromkeys(("country", "locale", "channel", "place", "marketSegment", "customer", "validity")),
    "keys": {},
}
_LINE: dict[str, Any] = {
    **dict.fromkeys(("offeringId", "containerId", "parentId", "productId", "term", "addedBy")),
    "relationships": [],
    "overrides": [],
}
"""Fields that the contract names are there whether or not they were given."""


def render_item(item: Item, currency: str) -> dict[str, Any]:
    """One line item with its prices."""
    promotions = {each.id: None for price in item.prices for each in price.alterations if each.source == "promotion"}
    return {
        **_LINE,
        **write_item(item),
        "prices": [render_price(price, currency) for price in item.prices],
        "promotions": list(promotions),
    }


def render_cart(cart: Cart, render_line: Callable[[Item, str], Any] = render_item) -> dict[str, Any]:
    """The `cart` of a reply (contract, "The cart"); `render_line` may give lines in a form that is encoded already."""
    currency = cart.currency
    return {
        "id": cart.id,
        "tenant": cart.tenant,
        "version": cart.version,
        "status": cart.status.value,
        **_HEAD,
        **cart.header.wire(),
        "currency": currency,
        "availableCurrencies": sorted({currency, *cart.other_currencies}),
        "containers": [write_container(container) for container in cart.containers],
        "items": [render_line(item, currency) for item in cart.items],
        "promotions": [_promotion(each, currency) for each in cart.promotions],
        "vouchers": [_voucher(each, currency) for each in cart.vouchers],
        "adjustments": _adjustments(cart),
        "totals": render_totals(cart.totals, currency),
        "dueNow": render_due_now(cart.due_now, currency),
        **({} if cart.payment is None else {"payment": _payment(cart.payment, currency)}),
        "warnings": [{"code": each.code, "message": each.message} for each in cart.warnings],
        "lastUpdateReason": cart.last_update_reason,
        "pricing": render_pricing(cart.pricing),
        "createdAt": format_time(cart.created.at),
        "createdBy": cart.created.by,
        "updatedAt": format_time(cart.updated.at),
        "updatedBy": cart.updated.by,
    }


def render_price(price: Price, currency: str) -> dict[str, Any]:
    """One price of a line."""
    return {
        "id": price.id,
        "type": price.type,
        "period": price.period,
        "unit": price.unit,
        "unitAmount": price.unit_amount,
        "list": format_amount(price.list_amount, currency),
        "alterations": [
            {
                "source": each.source,
                "id": each.id,
                "amount": format_amount(each.amount, currency),
                **_stated({"type": each.type, "priority": each.priority, "periods": each.periods}),
            }
            for each in price.alterations
        ],
        "net": format_amount(price.net, currency),
        "taxes": _taxes(price.taxes, currency),
        "gross": format_amount(price.gross, currency),
        **({"isArrears": True} if price.arrears else {}),
        **({"relationships": [asdict(each) for each in price.relationships]} if price.relationships else {}),
    }


def render_totals(totals: tuple[Total, ...], currency: str) -> list[dict[str, Any]]:
    """The totals, one-time first."""
    return [_total(total, currency) for total in totals]


def render_due_now(due: DueNow, currency: str) -> dict[str, Any]:
    """What is payable now."""
    return {
        "gross": format_amount(due.gross, currency),
        "adjustments": format_amount(due.adjustments, currency),
        **({"rounding": format_amount(due.rounding, currency)} if due.rounding else {}),
        **({"inOtherCurrencies": [_conversion(each) for each in due.conversions]} if due.conversions else {}),
        "payable": format_amount(due.payable, currency),
        **({"payableNet": format_amount(due.net, currency)} if due.adjustments else {}),
    }


def render_pricing(stamp: PricingStamp) -> dict[str, Any]:
    """What priced the cart."""
    priced_at = None if stamp.priced_at is None else format_time(stamp.priced_at)
    return {"policy": stamp.policy, "catalogRevision": stamp.catalog_revision, "pricedAt": priced_at}


def _stated(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _conversion(conversion: Conversion) -> dict[str, str]:
    payable = format_amount(conversion.payable, conversion.currency)
    return {"currency": conversion.currency, "rate": conversion.rate, "payable": payable}


def _promotion(outcome: PromotionOutcome, currency: str) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "coupon": outcome.coupon,
        "applied": outcome.reason is None,
        "reason": outcome.reason,
        "discounts": _discounts(outcome.discounts, currency),
    }


def _voucher(outcome: VoucherOutcome, currency: str) -> dict[str, Any]:
    return {
        "code": outcome.code,
        "name": outcome.name,
        "reductionPercent": outcome.reduction_percent,
        "reductionAmount": outcome.reduction_amount,
        "everyRecurringPayment": outcome.every_recurring_payment,
        "applied": outcome.reason is None,
        "reason": outcome.reason,
        "discounts": _discounts(outcome.discounts, currency),
    }


def _discounts(discounts: tuple[Discount, ...], currency: str) -> list[dict[str, Any]]:
    return [
        {"type": each.type, "period": each.period, "amount": format_amount(each.amount, currency)} for each in discounts
    ]


def _adjustments(cart: Cart) -> list[dict[str, Any]]:
    """Every sum of money with the part of it that is used (`applied`)."""
    used = used_amounts(cart.adjustments, cart.due_now.gross, cart.currency)
    return [
        {
            "id": each.id,
            "kind": each.kind,
            "reference": each.reference,
            "itemId": each.item_id,
            "amount": format_amount(each.amount, each.currency),
            "currency": each.currency,
            "applied": format_amount(applied, cart.currency),
        }
        for each, applied in zip(cart.adjustments, used, strict=True)
    ]


def _payment(plan: PaymentPlan, currency: str) -> dict[str, Any]:
    return {
        "smallestPart": format_amount(plan.smallest_part, currency),
        "largestPart": format_amount(plan.largest_part, currency),
        "fewestParts": plan.fewest_parts,
        "mostParts": plan.most_parts,
        "period": plan.period,
        "installments": [format_amount(amount, currency) for amount in plan.installments],
        "dueDates": list(plan.due_dates),
    }


def _total(total: Total, currency: str) -> dict[str, Any]:
    return {
        "type": total.type,
        "period": total.period,
        "list": format_amount(total.list_amount, currency),
        "discount": format_amount(total.discount, currency),
        "net": format_amount(total.net, currency),
        "taxes": _taxes(total.taxes, currency),
        "gross": format_amount(total.gross, currency),
    }


def _taxes(taxes: tuple[TaxLine, ...], currency: str) -> list[dict[str, str]]:
    return [{"id": tax.id, "rate": tax.rate, "amount": format_amount(tax.amount, currency)} for tax in taxes]
