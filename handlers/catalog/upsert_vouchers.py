"""`upsert-vouchers`: codes that carts redeem, and how many carts may (003, Vouchers)."""

from typing import Annotated

from pydantic import Field

from cartwright.handlers.catalog_checks import duplicate_ids, refuse_if
from cartwright.handlers.registry import catalog_command
from cartwright.models.command import CommandData
from cartwright.models.examples import example
from cartwright.models.voucher import Voucher
from cartwright.pricing.facts import CatalogRows, Facts


class UpsertVouchers(CommandData):
    """Vouchers to add, or to put in the place of those with the same codes."""

    model_config = example({"vouchers": [{"code": "WELCOME", "name": "Welcome", "reductionPercent": "50", "uses": 1}]})

    vouchers: Annotated[list[Voucher], Field(min_length=1, max_length=1000)]


@catalog_command("upsert-vouchers", UpsertVouchers)
def upsert_vouchers(facts: Facts, data: UpsertVouchers) -> CatalogRows:
    """The rows."""
    refuse_if(duplicate_ids("vouchers", [row.id for row in data.vouchers], "code"))
    return CatalogRows(vouchers=tuple(data.vouchers))
