"""Warnings about the rows of a catalog command: of one, of one that is made of several, and in the reply."""

import json
from typing import Any

import pytest

from cartwright.wire.refusals import Problem
from engine.composing_catalog import CatalogPart, CatalogParts, composed_catalog
from handlers.catalog.upsert_promotions import UpsertPromotions, remarks
from handlers.kinds import CatalogCommand
from handlers.registry import commands
from models.answers.answer import CatalogAnswer
from support.pricing import price_row, promotion
from support.promotions import payable

DOUBTFUL = promotion(
    "p", {"kind": "percent", "value": "10"}, {"kind": "expression", "expression": "cart.amount >= 100"}
)


def part(kind: str, data: dict[str, object]) -> CatalogPart:
    entry = commands()[kind]
    assert isinstance(entry, CatalogCommand)
    return CatalogPart(entry, entry.envelope.model_validate({"type": kind, "data": data}))


def test_a_command_that_is_made_of_others_has_the_warnings_of_all() -> None:
    parts = (
        part("upsert-offerings", {"offerings": [{"id": "a"}]}),
        part("upsert-promotions", {"promotions": [DOUBTFUL]}),
    )
    [warning] = composed_catalog(parts).warns(CatalogParts(parts))
    assert (warning.path, warning.code) == ("/data/catalog/1/promotions/0/conditions/0/expression", "minor-units")


TEES, APPAREL = {"offeringIds": ["tee"]}, {"categories": ["apparel"]}


def remarked(bought: dict[str, Any], target: dict[str, Any]) -> list[tuple[str, str]]:
    row = promotion("p", {"kind": "buy-get", "buy": 4, "bought": bought, "target": target})
    data = UpsertPromotions.model_validate({"promotions": [row]})
    return [(each.path, each.code) for each in remarks(data)]


@pytest.mark.parametrize(
    ("bought", "target"),
    [
        (APPAREL, TEES),
        ({"offeringIds": ["tee", "hat"]}, TEES),
        ({"categories": ["apparel", "hats"]}, {"categories": ["tees", "apparel"]}),
        ({}, TEES),
    ],
)
def test_what_is_bought_and_may_be_reduced_is_told(bought: dict[str, Any], target: dict[str, Any]) -> None:
    assert remarked(bought, target) == [("/data/promotions/0/benefits/0/bought", "reduced-not-bought")]


@pytest.mark.parametrize(
    ("bought", "target"),
    [
        ({**APPAREL, "excludeOfferingIds": ["tee"]}, TEES),
        ({"offeringIds": ["hat"]}, TEES),
        ({"categories": ["hats"]}, {"categories": ["tees"]}),
        ({"excludeCategories": ["tees"]}, {"categories": ["tees"]}),
    ],
)
def test_what_is_bought_and_not_reduced_is_no_mistake(bought: dict[str, Any], target: dict[str, Any]) -> None:
    assert remarked(bought, target) == []


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        # Five tees, which are apparel: all of them may be reduced, so none is bought.
        ({"bought": APPAREL, "target": TEES}, "60.00"),
        # With nothing said of what is bought four tees pay for the fifth.
        ({"target": APPAREL}, "48.00"),
    ],
)
def test_what_the_warning_says_is_so(goods: dict[str, Any], expected: str) -> None:
    tee = {"id": "tee", "taxCategory": "standard", "categories": ["apparel"]}
    rule = promotion("p", {"kind": "buy-get", "buy": 4, **goods})
    assert payable({"tee": 5}, [price_row("tee", "12.00")], rule, offerings=[tee]) == expected


def test_the_reply_says_where_and_why() -> None:
    answer = CatalogAnswer("applied", 3, (Problem("/data/promotions/0", "minor-units", "Why."),))
    assert json.loads(answer.body("m-1"))["warnings"] == [
        {"path": "/data/promotions/0", "code": "minor-units", "message": "Why."}
    ]
