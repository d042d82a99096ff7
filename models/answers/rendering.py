"""A cart as the wire shows it: camelCase names, amounts as decimal strings in the cart's currency.

What each field is called and how it is written is said where it is declared (`models.cart.fields`); here is only what
the wire has in another place or form than the cart.
"""

from collections.abc import Callable

from cartwright.wire.schema import format_time
from models.cart.adjustments import Adjustment, used_amounts
from models.cart.cart import Cart, Item
from models.cart.fields import table
from models.cart.forms import Amounts, Document, amounts_in, renderer, shown_texts
from models.cart.item_fields import OVERRIDES, PRICES, write_item
from models.cart.price import Alteration, Phase, Price, first_length
from models.cart.pricing_result import CartWarning, DueNow, PricingResult, Total
from models.cart.sources import PROMOTION

EXTENSIONS = "extensions"
PHASES = "phases"
_render_own = renderer(Cart)
_render_pricing = renderer(PricingResult)
_render_price = renderer(Price)
_render_total = renderer(Total)
_render_phase = renderer(Phase)
_render_alteration = renderer(Alteration)
_render_due_now = renderer(DueNow)
_render_adjustment = renderer(Adjustment)
_render_warning = renderer(CartWarning)
_HEAD: Document = {
    **dict.fromkeys(("country", "locale", "channel", "place", "marketSegment", "customer", "validity")),
    "keys": {},
    "attributes": {},
    "contacts": [],
}
_LINE: Document = {
    **{row.shown: None for row in table(Item) if row.on_the_wire and row.value.nullable},
    "relationships": [],
    "notes": [],
    OVERRIDES: [],
}
"""Fields that the contract names are there whether or not they were given."""


def render_item(item: Item, currency: str) -> Document:
    """One line item with its prices."""
    amounts = amounts_in(currency)
    promotions = {each.id: None for price in item.prices for each in price.alterations if each.source == PROMOTION}
    return {
        **_LINE,
        **write_item(item),
        **({EXTENSIONS: shown_texts(item.extensions)} if item.extensions else {}),
        **({"amendable": not item.fixed} if item.as_ordered else {}),
        PRICES: [render_price(price, amounts) for price in item.prices],
        "promotions": list(promotions),
    }


def render_price(price: Price, amounts: Amounts) -> Document:
    """One price; a recurring one with its phases."""
    document = _render_price(price, amounts)
    if price.type == "recurring":
        document[PHASES] = _phases(document, document["alterations"], price.later, amounts)
    return document


def _phases(first: Document, alterations: list[Document], later: tuple[Phase, ...], amounts: Amounts) -> list[Document]:
    """The first phase, which has the amounts of its price or total, and those after it."""
    phase = {
        "fromPeriod": 1,
        "periods": first_length(later),
        "list": first["list"],
        "net": first["net"],
        "taxes": first["taxes"],
        "gross": first["gross"],
        "alterations": alterations,
    }
    return [phase, *[_render_phase(each, amounts) for each in later]] if later else [phase]


def render_cart(cart: Cart, render_line: Callable[[Item, str], object] = render_item) -> Document:
    """The `cart` of a reply (contract, "The cart"); `render_line` may give lines in a form that is encoded already."""
    currency = cart.currency
    amounts = amounts_in(currency)
    return {
        **_HEAD,
        **_render_own(cart, amounts),
        **cart.header.written,
        **({EXTENSIONS: shown_texts(extensions)} if (extensions := cart.header.kept) else {}),
        "currency": currency,
        "availableCurrencies": sorted({currency, *cart.pricing.other_currencies}),
        "items": [render_line(item, currency) for item in cart.items],
        "adjustments": _adjustments(cart),
        **_render_pricing(cart.pricing, amounts),
        "totals": render_totals(cart.pricing.totals, currency),
        **_amendment(cart),
        "createdAt": format_time(cart.created.at),
        "createdBy": cart.created.by,
        "updatedAt": format_time(cart.updated.at),
        "updatedBy": cart.updated.by,
    }


def _amendment(cart: Cart) -> Document:
    """What an amendment changes of the order, by line, and what is to be paid or refunded for it."""
    amendment = cart.amendment
    if amendment is None:
        return {}
    amounts, ordered = amounts_in(cart.currency), set(amendment.ordered)
    there = {item.id: item for item in cart.items}
    more = cart.pricing.due_now.payable - amendment.paid
    return {
        "isAmendment": True,
        "amendment": {
            "amends": amendment.amends,
            "version": amendment.version,
            "added": [item_id for item_id in there if item_id not in ordered],
            "removed": [item_id for item_id in amendment.ordered if item_id not in there],
            "changed": [each.id for each in cart.items if each.id in ordered and not each.as_ordered],
            "kept": [each.id for each in cart.items if each.as_ordered],
            "paid": amounts(amendment.paid),
            "toPay": amounts(max(more, 0)),
            "toRefund": amounts(max(-more, 0)),
        },
    }


def render_warning(warning: CartWarning) -> Document:
    """One warning; it has no amounts."""
    return _render_warning(warning, str)


def render_totals(totals: tuple[Total, ...], currency: str) -> list[Document]:
    """The totals, one-time first."""
    amounts = amounts_in(currency)
    return [_rendered_total(total, amounts) for total in totals]


def _rendered_total(total: Total, amounts: Amounts) -> Document:
    document = _render_total(total, amounts)
    if total.type == "recurring":
        alterations = [_render_alteration(each, amounts) for each in total.alterations]
        document[PHASES] = _phases(document, alterations, total.later, amounts)
    return document


def render_due_now(due: DueNow, currency: str) -> Document:
    """What is payable now."""
    return _render_due_now(due, amounts_in(currency))


def _adjustments(cart: Cart) -> list[Document]:
    """Every sum of money with the part of it that is used (`applied`)."""
    amounts = amounts_in(cart.currency)
    used = used_amounts(cart.adjustments, cart.pricing.due_now.gross, cart.currency)
    return [
        {**_render_adjustment(each, amounts), "applied": amounts(applied)}
        for each, applied in zip(cart.adjustments, used, strict=True)
    ]
