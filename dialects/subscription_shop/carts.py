"""A cart as responses show it: all names of the document, with null where there is nothing."""

from collections.abc import Iterable
from datetime import datetime
from itertools import zip_longest

from cartwright.wire.extensions import read_kept
from cartwright.wire.schema import format_time
from cartwright.wire.status import CHANGEABLE
from dialects.numbers import amount
from dialects.subscription_shop.lines import product, wanted_product
from dialects.subscription_shop.names import CART_NAMES, DIALECT_NAME, HEADER, KEPT, OF_OFFERS, THEN_OF_OFFERS
from facts.price_index import DUE_NOW
from facts.snapshot import Facts
from handlers.validation import errors_of
from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.keys import SUBSCRIPTION_ID
from models.cart.pricing_result import PromotionOutcome, VoucherOutcome

_NOTHING: Document = dict.fromkeys(CART_NAMES)
_SHOWN_AS = {"ip": "cartIp"}
"""Fields that requests and responses call by different names."""
_NOT_SHOWN = frozenset({"products"})
"""A field of requests whose name is another thing in responses."""


def cart_body(cart: Cart, facts: Facts) -> Document:
    """The body of a response that shows a cart; `facts` are those that its prices come from."""
    return {**_NOTHING, **_header(cart), **_life(cart), **_lines(cart, facts), **_amounts(cart), **_parts(cart, facts)}


def _header(cart: Cart) -> Document:
    """What requests said, and the end user, whoever said so."""
    wire = cart.header.wire()
    kept = read_kept(cart.header.extensions, DIALECT_NAME)
    sent = {_SHOWN_AS.get(name, name): kept.get(name) for name in KEPT if name not in _NOT_SHOWN}
    shown = {name: value for name, value in sent.items() if name in _NOTHING}
    header = cart.header
    return {
        **shown,
        **{name: wire.get(name) for name in HEADER},
        "consentFlags": header.consent_flags or kept.get("consentFlags"),
        "flags": header.flags or kept.get("flags"),
        "hideCrossSell": bool(header.hide_cross_sell),
        "hideUpSell": bool(header.hide_up_sell),
        "customerId": header.customer.id if header.customer else None,
        "enduserId": header.end_user.id if header.end_user else None,
        "subscriptionId": header.keys.get(SUBSCRIPTION_ID, header.subscription_id),
    }


def _life(cart: Cart) -> Document:
    return {
        "id": cart.id,
        "dbVersion": cart.version,
        "createDate": format_time(cart.created.at),
        "updateDate": format_time(cart.updated.at),
        "lastUpdateReason": cart.last_update_reason,
        "scheduledSuppressionDate": _time(cart.suppress_at),
    }


def _time(time: datetime | None) -> str | None:
    return None if time is None else format_time(time)


def _lines(cart: Cart, facts: Facts) -> Document:
    """The lines with their prices, and what was wanted, which gifts of promotions were not."""
    at = cart.pricing.stamp.priced_at or cart.updated.at
    error = next(errors_of(cart, facts, at), None) if cart.status in CHANGEABLE else None
    return {
        "products": [product(item, cart.currency, facts) for item in cart.items],
        "wantedProducts": [wanted_product(item) for item in cart.items if not item.is_gift],
        "notReadyForOrderCauseMessage": error.message if error is not None else None,
        "warnings": [{"code": each.code, "message": each.message} for each in cart.pricing.warnings],
    }


def _amounts(cart: Cart) -> Document:
    """Currencies, and what is payable now: the sum of the one-time total and of the first of each period."""
    currency, pricing = cart.currency, cart.pricing
    due = [each for each in pricing.totals if each.type in DUE_NOW]
    taxes = dict.fromkeys(tax.id for total in pricing.totals for tax in total.taxes)
    return {
        "availableCurrencies": f"[{','.join(sorted({currency, *pricing.other_currencies}))}]",
        "currency": {"code": currency},
        "price": {
            "currency": currency,
            "list": amount(sum(each.list_amount for each in due), currency),
            "discount": amount(sum(each.discount for each in due), currency),
            "net": amount(sum(each.net for each in due), currency),
            "tax": amount(sum(tax.amount for each in due for tax in each.taxes), currency),
            "gross": amount(sum(each.gross for each in due), currency),
        },
        "taxTypes": list(taxes),
        "totalAmount": amount(pricing.due_now.payable, currency),
    }


def _parts(cart: Cart, facts: Facts) -> Document:
    """What lowers the amount, and into what parts it may be split."""
    currency, pricing = cart.currency, cart.pricing
    terms, plan = facts.configuration.terms(currency), pricing.payment
    smallest, largest = terms.bounds if terms is not None else (None, None)
    parts = zip_longest(plan.due_dates, plan.installments) if plan is not None else ()
    return {
        "discountsStatus": [promotion(each) for each in pricing.promotions],
        "vouchers": [voucher(each, currency) for each in pricing.vouchers],
        "vouchersTotalAmount": amount(sum(_taken(pricing.vouchers)), currency),
        "installments": [{"dueDate": day, "amount": amount(part, currency)} for day, part in parts],
        "minPartialPaymentAmount": None if smallest is None else amount(smallest, currency),
        "maxPartialPaymentAmount": None if largest is None else amount(largest, currency),
        "maxPaymentsParts": terms.most_parts if terms is not None else None,
    }


def promotion(outcome: PromotionOutcome) -> Document:
    """A promotion that applies, or was asked for; then `reason` says why it does not."""
    return {"id": outcome.id, "applied": outcome.applied, "reason": outcome.reason}


def voucher(outcome: VoucherOutcome, currency: str) -> Document:
    """A voucher, and what it takes off what is payable now."""
    return {
        "code": outcome.code,
        "name": outcome.name,
        "applied": outcome.applied,
        "reason": outcome.reason,
        "amount": amount(sum(_taken([outcome])), currency),
    }


def _taken(vouchers: Iterable[VoucherOutcome]) -> Iterable[int]:
    return (each.amount for outcome in vouchers for each in outcome.discounts if each.type in DUE_NOW)


def offer_body(cart: Cart, facts: Facts) -> Document:
    """The compact form of an offer for a subscription; `product` is its first line."""
    whole = cart_body(cart, facts)
    return {
        "cartId": cart.id,
        **{name: whole[name] for name in OF_OFFERS},
        "product": whole["products"][0] if whole["products"] else None,
        **{name: whole[name] for name in THEN_OF_OFFERS},
    }
