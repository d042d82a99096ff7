"""How prices hang together (002, itemPriceRelationship)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PriceRelationship:
    """A tie of a price to another price, as the catalog states it."""

    id: str
    type: str
