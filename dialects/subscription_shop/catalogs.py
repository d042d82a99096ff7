"""A catalog that comes with a cart: its rows under ids of their own, so that they touch no other row (Create checkout).

Ids of offerings, prices and taxes become `<catalog>-<id>`, and so do the tax categories that the catalog has taxes for:
else its taxes would be owed for the tenant's other offerings, too. References follow. What is no row is left as it is,
for the catalog commands to refuse.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from cartwright.wire.refusals import Problem
from dialects.dialect import Step
from dialects.subscription_shop.requests import FullCatalog
from models.cart.forms import Document
from models.derived_id import derived_id


def catalog_id(tenant: str, message_id: str) -> str:
    """The id of the catalog that a call brings: the same for every delivery of its message."""
    return "cat-" + derived_id(tenant, message_id)


class PrivateCatalog:
    """The rows of a request under the ids that they get."""

    def __init__(self, given: FullCatalog, own_id: str) -> None:
        self._given = given
        self._id = own_id
        self._offerings = _texts(given.offerings, "id")
        self._prices = _texts(given.prices, "id")
        self._categories = _texts(given.taxes, "category")

    def product(self, wanted: str) -> str:
        """The offering that a product of the cart is; one that the catalog does not hold is the tenant's."""
        return self._own(wanted, self._offerings)

    def problems(self, where: str) -> list[Problem]:
        """Prices of offerings that the catalog does not hold: they would be prices of other carts."""
        return [
            Problem(f"{where}/prices/{place}/offeringId", "offering-not-found", "the catalog has no such offering")
            for place, row in enumerate(self._given.prices)
            if isinstance(row, dict) and isinstance(row.get("offeringId"), str)
            if row["offeringId"] not in self._offerings
        ]

    def steps(self, where: str) -> tuple[Step, ...]:
        """The catalog commands that bring the rows."""
        rows = {
            "taxes": [self._row(row, category=self._categories) for row in self._given.taxes],
            "offerings": [self._offering(row) for row in self._given.offerings],
            "prices": [self._price(row) for row in self._given.prices],
        }
        return tuple(
            Step(f"upsert-{kind}", {kind: given}, {"": where, f"/{kind}": f"{where}/{kind}"})
            for kind, given in rows.items()
            if given
        )

    def _offering(self, row: Any) -> Any:
        made = self._row(row, taxCategory=self._categories)
        if isinstance(made, dict) and isinstance(made.get("bundle"), list):
            made["bundle"] = [self._referring(member, offeringId=self._offerings) for member in made["bundle"]]
        return made

    def _price(self, row: Any) -> Any:
        made = self._row(row, offeringId=self._offerings)
        if isinstance(made, dict) and isinstance(made.get("relationships"), list):
            made["relationships"] = [self._referring(each, id=self._prices) for each in made["relationships"]]
        return made

    def _row(self, row: Any, **references: set[str]) -> Any:
        """A row under its own id, and with references to names of the catalog."""
        own = _texts([row], "id")
        return self._referring(row, id=own, **references)

    def _referring(self, row: Any, **references: set[str]) -> Any:
        if not isinstance(row, dict):
            return row
        changed: Document = {
            name: self._own(row[name], names) for name, names in references.items() if isinstance(row.get(name), str)
        }
        return {**row, **changed}

    def _own(self, name: str, names: Iterable[str]) -> str:
        return f"{self._id}-{name}" if name in names else name


def _texts(rows: Sequence[Any], field: str) -> set[str]:
    """The texts that rows have for a field."""
    return {row[field] for row in rows if isinstance(row, dict) and isinstance(row.get(field), str)}
