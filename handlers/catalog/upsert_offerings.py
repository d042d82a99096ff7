"""`upsert-offerings`: add or replace offerings, the things that a cart can hold (002, productOffering)."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from facts.snapshot import CatalogRows, Facts
from handlers.registry import catalog_command
from handlers.row_checks import check_rows
from models.catalog.offering import Offering


class UpsertOfferings(CommandData):
    """Offerings to add or replace, by id."""

    model_config = example(
        {
            "offerings": [
                {
                    "id": "sim-only",
                    "name": "SIM only",
                    "taxCategory": "standard",
                    "characteristics": [{"name": "color", "values": ["red", "blue"]}],
                }
            ]
        }
    )

    offerings: Annotated[list[Offering], Field(min_length=1, max_length=1000)]
    """The offerings."""


@catalog_command("upsert-offerings", UpsertOfferings)
def upsert_offerings(facts: Facts, data: UpsertOfferings) -> CatalogRows:
    """The rows; refuses a bundle that contains itself or is too deep, and values that are not of their type."""
    rows = CatalogRows(offerings=tuple(data.offerings))
    check_rows(rows, facts.with_rows(rows, facts.revision + 1), "data")
    return rows
