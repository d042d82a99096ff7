"""`upsert-rules`: add or replace rules about what a cart may hold, must hold, or gets automatically (002, 003)."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import Problem, pointer
from facts.snapshot import CatalogRows, Facts
from handlers.catalog_checks import duplicate_ids, refuse_if
from handlers.registry import catalog_command
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
    problems = duplicate_ids("rules", [row.id for row in data.rules])
    for index, rule in enumerate(data.rules):
        for field, offering_id in rule.offering_ids():
            if offering_id not in facts.offerings:
                path = pointer("data", "rules", index, field)
                problems.append(Problem(path, "offering-not-found", f"there is no offering {offering_id}"))
    refuse_if(problems)
    return CatalogRows(rules=tuple(data.rules))
