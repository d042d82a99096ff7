"""`upsert-prices`: add or replace price points; refused if two of them could apply equally well."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from facts.snapshot import CatalogRows, Facts
from handlers.registry import catalog_command
from handlers.row_checks import check_rows
from models.catalog.price_point import PricePoint


class UpsertPrices(CommandData):
    """Price points to add or replace, by id."""

    model_config = example(
        {
            "prices": [
                {
                    "id": "pp-1",
                    "offeringId": "sim-only",
                    "type": "recurring",
                    "period": "P1M",
                    "currency": "EUR",
                    "amount": "9.99",
                    "taxIncluded": True,
                    "channel": "web",
                }
            ]
        }
    )

    prices: Annotated[list[PricePoint], Field(min_length=1, max_length=1000)]
    """The price points."""


@catalog_command("upsert-prices", UpsertPrices)
def upsert_prices(facts: Facts, data: UpsertPrices) -> CatalogRows:
    """The rows; amounts must be exact in the currency's terms, and no two points may tie."""
    rows = CatalogRows(prices=tuple(data.prices))
    check_rows(rows, facts.with_rows(rows, facts.revision + 1), "data")
    return rows
