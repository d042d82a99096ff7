"""Warnings about the rows of a catalog command: of one, of one that is made of several, and in the reply."""

import json

from cartwright.wire.refusals import Problem
from engine.composing_catalog import CatalogPart, CatalogParts, composed_catalog
from handlers.kinds import CatalogCommand
from handlers.registry import commands
from models.answers.answer import CatalogAnswer
from support.pricing import promotion

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


def test_the_reply_says_where_and_why() -> None:
    answer = CatalogAnswer("applied", 3, (Problem("/data/promotions/0", "minor-units", "Why."),))
    assert json.loads(answer.body("m-1"))["warnings"] == [
        {"path": "/data/promotions/0", "code": "minor-units", "message": "Why."}
    ]
