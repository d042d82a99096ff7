"""`upsert-rates`: exchange rates, by which what is payable is shown in other currencies (001, available currencies)."""

from typing import Annotated

from pydantic import Field

from cartwright.handlers.catalog_checks import duplicate_ids, refuse_if
from cartwright.handlers.registry import catalog_command
from cartwright.models.catalog import ExchangeRate
from cartwright.models.command import CommandData
from cartwright.models.examples import example
from cartwright.pricing.facts import CatalogRows, Facts


class UpsertRates(CommandData):
    """Rates to add, or to put in the place of those with the same ids."""

    model_config = example({"rates": [{"id": "eur-usd", "from": "EUR", "to": "USD", "rate": "1.0842"}]})

    rates: Annotated[list[ExchangeRate], Field(min_length=1, max_length=1000)]


@catalog_command("upsert-rates", UpsertRates)
def upsert_rates(facts: Facts, data: UpsertRates) -> CatalogRows:
    """The rows."""
    refuse_if(duplicate_ids("rates", [row.id for row in data.rates]))
    return CatalogRows(rates=tuple(data.rates))
