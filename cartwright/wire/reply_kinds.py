"""Every kind of reply by its `type`."""

from cartwright.wire.jobs import JobUpdated
from cartwright.wire.refused import CommandRefused
from cartwright.wire.replies import CartUpdated, CatalogUpdated, PriceChanged, QueryResult, Reply

REPLIES: dict[str, type[Reply | CommandRefused]] = {
    "cart-updated": CartUpdated,
    "price-changed": PriceChanged,
    "catalog-updated": CatalogUpdated,
    "job-updated": JobUpdated,
    "query-result": QueryResult,
    "command-refused": CommandRefused,
}
"""A kind added later is read as a plain `Reply`."""
