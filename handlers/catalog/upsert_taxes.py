"""`upsert-taxes`: tax rates per country and tax category."""

from typing import Annotated

from pydantic import Field

from cartwright.handlers.catalog_checks import duplicate_ids, refuse_if
from cartwright.handlers.registry import catalog_command
from cartwright.models.catalog import Tax
from cartwright.models.command import CommandData
from cartwright.models.examples import example
from cartwright.pricing.facts import CatalogRows, Facts


class UpsertTaxes(CommandData):
    """Taxes to add, or to put in the place of those with the same ids."""

    model_config = example(
        {"taxes": [{"id": "fr-standard", "country": "FR", "category": "standard", "name": "TVA", "rate": "20"}]}
    )

    taxes: Annotated[list[Tax], Field(min_length=1, max_length=1000)]


@catalog_command("upsert-taxes", UpsertTaxes)
def upsert_taxes(facts: Facts, data: UpsertTaxes) -> CatalogRows:
    """The rows."""
    refuse_if(duplicate_ids("taxes", [row.id for row in data.taxes]))
    return CatalogRows(taxes=tuple(data.taxes))
