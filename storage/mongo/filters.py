"""Filters as MongoDB queries. Only names and operators from this file get into a query; texts of callers are values."""

import re
from collections.abc import Callable, Mapping

from models.cart.forms import Document
from queries.fields import KEY_PREFIX, FieldType, SearchField
from queries.filters import And, Comparison, Exists, Filter, Not, OneOf, Or, Prefix, Test
from storage.mongo.ids import bounds_of

_OPERATORS = {"=": "$eq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_PATHS = {
    "id": "cartId",
    "status": "status",
    "version": "version",
    "country": "header.country",
    "locale": "header.locale",
    "storeId": "header.storeId",
    "storeHostname": "header.storeHostname",
    "source": "header.source",
    "scenario": "header.scenario",
    "externalContext": "header.externalContext",
    "paymentMethod": "header.paymentMethod",
    "productRecoId": "header.productRecoId",
    "catalogId": "header.catalogId",
    "endUser.id": "header.endUser.id",
    "channel.id": "header.channel.id",
    "place.id": "header.place.id",
    "customer.id": "header.customer.id",
    "customer.userType": "header.customer.userType",
    "createdAt": "created.at",
    "updatedAt": "updated.at",
    "items.offeringId": "items.offeringId",
    "items.action": "items.action",
    "containers.category": "containers.category",
    "promotions.id": "promotions.id",
    "vouchers.code": "vouchers.code",
}
"""Where documents have the fields that they have under one name."""
_PAYABLE = {"$add": [{"$subtract": ["$dueNow.gross", "$dueNow.adjustments"]}, {"$ifNull": ["$dueNow.rounding", 0]}]}


def mongo_filter(where: Filter, tenant: str) -> Document:
    """The query that finds the carts of a tenant for which the filter holds; the tenant itself is not in it."""
    match where:
        case And(filters):
            return {"$and": [mongo_filter(each, tenant) for each in filters]}
        case Or(filters):
            return {"$or": [mongo_filter(each, tenant) for each in filters]}
        case Not(inner):
            return {"$nor": [mongo_filter(inner, tenant)]}
        case _:
            return _tested(where, tenant)


def value_path(field: SearchField) -> str:
    """Where documents have the values of a field; names of keys hold nothing but letters, digits, `-` and `_`."""
    return f"header.{field.name}" if field.name.startswith(KEY_PREFIX) else _PATHS.get(field.name, field.name)


def _tested(test: Test, tenant: str) -> Document:
    name = test.field.name
    if name == "id":
        return {"_id": _within(test, *bounds_of(tenant))}
    if name.startswith(KEY_PREFIX):
        key = name.removeprefix(KEY_PREFIX)
        return {"lookup": {"$elemMatch": _within(test, f"{key}=", f"{key}>")}}
    special = _SPECIAL.get(name)
    return special(test) if special is not None else {_PATHS[name]: _condition(test)}


def _condition(test: Test, start: str = "") -> Document:
    """What the value of a field must be; `start` is what stored values begin with."""
    match test:
        case Comparison(_, name, value):
            return {_OPERATORS[name]: f"{start}{value}" if start else value}
        case OneOf(_, values):
            return {"$in": [f"{start}{value}" if start else value for value in values]}
        case Prefix(_, prefix):
            # A regular expression is stored as a C string, so the character 0 can't stand in it as itself.
            return {"$regex": f"^{re.escape(start + prefix)}".replace("\0", r"\x00")}
        case Exists(field):
            # Of a list, `$ne` would ask that no element is without it. Every text is the empty one, or comes after it.
            return {"$gte": ""} if field.type is FieldType.TEXT else {"$exists": True}


def _within(test: Test, start: str, end: str) -> Document:
    """The same for values that are stored behind a common start; `end` is the first text that comes after all."""
    if isinstance(test, Exists):
        return {"$gte": start, "$lt": end}
    # The value's own bound is the stricter one of its side.
    return {"$gte": start, "$lt": end} | _condition(test, start) if _is_range(test) else _condition(test, start)


def _is_range(test: Test) -> bool:
    return isinstance(test, Comparison) and test.operator != "="


def _currency(test: Test) -> Document:
    """The forced currency, if a cart has one, else its own (001, forcedCurrency)."""
    forced, own = "header.forcedCurrency", "header.currency"
    return {"$or": [{forced: _condition(test)}, {forced: None, own: _condition(test)}]}


def _market_segment(test: Test) -> Document:
    """A segment is stored as it was given: as an object, or by its id alone."""
    return {"$or": [{"header.marketSegment": _condition(test)}, {"header.marketSegment.id": _condition(test)}]}


def _payable(test: Test) -> Document:
    """Computed when it is asked for; the conditions of a query's expression take their operands the other way."""
    match test:
        case Comparison(_, name, value):
            return {"$expr": {_OPERATORS[name]: [_PAYABLE, value]}}
        case OneOf(_, values):
            return {"$expr": {"$in": [_PAYABLE, list(values)]}}
    return {}


_SPECIAL: Mapping[str, Callable[[Test], Document]] = {
    "currency": _currency,
    "marketSegment.id": _market_segment,
    "dueNow.payable": _payable,
}
"""Fields that documents have in more than one place, or not at all."""
