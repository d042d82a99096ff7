"""A cart item in the words of the document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from cartwright.wire.notes import Note
from cartwright.wire.schema import format_time
from dialects.numbers import amount, exactly
from dialects.telco import blank, canonical
from dialects.telco.blank import filled
from dialects.telco.canonical import objects
from dialects.telco.kept import kept
from dialects.telco.rendering.merging import many, one, valued
from dialects.telco.rendering.moved import Moved
from dialects.telco.rendering.prices import PriceList, item_prices, total_prices
from dialects.telco.rendering.promotions import Promotions, overrides
from dialects.telco.words import ACTIONS
from facts.snapshot import Facts
from models.cart.adjustments import DOWN_PAYMENT, Adjustment
from models.cart.cart import Item
from models.cart.forms import Document

MEMO = "telco"
"""Under which an item remembers how it was shown."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the rendering of a cart works out once for all of its items."""

    facts: Facts
    prices: PriceList
    promotions: Promotions
    moved: Moved
    adjustments: Sequence[Adjustment]


def shown_item(item: Item, parts: Parts) -> Document | orjson.Fragment:
    """One of `cartItem`, encoded once for as long as nothing but the item and the catalog has a part in it."""
    altered = any(price.alterations for price in item.prices)
    if altered or parts.adjustments or parts.promotions.any or parts.moved.among([item]):
        return render_item(item, parts)
    basis = (parts.facts.revision, parts.prices.currency)
    known: tuple[object, orjson.Fragment] | None = item.memo.get(MEMO)
    if known is None or known[0] != basis:
        line = bytes(memoryview(orjson.dumps(render_item(item, parts), exactly)))
        known = item.memo[MEMO] = (basis, orjson.Fragment(line))
    return known[1]


def render_item(item: Item, parts: Parts) -> Document:
    """One of `cartItem`, with every name of the sample."""
    sent = kept(item)
    details = item.details
    changes = parts.moved.among([item])
    prices = parts.prices
    return filled(
        blank.ITEM,
        sent,
        {
            "action": ACTIONS[item.action],
            "id": item.id,
            "quantity": item.quantity,
            "status": "Keep" if item.action == "keep" else "New",
            "note": notes(sent.get("note"), item.notes),
            "itemTerm": _terms(sent.get("itemTerm"), item),
            "cartItemRelationship": many(
                sent.get("cartItemRelationship"),
                objects(details.get("relationships")),
                canonical.relationship,
                _relationship,
                blank.RELATIONSHIP,
            ),
            "itemPrice": item_prices(item, prices),
            "productOffering": _offering(sent.get("productOffering"), item, parts.facts),
            "product": _product(sent.get("product"), item, parts.facts),
            "itemTotalPrice": total_prices(prices.of_item[item.id], prices),
            "promotions": parts.promotions.of_item(item),
            "bundleParentId": item.parent_id,
            "itemPriceChanged": changes,
            "isCartItemPriceChanged": bool(changes),
            "addedBySCRuleEngine": item.added_by is not None and not item.is_promised,
            "addedByPromotion": item.is_promised,
            "customizedPrice": overrides(item),
            "additionalAttributes": valued(
                sent.get("additionalAttributes"), _object(details.get("attributes")), blank.ATTRIBUTE
            ),
            "downpayment": _down_payment(sent.get("downpayment"), item, parts),
            "amendmentAllowed": not item.fixed,
        },
    )


def notes(sent: object, now: Sequence[Note]) -> list[object]:
    """Notes of an item or a container; what the cart knows of them wins over what was sent."""
    before: dict[object, Document] = {}
    unknown = []
    for each in objects(sent):
        found = canonical.note(each)
        if found is None:
            unknown.append(filled(blank.NOTE, each))
        else:
            before.setdefault(found.get("id") or (found.get("author"), found["text"]), each)
    known = [_note(each, before.get(each.id) or before.get((each.author, each.text)) or {}) for each in now]
    return [*unknown, *known]


def _note(each: Note, sent: Document) -> Document:
    created, updated = format_time(each.created_at), format_time(each.updated_at)
    return filled(
        blank.NOTE,
        sent,
        {
            "id": each.id,
            "author": each.author,
            "text": each.text,
            "date": sent.get("date") or created,
            "createdOn": created,
            "createdBy": each.author,
            "updatedOn": updated,
            "updatedBy": each.author,
        },
    )


def _terms(sent: object, item: Item) -> list[object]:
    """The item's terms; first the one that its prices depend on, such as `24M`, if none of the others says that."""
    terms = objects(item.details.get("terms"))
    shown = many(sent, terms, canonical.item_term, dict, blank.TERM)
    if item.term is None or canonical.term_code(terms) == item.term:
        return shown
    return [filled(blank.TERM, {"name": item.term}, {"duration": canonical.term_duration(item.term)}), *shown]


def _relationship(each: Document) -> Document:
    return {"id": each.get("id"), "relationshipType": each.get("type")}


def _offering(sent: object, item: Item, facts: Facts) -> Document:
    if isinstance(sent, Mapping) and canonical.own_id(sent.get("id")) == item.offering_id:
        return filled(blank.OFFERING, sent)
    known = facts.offerings.get(item.offering_id or "")
    if known is None:
        return filled(blank.OFFERING, {"id": item.offering_id})
    categories = [filled(blank.CATEGORY, {"id": each}) for each in known.categories]
    return filled(blank.OFFERING, {"id": known.id, "name": known.name, "category": categories})


def _product(sent: object, item: Item, facts: Facts) -> Document:
    known = facts.offerings.get(item.offering_id or "")
    sent = sent if isinstance(sent, Mapping) else {}
    details = item.details
    return filled(
        blank.PRODUCT,
        {"isBundle": known is not None and bool(known.bundle)},
        sent,
        {
            "id": item.product_id or (sent.get("id") if canonical.own_id(sent.get("id")) is None else None),
            "billingAccount": _account(sent.get("billingAccount"), details.get("billingAccountId")),
            "productCharacteristic": valued(
                sent.get("productCharacteristic"), item.characteristics, blank.CHARACTERISTIC
            ),
            "place": _places(sent.get("place"), details.get("place")),
            "relatedParty": many(
                sent.get("relatedParty"), objects(details.get("relatedParties")), canonical.party, dict, blank.PARTY
            ),
        },
    )


def _account(sent: object, now: object) -> Document:
    return one(sent, None if now is None else {"id": now}, _account_of, blank.NAMED)


def _account_of(sent: object) -> Document | None:
    found = canonical.fitting_id(canonical.own_id(sent.get("id"))) if isinstance(sent, Mapping) else None
    return None if found is None else {"id": found}


def _places(sent: object, now: object) -> list[object]:
    """The places of a product; a cart knows the first that it can hold."""
    first = next((place for each in objects(sent) if (place := canonical.line_place(each)) is not None), None)
    if first == (now or None):
        return [filled(blank.PLACE, each) for each in objects(sent)]
    others = [each for each in objects(sent) if canonical.line_place(each) != first]
    return [filled(blank.PLACE, each) for each in (*([_object(now)] if now else []), *others)]


def _down_payment(sent: object, item: Item, parts: Parts) -> Document:
    """The down payment for the item, if there is one."""
    for each in parts.adjustments:
        if each.kind == DOWN_PAYMENT and each.item_id == item.id:
            return filled(blank.DOWN_PAYMENT, {"downpaymentAmount": amount(each.amount, each.currency)})
    return filled(blank.DOWN_PAYMENT, sent if isinstance(sent, Mapping) else None)


def _object(given: object) -> Document:
    return dict(given) if isinstance(given, Mapping) else {}
