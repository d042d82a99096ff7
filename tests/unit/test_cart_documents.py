"""What an earlier build stored is read, written and shown as it was, field by field."""

from pathlib import Path
from typing import Any

import bson
from bson.json_util import JSONOptions, loads

from models.answers.rendering import render_cart
from models.cart.line_terms import NO_TERMS
from models.changes.priced_patch import PricedPatch
from storage.mongo.cart_documents import read_cart, write_cart
from storage.mongo.entry_documents import read_patch, write_patch

OLDER: dict[str, Any] = loads(
    Path(__file__).with_name("older_cart.json").read_text(encoding="utf-8"),
    json_options=JSONOptions(tz_aware=True),
)
"""A cart with every kind of field: as a document, as the patch of its journal entry, and as replies showed it."""


def test_a_stored_cart_is_read_and_written_as_it_was() -> None:
    cart = read_cart(OLDER["stored"])
    assert write_cart(cart) == OLDER["stored"]
    assert write_patch(PricedPatch.of(cart)) == OLDER["patch"]
    assert write_patch(read_patch(OLDER["patch"])) == OLDER["patch"]
    bson.encode(write_cart(cart))


def test_a_stored_cart_is_shown_as_it_was() -> None:
    shown = render_cart(read_cart(OLDER["stored"]))
    assert (shown.pop("attributes"), shown.pop("contacts")) == ({}, [])
    assert [shown.pop(name) for name in ("lock", "frozenUntil", "suppressAt")] == [None, None, None]
    assert all(part.pop("notes") == [] for part in (*shown["containers"], *shown["items"]))
    for priced in (*shown["totals"], *(price for item in shown["items"] for price in item["prices"])):
        assert [phase["gross"] for phase in priced.pop("phases", [])] == [priced["gross"]] * (
            priced["type"] == "recurring"
        )
    assert shown == OLDER["shown"]


def test_what_is_computed_with_is_typed_and_the_rest_is_carried_through() -> None:
    first, second, third, *_ = read_cart(OLDER["stored"]).items
    assert first.terms.discount_plan is not None
    assert (first.terms.discount_plan.percent, first.terms.discount_plan_step, first.terms.trial) == ("10", 1, False)
    assert first.details == {"licenseId": "l-1", "relationships": [{"id": "x", "type": "y"}]}
    assert [(each.price, each.kind) for each in first.overrides] == [
        (("recurring", "P1M"), "percent"),
        (("one-time", None), "flat"),
    ]
    assert second.terms.paid_period is not None
    assert second.terms.paid_period.minor == 999
    assert (third.terms, third.details, third.overrides) == (NO_TERMS, {}, ())


def test_fields_that_a_document_lacks_have_their_defaults() -> None:
    older = {name: part for name, part in OLDER["stored"].items() if name not in {"payment", "vouchers", "adjustments"}}
    cart = read_cart(older)
    assert (cart.pricing.payment, cart.pricing.vouchers, cart.adjustments) == (None, (), ())
    assert write_cart(cart) == older
