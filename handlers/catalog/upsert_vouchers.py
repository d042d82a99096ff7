"""`upsert-vouchers`: add or replace vouchers (003, Vouchers)."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from facts.snapshot import CatalogRows, Facts
from handlers.registry import catalog_command
from handlers.row_checks import check_rows
from models.catalog.voucher import Voucher


class UpsertVouchers(CommandData):
    """Vouchers to add or replace, by code."""

    model_config = example({"vouchers": [{"code": "WELCOME", "name": "Welcome", "reductionPercent": "50", "uses": 1}]})

    vouchers: Annotated[list[Voucher], Field(min_length=1, max_length=1000)]
    """The vouchers."""


@catalog_command("upsert-vouchers", UpsertVouchers)
def upsert_vouchers(facts: Facts, data: UpsertVouchers) -> CatalogRows:
    """The rows."""
    rows = CatalogRows(vouchers=tuple(data.vouchers))
    check_rows(rows, facts, "data")
    return rows
