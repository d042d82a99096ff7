"""Carts and journal entries as documents: wire names, integers in minor units, times as times.

What repeats from cart to cart (ids of prices and taxes, types, rates) is interned, for thousands are kept in memory.
"""

from collections.abc import Callable
from dataclasses import asdict, fields
from sys import intern
from typing import Any

from cartwright.wire.header import Header
from cartwright.wire.status import CartStatus
from cartwright.wire.stored import read_stored
from models.cart.adjustments import Adjustment
from models.cart.budgets import Budget
from models.cart.cart import (
    Alteration,
    Cart,
    CartWarning,
    ChosenPromotion,
    Conversion,
    Discount,
    DueNow,
    Item,
    Price,
    PricingStamp,
    PromotionOutcome,
    Stamp,
    TaxLine,
    Total,
    VoucherOutcome,
)
from models.cart.item_fields import read_container, read_item, write_container, write_item
from models.cart.payment import PaymentPlan
from models.cart.price_relationship import PriceRelationship
from models.changes.priced_patch import PricedPatch

Document = dict[str, Any]


def write_priced_item(item: Item) -> Document:
    """A line item with its prices."""
    return {**write_item(item), "prices": [write_price(price) for price in item.prices]}


def write_cart(cart: Cart, write_line: Callable[[Item], Any] = write_priced_item) -> Document:
    """A cart's own fields as a document; `write_line` may give lines in a form that is encoded already."""
    return {
        "tenant": cart.tenant,
        "cartId": cart.id,
        "version": cart.version,
        "status": cart.status.value,
        "header": cart.header.wire(),
        "lookup": [f"{name}={value}" for name, value in cart.header.keys.items()],
        "containers": [write_container(container) for container in cart.containers],
        "items": [write_line(item) for item in cart.items],
        "chosenPromotions": [{"id": each.id, "coupon": each.coupon} for each in cart.chosen_promotions],
        "lastUpdateReason": cart.last_update_reason,
        "created": {"at": cart.created.at, "by": cart.created.by},
        "updated": {"at": cart.updated.at, "by": cart.updated.by},
        **write_sums(cart),
        **_unless_empty(
            {
                "heldVouchers": list(cart.held_vouchers),
                "adjustments": [asdict(each) for each in cart.adjustments],
            }
        ),
    }


def read_cart(document: Document) -> Cart:
    """The cart that `write_cart` wrote."""
    return Cart(
        id=document["cartId"],
        tenant=document["tenant"],
        version=document["version"],
        status=CartStatus(document["status"]),
        header=read_stored(Header, document["header"]),
        created=Stamp(**document["created"]),
        updated=Stamp(**document["updated"]),
        containers=tuple(read_container(each) for each in document["containers"]),
        items=tuple(read_priced_item(each) for each in document["items"]),
        chosen_promotions=tuple(ChosenPromotion(**each) for each in document["chosenPromotions"]),
        held_vouchers=tuple(document.get("heldVouchers", ())),
        adjustments=tuple(Adjustment(**each) for each in document.get("adjustments", ())),
        last_update_reason=document["lastUpdateReason"],
        **read_sums(document),
    )


def write_sums(priced: Cart | PricedPatch) -> Document:
    """What pricing writes about the cart as a whole."""
    pricing = priced.pricing
    return {
        "promotions": [_write_outcome(each) for each in priced.promotions],
        "totals": [_write_total(total) for total in priced.totals],
        "dueNow": _write_due_now(priced.due_now),
        "warnings": [{"code": each.code, "message": each.message} for each in priced.warnings],
        "pricing": {
            "policy": pricing.policy,
            "catalogRevision": pricing.catalog_revision,
            "pricedAt": pricing.priced_at,
        },
        **_unless_empty(
            {
                "vouchers": [_write_voucher(each) for each in priced.vouchers],
                "budgets": [{"kind": each.kind, "id": each.id, "customer": each.customer} for each in priced.budgets],
                "otherCurrencies": list(priced.other_currencies),
                "payment": None if priced.payment is None else asdict(priced.payment),
            }
        ),
    }


def read_sums(document: Document) -> dict[str, Any]:
    """The fields of a cart that `write_sums` wrote."""
    stamp = document["pricing"]
    return {
        "promotions": tuple(_read_outcome(each) for each in document["promotions"]),
        "vouchers": tuple(_read_voucher(each) for each in document.get("vouchers", ())),
        "budgets": tuple(Budget(**each) for each in document.get("budgets", ())),
        "totals": tuple(_read_total(each) for each in document["totals"]),
        "due_now": _read_due_now(document["dueNow"]),
        "other_currencies": tuple(document.get("otherCurrencies", ())),
        "payment": _read_payment(document.get("payment")),
        "warnings": tuple(CartWarning(**each) for each in document["warnings"]),
        "pricing": PricingStamp(stamp["policy"], stamp["catalogRevision"], stamp["pricedAt"]),
    }


