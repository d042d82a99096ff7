"""The telco shopping cart (002): its operations, each from a module of this folder, and its errors."""

from dialects.dialect import Dialect
from dialects.telco import (
    anonymous,
    carts,
    checking,
    configuration,
    containers,
    discounts,
    items,
    notes,
    orders,
    patching,
    simulation,
)
from dialects.telco.errors import refuse

OPERATIONS = {
    **carts.OPERATIONS,
    **containers.OPERATIONS,
    **items.OPERATIONS,
    **checking.OPERATIONS,
    **patching.OPERATIONS,
    **discounts.OPERATIONS,
    **orders.OPERATIONS,
    **notes.OPERATIONS,
    **anonymous.OPERATIONS,
    **simulation.OPERATIONS,
    **configuration.OPERATIONS,
}

DIALECT = Dialect("telco", OPERATIONS, refuse)
