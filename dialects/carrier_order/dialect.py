"""The dialect `carrier-order`: one operation, and errors as the canonical `error` object, for the document has none."""

from cartwright.wire.refusals import Refusal
from dialects.carrier_order.add_items import ADD_ITEMS, NAME
from dialects.dialect import Call, Dialect, Response
from dialects.http_status import http_status


def refuse(_call: Call | None, refusal: Refusal) -> Response:
    """The error object."""
    return Response(http_status(refusal.code), refusal.wire())


DIALECT = Dialect(NAME, {"add-items": ADD_ITEMS}, refuse)