def _unless_empty(sums: Document) -> Document:
    """What most carts don't have takes no room in their documents."""
    return {name: value for name, value in sums.items() if value}


def write_price(price: Price) -> Document:
    """One price of a line."""
    return {
        "id": price.id,
        "type": price.type,
        "period": price.period,
        "unitAmount": price.unit_amount,
        "list": price.list_amount,
        "alterations": [_write_alteration(each) for each in price.alterations],
        "net": price.net,
        "taxes": _write_taxes(price.taxes),
        "gross": price.gross,
        "unit": price.unit,
        **({"arrears": True} if price.arrears else {}),
        **({"relationships": [asdict(each) for each in price.relationships]} if price.relationships else {}),
    }


def read_price(document: Document) -> Price:
    """The price that `write_price` wrote."""
    return Price(
        id=intern(document["id"]),
        type=intern(document["type"]),
        period=document["period"] and intern(document["period"]),
        unit_amount=intern(document["unitAmount"]),
        list_amount=document["list"],
        alterations=tuple(Alteration(**each) for each in document["alterations"]),
        net=document["net"],
        taxes=_read_taxes(document["taxes"]),
        gross=document["gross"],
        unit=document["unit"],
        arrears=document.get("arrears", False),
        relationships=tuple(PriceRelationship(**each) for each in document.get("relationships", ())),
    )


def read_priced_item(document: Document) -> Item:
    """The item that `write_priced_item` wrote."""
    line = dict(document)
    prices = line.pop("prices")
    return read_item(line, tuple(read_price(each) for each in prices))


def _write_alteration(alteration: Alteration) -> Document:
    return {name: value for name in _ALTERATION if (value := getattr(alteration, name)) is not None}


_ALTERATION = tuple(each.name for each in fields(Alteration))


def _write_voucher(outcome: VoucherOutcome) -> Document:
    return {
        "code": outcome.code,
        "name": outcome.name,
        "reductionPercent": outcome.reduction_percent,
        "reductionAmount": outcome.reduction_amount,
        "everyRecurringPayment": outcome.every_recurring_payment,
        "reason": outcome.reason,
        "discounts": _write_discounts(outcome.discounts),
    }


def _read_voucher(document: Document) -> VoucherOutcome:
    return VoucherOutcome(
        code=document["code"],
        name=document["name"],
        reduction_percent=document["reductionPercent"],
        reduction_amount=document["reductionAmount"],
        every_recurring_payment=document["everyRecurringPayment"],
        reason=document["reason"],
        discounts=_read_discounts(document["discounts"]),
    )


def _write_discounts(discounts: tuple[Discount, ...]) -> list[Document]:
    return [{"type": each.type, "period": each.period, "amount": each.amount} for each in discounts]


def _read_discounts(documents: list[Document]) -> tuple[Discount, ...]:
    return tuple(Discount(**each) for each in documents)


def _read_payment(document: Document | None) -> PaymentPlan | None:
    if document is None:
        return None
    lists = {name: tuple(document[name]) for name in ("installments", "due_dates")}
    return PaymentPlan(**{**document, **lists})


def _write_outcome(outcome: PromotionOutcome) -> Document:
    return {
        "id": outcome.id,
        "coupon": outcome.coupon,
        "reason": outcome.reason,
        "discounts": _write_discounts(outcome.discounts),
    }


def _read_outcome(document: Document) -> PromotionOutcome:
    discounts = _read_discounts(document["discounts"])
    return PromotionOutcome(document["id"], document["coupon"], document["reason"], discounts)


def _write_due_now(due: DueNow) -> Document:
    conversions = [{"currency": each.currency, "rate": each.rate, "payable": each.payable} for each in due.conversions]
    return {
        "gross": due.gross,
        "adjustments": due.adjustments,
        "rounding": due.rounding,
        "net": due.net,
        **({"conversions": conversions} if conversions else {}),
    }


def _read_due_now(document: Document) -> DueNow:
    conversions = tuple(Conversion(**each) for each in document.get("conversions", ()))
    return DueNow(document["gross"], document["adjustments"], document["rounding"], conversions, document["net"])


def _write_total(total: Total) -> Document:
    return {
        "type": total.type,
        "period": total.period,
        "list": total.list_amount,
        "discount": total.discount,
        "net": total.net,
        "taxes": _write_taxes(total.taxes),
        "gross": total.gross,
    }


def _read_total(document: Document) -> Total:
    return Total(
        type=document["type"],
        period=document["period"],
        list_amount=document["list"],
        discount=document["discount"],
        net=document["net"],
        taxes=_read_taxes(document["taxes"]),
        gross=document["gross"],
    )


def _write_taxes(taxes: tuple[TaxLine, ...]) -> list[Document]:
    return [{"id": tax.id, "rate": tax.rate, "amount": tax.amount} for tax in taxes]


def _read_taxes(documents: list[Document]) -> tuple[TaxLine, ...]:
    return tuple(TaxLine(intern(each["id"]), intern(each["rate"]), each["amount"]) for each in documents)
