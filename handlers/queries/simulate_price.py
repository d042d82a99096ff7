"""`simulate-price`: price a cart without creating it, optionally with prices of the command's own (002)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import BeforeValidator, Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.header import HeaderFields, Whereabouts
from cartwright.wire.lines import NewContainers, NewItems
from cartwright.wire.schema import Id, Model, PricingTime, ShortText
from facts.snapshot import CatalogRows, Facts
from handlers.admission import admit_contents
from handlers.defaults import with_defaults
from handlers.extensions import with_extensions
from handlers.needs import Context, Needs
from handlers.registry import query
from handlers.row_checks import check_rows
from models.answers.cart_answer import CartAnswer
from models.cart.cart import Cart
from models.catalog.agreement import Agreement
from models.catalog.exchange_rate import ExchangeRate
from models.catalog.offering import Offering
from models.catalog.price_point import PricePoint
from models.catalog.tax import Tax
from models.catalog.voucher import Voucher
from models.changes.cart_changes import CartCreated
from models.changes.change import Change, evolve
from models.changes.promotion_changes import PromotionChosen
from models.changes.voucher_changes import VoucherAdded
from pricing.promotion import Promotion
from rules.rule import AnyRule

MAX_ROWS = 1000


class InlineFacts(Model):
    """Rows on top of the catalog, as the catalog commands take them."""

    offerings: Annotated[list[Offering], Field(max_length=MAX_ROWS)] = Field(default_factory=list)
    """Offerings."""
    prices: Annotated[list[PricePoint], Field(max_length=MAX_ROWS)] = Field(default_factory=list)
    """Price points."""
    taxes: Annotated[list[Tax], Field(max_length=MAX_ROWS)] = Field(default_factory=list)
    """Taxes."""
    promotions: Annotated[list[Promotion], Field(max_length=MAX_ROWS)] = Field(default_factory=list)
    """Promotions."""
    vouchers: Annotated[list[Voucher], Field(max_length=MAX_ROWS)] = Field(default_factory=list)
    """Vouchers."""
    agreements: Annotated[list[Agreement], Field(max_length=MAX_ROWS)] = Field(default_factory=list)
    """Agreements."""
    rules: Annotated[list[AnyRule], Field(max_length=MAX_ROWS)] = Field(default_factory=list)
    """Rules."""
    rates: Annotated[list[ExchangeRate], Field(max_length=MAX_ROWS)] = Field(default_factory=list)
    """Exchange rates."""

    def rows(self) -> CatalogRows:
        """The rows as a catalog takes them in."""
        return CatalogRows(**{kind: tuple(getattr(self, kind)) for kind in type(self).model_fields})


def _code(voucher: object) -> object:
    """A voucher by its code alone, or as an object that holds it."""
    return voucher["code"] if isinstance(voucher, dict) and voucher.keys() == {"code"} else voucher


VoucherCode = Annotated[ShortText, BeforeValidator(_code)]


class SimulatePrice(HeaderFields, Whereabouts, CommandData):
    """The cart as `create-cart` takes it, and the time, coupons and facts to price it with."""

    model_config = example(
        {
            "country": "FR",
            "currency": "EUR",
            "pricingPolicy": {"preset": "default", "taxLevel": "line", "rounding": "half-up"},
            "items": [{"id": "i-1", "offeringId": "mug", "quantity": 3}],
            "facts": {
                "offerings": [{"id": "mug", "taxCategory": "standard"}],
                "prices": [
                    {
                        "id": "pp-mug",
                        "offeringId": "mug",
                        "type": "one-time",
                        "currency": "EUR",
                        "amount": "9.90",
                        "taxIncluded": True,
                    }
                ],
                "taxes": [{"id": "fr-standard", "country": "FR", "category": "standard", "rate": "20"}],
            },
        }
    )

    as_of: PricingTime | None = None
    """The time whose prices count; now if absent."""
    containers: NewContainers = Field(default_factory=list)
    """The offer containers."""
    items: NewItems = Field(default_factory=list)
    """The line items."""
    coupons: Annotated[list[ShortText], Field(max_length=50)] = Field(default_factory=list)
    """Coupons that are entered."""
    promotion_ids: Annotated[list[Id], Field(max_length=50)] = Field(default_factory=list)
    """Promotions without a coupon that are asked for."""
    vouchers: Annotated[list[VoucherCode], Field(max_length=50)] = Field(default_factory=list)
    """Codes of vouchers that are entered; an object `{code}` is accepted too."""
    facts: InlineFacts = Field(default_factory=InlineFacts)
    """Rows on top of the tenant's catalog; a row with the same id replaces it."""
    facts_only: bool = False
    """Whether the tenant's catalog and configuration are left out."""


OWN_FIELDS = frozenset({"asOf", "containers", "items", "coupons", "promotionIds", "vouchers", "facts", "factsOnly"})


def facts_of(data: SimulatePrice, facts: Facts) -> Facts:
    """The catalog with the rows that come along, under its own revision; raises `invalid`, as catalog commands do."""
    given = data.facts.rows()
    merged = (Facts() if data.facts_only else facts).with_rows(given, facts.revision)
    check_rows(given, merged, "data", "facts")
    return merged


def needs(data: SimulatePrice) -> Needs:
    """The time, and the budgets of the vouchers and of the customer."""
    return Needs(at=data.as_of, vouchers=tuple(data.vouchers), customers=data.customer_ids)


@query("simulate-price", SimulatePrice, needs=needs, blank=True, reply_type="price-changed")
def simulate_price(cart: Cart, data: SimulatePrice, context: Context) -> CartAnswer:
    """The cart as it would be created and priced; an unknown coupon, promotion or voucher changes nothing."""
    known = facts_of(data, context.facts)
    changes = tuple(_changes(cart, data, replace(context, facts=known)))
    return CartAnswer.of("price-changed", "dry-run", context.would_be(cart, changes, known))


def _changes(cart: Cart, data: SimulatePrice, context: Context) -> Iterator[Change]:
    """What would happen to the blank cart."""
    given = with_extensions(data.wire(), {})
    header = {name: value for name, value in given.items() if name not in OWN_FIELDS}
    created = CartCreated(header=with_defaults(header, context.facts))
    yield created
    yield from admit_contents(evolve(cart, [created]), data.containers, data.items, context)
    for promotion in context.facts.table("promotions").values():
        asked = promotion.id in data.promotion_ids if promotion.coupon is None else promotion.coupon in data.coupons
        if asked and promotion.on_demand:
            yield PromotionChosen(promotion_id=promotion.id, coupon=promotion.coupon)
    for code in dict.fromkeys(data.vouchers):
        yield VoucherAdded(code=code)
