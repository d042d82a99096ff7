"""Drafts of prices, taxes and promotions: they count nowhere, but in facts that name them."""

from collections.abc import Collection
from typing import Any

import pytest

from cartwright.wire.refusals import Refusal
from facts.offered import offered_prices
from facts.snapshot import CatalogRows, Facts
from handlers.catalog.upsert_prices import UpsertPrices, upsert_prices
from models.cart.cart import Cart
from pricing.price import price
from support.pricing import NOON, document, only_price, price_row, priced, promotion

DRAFT = {"lifecycle": "draft"}
PRICE = price_row("mug", "12.00")
TENTH = promotion("tenth", {"kind": "percent", "value": "10"})
CART = priced(document({"mug": 1}, [PRICE]))
TAX = {"country": "FR", "category": "standard"}


def facts(*prices: dict[str, Any], taxes: Collection[dict[str, Any]] = (), **tables: Any) -> Facts:
    base = document({"mug": 1}, [PRICE])["facts"]
    known = Facts().with_rows(CatalogRows.of(base), 1)
    return known.with_rows(CatalogRows.of({"prices": prices, "taxes": taxes, **tables}), 2)


def gross(known: Facts, *drafts: str) -> int:
    return only_price(at(known, *drafts), "mug").gross


def at(known: Facts, *drafts: str) -> Cart:
    return price(CART, known.with_drafts(drafts) if drafts else known, NOON)


def test_a_draft_price_counts_only_where_it_is_named() -> None:
    fee = {**price_row("mug", "3.00", period="P1M"), "id": "fee", **DRAFT}
    known = facts(fee)
    assert [each.id for each in at(known).items[0].prices] == ["pp-mug"]
    assert [each.id for each in at(known, "fee").items[0].prices] == ["pp-mug", "fee"]
    assert [each.id for each in at(known, "none").items[0].prices] == ["pp-mug"]
    assert [each.id for each in offered_prices(CART, "mug", known, NOON)] == ["pp-mug"]
    assert known.prices_of == facts().prices_of


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"id": "zz-mug"},
        {"relationships": [{"id": "pp-mug", "type": "replaces"}]},
        {"id": "zz-mug", "relationships": [{"id": "pp-mug", "type": "replaces"}]},
        {"channel": "web"},
    ],
)
def test_a_draft_in_the_place_of_an_active_price(fields: dict[str, Any]) -> None:
    draft = {**PRICE, "id": "aa-mug", "amount": "15.00", **DRAFT, **fields}
    known = facts(draft)
    web = priced(document({"mug": 1}, [PRICE], channel={"id": "web"}))
    assert only_price(price(web, known, NOON), "mug").gross == 1200
    assert only_price(price(web, known.with_drafts({draft["id"]}), NOON), "mug").gross == 1500


def test_one_that_replaces_a_more_specific_price_counts_before_it() -> None:
    special = {**PRICE, "id": "special", "amount": "9.00", "userType": "STAFF"}
    general = {**PRICE, "id": "zz", "amount": "10.00", "relationships": [{"id": "special", "type": "replaces"}]}
    staff = priced(document({"mug": 1}, [PRICE], customer={"id": "u-1", "userType": "STAFF"}))
    known = facts(special, {**general, **DRAFT})
    assert only_price(price(staff, known, NOON), "mug").gross == 900
    assert only_price(price(staff, known.with_drafts({"zz"}), NOON), "mug").gross == 1000


def test_a_chain_of_replacements_ends_at_the_last() -> None:
    def row(name: str, amount: str, replaced: str) -> dict[str, Any]:
        return {**PRICE, "id": name, "amount": amount, "relationships": [{"id": replaced, "type": "replaces"}]}

    assert gross(facts(row("b", "14.00", "pp-mug"), row("z", "16.00", "b"))) == 1600
    assert gross(facts(row("a", "14.00", "pp-mug"), row("zz", "16.00", "a"))) == 1600
    assert gross(facts(row("zz", "14.00", "pp-mug"), row("a", "16.00", "zz"))) == 1600


def test_a_tax_in_draft_and_in_the_place_of_another() -> None:
    more = {"id": "eco", **TAX, "rate": "5", **DRAFT}
    net = {**PRICE, "taxIncluded": False, "amount": "10.00"}
    assert (gross(facts(net, taxes=[more])), gross(facts(net, taxes=[more]), "eco")) == (1200, 1250)
    other = {"id": "fr-2027", **TAX, "rate": "22", "replaces": ["fr"], **DRAFT}
    assert (gross(facts(net, taxes=[other])), gross(facts(net, taxes=[other]), "fr-2027")) == (1200, 1220)


def test_a_promotion_in_draft() -> None:
    known = facts(promotions=[{**TENTH, **DRAFT}])
    assert (gross(known), gross(known, "tenth")) == (1200, 1080)
    assert known.with_drafts({"tenth"}).table("promotions")["tenth"].lifecycle == "active"
    assert known.table("promotions")["tenth"].lifecycle == "draft"


def test_active_and_draft_again() -> None:
    known = facts({**PRICE, "amount": "15.00", "id": "special", "userType": "STAFF", **DRAFT})
    drafted = known.with_rows(CatalogRows.of({"prices": [{**PRICE, **DRAFT}]}), 3)
    assert drafted.prices_of == {}
    assert drafted.with_rows(CatalogRows.of({"prices": [PRICE]}), 4).prices_of == known.prices_of
    named = known.with_drafts({"special"})
    assert (named.revision, named.since) == (known.revision, known.since)


def test_ids_that_name_no_draft_are_told() -> None:
    known = facts(
        {**PRICE, "id": "new", **DRAFT}, promotions=[{**TENTH, **DRAFT}], taxes=[{"id": "t", **TAX, "rate": "1"}]
    )
    assert known.no_drafts(["none", "new", "pp-mug", "tenth", "t"]) == ["none", "pp-mug", "t"]


def test_a_draft_ties_with_nothing_and_neither_does_a_replacement() -> None:
    tie = {**PRICE, "id": "other", "amount": "15.00"}
    for fields in (DRAFT, {"relationships": [{"id": "pp-mug", "type": "replaces"}]}):
        upsert_prices(facts(), UpsertPrices.model_validate({"prices": [{**tie, **fields}]}))
    alone = {**tie, "offeringId": "nothing", **DRAFT}
    upsert_prices(facts(), UpsertPrices.model_validate({"prices": [alone]}))
    with pytest.raises(Refusal) as refused:
        upsert_prices(facts({**tie, **DRAFT}), UpsertPrices.model_validate({"prices": [tie]}))
    assert [each.code for each in refused.value.problems] == ["ambiguous-price"]
    circle = [{**tie, "id": name, "relationships": [{"id": other, "type": "replaces"}]} for name, other in ("xy", "yx")]
    with pytest.raises(Refusal) as refused:
        upsert_prices(facts(), UpsertPrices.model_validate({"prices": circle}))
    assert "cycle" in {each.code for each in refused.value.problems}
