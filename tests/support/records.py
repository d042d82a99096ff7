"""Stored things to write by hand in tests: a cart with everything in it, entries, revisions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cartwright.wire.header import Header
from cartwright.wire.lines import DiscountPlan
from cartwright.wire.status import CartStatus
from facts.snapshot import CatalogRows
from models.cart.cart import Cart, Container, Item, Stamp
from models.cart.line_terms import LineTerms
from models.cart.price import Alteration, Price, TaxLine
from models.cart.pricing_result import CartWarning, DueNow, PricingResult, PricingStamp, Total
from models.catalog.offering import Offering
from models.catalog.price_point import PricePoint
from models.catalog.tax import Tax
from models.changes.priced_patch import PricedPatch
from storage.records import CommitStamp, Entry, Revision, StoredCart, Unchanged

START = datetime(2026, 1, 31, 8, 0, 0, 123000, UTC)
VAT = TaxLine("fr", "20", 333)
PRICE = Price(
    id="pp-1",
    type="recurring",
    period="P1M",
    unit=None,
    unit_amount="9.999999999999",
    list_amount=2000,
    alterations=(Alteration("promotion", "ten-off", -1),),
    net=1666,
    taxes=(VAT,),
    gross=1999,
)
FULL_ITEM = Item(
    id="i-1",
    offering_id="plan",
    quantity=2,
    container_id="k-1",
    parent_id="i-0",
    product_id="p-1",
    action="modify",
    status="new",
    term="P24M",
    characteristics={"color": "red", "size in cm": "12"},
    terms=LineTerms(trial=False, discount_plan=DiscountPlan(percent="12.5")),
    details={"relationships": [{"id": "i-0", "type": "x"}]},
    prices=(PRICE,),
    added_by="u-1",
)
BARE_ITEM = Item(id="i-0", offering_id=None, quantity=1, product_id="p-0")
HEADER = {
    "currency": "EUR",
    "country": "FR",
    "channel": {"id": "web"},
    "marketSegment": "gold",
    "flags": {"vip": True},
    "salesFlags": ["a", "b"],
    "pricingPolicy": {"preset": "default"},
    "validity": {"endDateTime": "2027-01-01T00:00:00Z"},
}


def full_cart(cart_id: str = "c-1", *, tenant: str = "acme", version: int = 1) -> Cart:
    """A cart in which no field is empty."""
    keys = {"salesJourneyId": f"j-{cart_id}", "externalId": f"x-{cart_id}"}
    total = Total("recurring", "P1M", 2000, 1, 1666, (VAT,), 1999)
    return Cart(
        id=cart_id,
        tenant=tenant,
        version=version,
        status=CartStatus.ACTIVE,
        header=Header.model_validate({**HEADER, "keys": keys}),
        created=Stamp(START, "u-1"),
        updated=Stamp(START + timedelta(minutes=version), None),
        containers=(Container("k-1", "mobile", "new", "pf-1", {"note": "n"}), Container("k-2")),
        items=(BARE_ITEM, FULL_ITEM),
        last_update_reason="because",
        pricing=PricingResult(
            totals=(total,),
            due_now=DueNow(1999, 99),
            warnings=(CartWarning("tax-not-found", "No tax."),),
            stamp=PricingStamp("default", 7, START),
        ),
    )


def entry(command_id: str, version: int, *, cart_id: str = "c-1", tenant: str = "acme", **fields: Any) -> Entry:
    """The journal entry of a command that led to this version."""
    made = Entry(
        tenant=tenant,
        cart_id=cart_id,
        command_id=command_id,
        body_hash=b"\x00\xff" * 8,
        kind="update-products",
        status="applied",
        version=version,
        at=START + timedelta(minutes=version),
        actor=None,
        reason="because",
        currency="EUR",
        changes=[{"type": "quantity-changed", "itemId": "i-1", "from": 1, "to": 2}],
        price_changes=[{"scope": "cart", "before": {"net": "0.00"}}],
        priced=PricedPatch.of(full_cart(cart_id, tenant=tenant, version=version)),
        token=f"token of {command_id}".encode(),
    )
    return replace(made, **fields)


def stored(cart: Cart, *, run: str = "run-1", group: int = 1, outbox: tuple[Entry, ...] = ()) -> StoredCart:
    """A cart as its worker leaves it."""
    return StoredCart(cart, CommitStamp(run, group), outbox)


def deleted(cart: Cart) -> Cart:
    """The next version of a cart: its tombstone."""
    bare = Header.model_validate({"currency": "EUR"})
    return replace(
        cart,
        version=cart.version + 1,
        status=CartStatus.DELETED,
        header=bare,
        items=(),
        containers=(),
        pricing=replace(cart.pricing, totals=(), due_now=DueNow()),
    )


def revision(number: int, *, tenant: str = "acme", command_id: str | None = None) -> Revision:
    """A catalog revision with one row of each kind."""
    point = {"id": "pp-1", "offeringId": "plan", "type": "one-time", "currency": "EUR", "amount": f"{number}.50"}
    offering = {"id": "plan", "channels": ["web"], "validFor": {"startDateTime": "2026-01-01T00:00:00Z"}}
    tax = {"id": "fr", "country": "FR", "category": "standard", "rate": "20"}
    return Revision(
        tenant=tenant,
        revision=number,
        at=START + timedelta(minutes=number),
        command_id=command_id or f"m-{number}",
        body_hash=b"\x01\xfe" * 8,
        rows=CatalogRows(
            offerings=(Offering.model_validate(offering),),
            prices=(PricePoint.model_validate(point),),
            taxes=(Tax.model_validate(tax),),
        ),
        token=b"\x03\xfe" * 7,
    )


def unchanged(command_id: str, told: int, *, tenant: str = "acme") -> Unchanged:
    """A catalog command that changed nothing, and was told that revision."""
    return Unchanged(tenant, told, START, command_id, b"\x02\xfe" * 8, b"\x04\xfe" * 7)
