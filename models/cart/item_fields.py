"""Line items and containers as plain fields under wire names: as changes, documents and replies hold them."""

from collections.abc import Mapping

from cartwright.wire.stored import read_stored
from models.cart.cart import Container, Item
from models.cart.fields import table
from models.cart.forms import Document, reader, writer
from models.cart.line_terms import NO_TERMS, LineTerms
from models.cart.overrides import PriceOverride
from models.cart.price import Price

OVERRIDES = "overrides"
PRICES = "prices"

write_container = writer(Container)
read_container = reader(Container)
_write_own = writer(Item)
_read_own = reader(Item)
_write_terms = writer(LineTerms)
_read_terms = reader(LineTerms)
_OWN = frozenset({OVERRIDES, PRICES, *(row.stored for row in table(Item) if row.in_documents)})
_TERMS = frozenset(row.stored for row in table(LineTerms))
_NOTHING: Mapping[str, object] = {}
"""One for all lines: thousands of carts are kept in memory, and most of their lines have nothing to say here."""


def write_item(item: Item) -> Document:
    """A line item without its prices, flat, under wire names; what is null is left out."""
    fields = _write_own(item)
    if item.terms is not NO_TERMS:
        fields.update(_write_terms(item.terms))
    if item.overrides:
        fields[OVERRIDES] = [each.wire() for each in item.overrides]
    fields.update(item.details)
    return fields


def read_item(wire: Document, prices: tuple[Price, ...] = ()) -> Item:
    """The line item that `write_item` wrote, with these prices; names that are no fields of a line are details."""
    terms, details = NO_TERMS, _NOTHING
    others = {name: value for name, value in wire.items() if name not in _OWN and value is not None}
    if others:
        terms = NO_TERMS if _TERMS.isdisjoint(others) else _read_terms(others)
        details = {name: value for name, value in others.items() if name not in _TERMS} or _NOTHING
    overrides = tuple([read_stored(PriceOverride, each) for each in wire[OVERRIDES]]) if OVERRIDES in wire else ()
    return _read_own(wire, terms, details, overrides, prices)
