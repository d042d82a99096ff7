"""`upsert-rules`: add or replace rules about what a cart may hold, must hold, or gets automatically (002, 003)."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from facts.snapshot import CatalogRows, Facts
from handlers.registry import catalog_command
from handlers.row_checks import check_rows
from rules.rule import AnyRule


class UpsertRules(CommandData):
    """Rules to add or replace, by id; `kind` says which other fields there are."""

    model_config = example(
        {
            "rules": [
                {"kind": "cardinality", "id": "one-plan", "items": {"categories": ["PLAN"]}, "max": 1},
                {
                    "kind": "exclusion",
                    "id": "fixed-or-mobile",
                    "items": {"categories": ["FIXED"]},
                    "others": {"categories": ["MOBILE"]},
                },
            ]
        }
    )

    rules: Annotated[list[AnyRule], Field(min_length=1, max_length=1000)]
    """The rules."""


@catalog_command("upsert-rules", UpsertRules)
def upsert_rules(facts: Facts, data: UpsertRules) -> CatalogRows:
    """The rows; what a rule brings into carts itself must be known."""
    rows = CatalogRows(rules=tuple(data.rules))
    check_rows(rows, facts, "data")
    return rows
