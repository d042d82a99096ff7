"""`upsert-promotions`: add or replace promotions (002, promotions)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import Problem, pointer
from facts.snapshot import CatalogRows, Facts
from handlers.registry import catalog_command
from handlers.row_checks import check_rows
from pricing.promotion import Promotion
from pricing.remarks import remarks_on


class UpsertPromotions(CommandData):
    """Promotions to add or replace, by id."""

    model_config = example(
        {
            "promotions": [
                {
                    "id": "ten-off",
                    "name": "10 % above 100",
                    "level": "cart",
                    "priority": 10,
                    "conditions": [{"kind": "minimum-amount", "amount": "100.00", "currency": "EUR"}],
                    "benefits": [{"kind": "percent", "value": "10"}],
                    "caps": {"perCart": 1},
                }
            ]
        }
    )

    promotions: Annotated[list[Promotion], Field(min_length=1, max_length=1000)]
    """The promotions."""


def remarks(data: UpsertPromotions) -> Iterator[Problem]:
    """What may be a mistake in conditions and benefits, although they are valid."""
    for index, row in enumerate(data.promotions):
        for each in (*remarks_on("conditions", row.conditions), *remarks_on("benefits", row.benefits)):
            yield replace(each, path=pointer("data", "promotions", index) + each.path)


@catalog_command("upsert-promotions", UpsertPromotions, warns=remarks)
def upsert_promotions(facts: Facts, data: UpsertPromotions) -> CatalogRows:
    """The rows; a coupon code belongs to one promotion only."""
    rows = CatalogRows(promotions=tuple(data.promotions))
    check_rows(rows, facts, "data")
    return rows
