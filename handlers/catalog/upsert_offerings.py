"""`upsert-offerings`: add or replace offerings, the things that a cart can hold (002, productOffering)."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import Problem, pointer
from facts.snapshot import CatalogRows, Facts
from handlers.catalog_checks import duplicate_ids, refuse_if
from handlers.registry import catalog_command
from models.catalog.rows import Offering


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
    """The rows; refuses a bundle that contains itself."""
    rows = CatalogRows(offerings=tuple(data.offerings))
    problems = duplicate_ids("offerings", [row.id for row in data.offerings])
    bundles = {**facts.offerings, **{row.id: row for row in data.offerings}}
    for index, offering in enumerate(data.offerings):
        if _contains_itself(offering.id, bundles):
            path = pointer("data", "offerings", index, "bundle")
            problems.append(Problem(path, "cycle", f"bundle {offering.id} contains itself"))
    refuse_if(problems)
    return rows


def _contains_itself(start: str, offerings: dict[str, Offering]) -> bool:
    seen: set[str] = set()
    waiting = [member.offering_id for member in offerings[start].bundle]
    while waiting:
        current = waiting.pop()
        if current == start:
            return True
        if current not in seen and current in offerings:
            seen.add(current)
            waiting.extend(member.offering_id for member in offerings[current].bundle)
    return False
