"""`upsert-taxes`: add or replace tax rates, by country and tax category."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from facts.snapshot import CatalogRows, Facts
from handlers.registry import catalog_command
from handlers.row_checks import check_rows
from models.catalog.tax import Tax


class UpsertTaxes(CommandData):
    """Taxes to add or replace, by id."""

    model_config = example(
        {"taxes": [{"id": "fr-standard", "country": "FR", "category": "standard", "name": "TVA", "rate": "20"}]}
    )

    taxes: Annotated[list[Tax], Field(min_length=1, max_length=1000)]
    """The taxes."""


@catalog_command("upsert-taxes", UpsertTaxes)
def upsert_taxes(facts: Facts, data: UpsertTaxes) -> CatalogRows:
    """The rows; raises `invalid` for a tax that would be on top of itself."""
    rows = CatalogRows(taxes=tuple(data.taxes))
    check_rows(rows, facts, "data")
    return rows
