"""`upsert-agreements`: add or replace agreements, which unlock prices for customers (002, agreement based pricing)."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from facts.snapshot import CatalogRows, Facts
from handlers.catalog_checks import duplicate_ids, refuse_if
from handlers.registry import catalog_command
from models.catalog.agreement import Agreement


class UpsertAgreements(CommandData):
    """Agreements to add or replace, by id."""

    model_config = example({"agreements": [{"id": "frame-7", "name": "Frame contract", "customerIds": ["u-1"]}]})

    agreements: Annotated[list[Agreement], Field(min_length=1, max_length=1000)]
    """The agreements."""


@catalog_command("upsert-agreements", UpsertAgreements)
def upsert_agreements(facts: Facts, data: UpsertAgreements) -> CatalogRows:
    """The rows."""
    refuse_if(duplicate_ids("agreements", [row.id for row in data.agreements]))
    return CatalogRows(agreements=tuple(data.agreements))
