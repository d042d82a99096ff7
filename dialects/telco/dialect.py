"""The telco shopping cart (002): its operations, each from a module of this folder, and its errors."""

from dialects.dialect import Dialect
from dialects.telco import carts, checking, containers, items
from dialects.telco.errors import refuse

OPERATIONS = {
    **carts.OPERATIONS,
    **containers.OPERATIONS,
    **items.OPERATIONS,
    **checking.OPERATIONS,
}

DIALECT = Dialect("telco", OPERATIONS, refuse)
