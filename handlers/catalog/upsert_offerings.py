"""`upsert-offerings`: add or replace offerings, the things that a cart can hold (002, productOffering)."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import Problem, pointer
from facts.snapshot import CatalogRows, Facts
from handlers.bundle_checks import bundle_problems
from handlers.catalog_checks import duplicate_ids, refuse_if
from handlers.registry import catalog_command
from models.catalog.offering import Offering
from rules.characteristics import fault


class UpsertOfferings(CommandData):
    """Offerings to add or replace, by id."""

    model_config = example(
        {
            "offerings": [
                {
                    "id": "sim-only",
                    "name": "SIM only",
                    "taxCategory": "standard",
                    "characteristics": [{"name": "color", "values": ["red", "blue"]}],
                }
            ]
        }
    )

    offerings: Annotated[list[Offering], Field(min_length=1, max_length=1000)]
    """The offerings."""


@catalog_command("upsert-offerings", UpsertOfferings)
def upsert_offerings(facts: Facts, data: UpsertOfferings) -> CatalogRows:
    """The rows; refuses a bundle that contains itself or is too deep, and values that are not of their type."""
    rows = CatalogRows(offerings=tuple(data.offerings))
    problems = duplicate_ids("offerings", [row.id for row in data.offerings])
    after = facts.with_rows(rows, facts.revision)
    problems += bundle_problems(data.offerings, after.offerings, after.bundles)
    problems += _value_problems(data.offerings)
    refuse_if(problems)
    return rows


def _value_problems(offerings: Sequence[Offering]) -> Iterator[Problem]:
    """Values that a characteristic allows, and that are not of its type."""
    for index, offering in enumerate(offerings):
        for place, spec in enumerate(offering.characteristics):
            for number, value in enumerate(spec.values):
                wrong = fault(spec.value_type, value)
                if wrong is not None:
                    path = pointer("data", "offerings", index, "characteristics", place, "values", number)
                    yield Problem(path, wrong[0], f"{spec.name} must be {wrong[1]}")
