"""The dialect `carrier-order`: one operation, and errors as the canonical `error` object, for the document has none."""

from dialects.carrier_order.add_items import ADD_ITEMS, NAME
from dialects.dialect import Dialect
from dialects.error_object import refuse_with_error_object

DIALECT = Dialect(NAME, {"add-items": ADD_ITEMS}, refuse_with_error_object)
