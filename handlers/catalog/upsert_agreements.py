"""`upsert-agreements`: add or replace agreements, which unlock prices for customers (002, agreement based pricing)."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from facts.snapshot import CatalogRows, Facts
from handlers.registry import catalog_command
from handlers.row_checks import check_rows
from models.catalog.agreement import Agreement


class UpsertAgreements(CommandData):
    """Agreements to add or replace, by id."""

    model_config = example({"agreements": [{"id": "frame-7", "name": "Frame contract", "customerIds": ["u-1"]}]})

    agreements: Annotated[list[Agreement], Field(min_length=1, max_length=1000)]
    """The agreements."""


@catalog_command("upsert-agreements", UpsertAgreements)
def upsert_agreements(facts: Facts, data: UpsertAgreements) -> CatalogRows:
    """The rows."""
    rows = CatalogRows(agreements=tuple(data.agreements))
    check_rows(rows, facts, "data")
    return rows
