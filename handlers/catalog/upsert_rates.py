"""`upsert-rates`: add or replace exchange rates, for amounts in other currencies (001, available currencies)."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from facts.snapshot import CatalogRows, Facts
from handlers.registry import catalog_command
from handlers.row_checks import check_rows
from models.catalog.exchange_rate import ExchangeRate


class UpsertRates(CommandData):
    """Rates to add or replace, by id."""

    model_config = example({"rates": [{"id": "eur-usd", "from": "EUR", "to": "USD", "rate": "1.0842"}]})

    rates: Annotated[list[ExchangeRate], Field(min_length=1, max_length=1000)]
    """The exchange rates."""


@catalog_command("upsert-rates", UpsertRates)
def upsert_rates(facts: Facts, data: UpsertRates) -> CatalogRows:
    """The rows."""
    rows = CatalogRows(rates=tuple(data.rates))
    check_rows(rows, facts, "data")
    return rows
