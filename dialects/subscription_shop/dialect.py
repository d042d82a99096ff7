"""Document 001: the cart of a subscription shop, by the names of its eleven operations.

Errors are the canonical `error` object alone; problems point into the call: `/parameters/...` and `/body/...`.
"""

from dialects.dialect import Dialect, Operation
from dialects.error_object import refuse_with_error_object
from dialects.subscription_shop import creating, searches, single
from dialects.subscription_shop.names import DIALECT_NAME

OPERATIONS = {
    "get-items": Operation(searches.plan_items, searches.respond_items, writes=False),
    "create-item": Operation(creating.plan_item, creating.respond_cart),
    "create-checkout": Operation(creating.plan_checkout, creating.respond_cart),
    "get-distinct-values": Operation(searches.plan_values, searches.respond_rows, writes=False),
    "create-mid-term-upgrade": Operation(creating.plan_upgrade, creating.respond_cart),
    "get-recap-quantities": Operation(searches.plan_recap, searches.respond_rows, writes=False),
    "create-subscription-offer": Operation(creating.plan_offer, creating.respond_offer),
    "get-unwind-values": Operation(searches.plan_elements, searches.respond_elements, writes=False),
    "delete-item": Operation(single.plan_delete, single.respond_deleted),
    "get-item": Operation(single.plan_get, single.respond_cart, writes=False),
    "update-products": Operation(single.plan_update, single.respond_cart),
}
DIALECT = Dialect(DIALECT_NAME, OPERATIONS, refuse_with_error_object)
