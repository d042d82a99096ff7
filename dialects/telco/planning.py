"""The document's carts, containers and items as canonical commands take them."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

from cartwright.wire.refusals import pointer
from dialects.dialect import Step
from dialects.numbers import decimals
from dialects.telco import blank, canonical, kept
from dialects.telco.canonical import Sent, objects
from dialects.telco.kept import Keeping
from dialects.telco.words import ACTIONS, ADJUSTMENTS, inverse
from models.cart.forms import Document
from models.cart.keys import UNIQUE_ID

_ACTIONS = inverse(ACTIONS)
_ADJUSTMENTS = inverse(ADJUSTMENTS)
_OF_PRODUCT = ("productCharacteristic", "billingAccount", "place", "relatedParty")
"""What items have of their products."""
BODY = {"": "/body"}
"""The data of most steps comes from the body, part for part."""


def cart_data(sent: Sent) -> Document:
    """The data of `create-cart`."""
    unique_id = canonical.own_id(sent.get("uniqueId"))
    return without_nulls(
        channel=canonical.reference(sent.get("channel")),
        place=canonical.reference(sent.get("place")),
        marketSegment=canonical.reference(sent.get("marketSegment")),
        validity=canonical.period(sent.get("validFor")),
        customer=canonical.customer(sent.get("relatedParty")),
        relatedParties=_each(canonical.party, sent.get("relatedParty")),
        contacts=_contacts(sent.get("contactMedium")),
        attributes=_valued(sent.get("additionalAttributes")),
        keys={UNIQUE_ID: unique_id} if unique_id else None,
        containers=containers_data(sent.get("offerContainer")),
        **kept.extensions(sent, kept.OF_CART, blank.CART),
    )


def containers_data(sent: object, keeping: Keeping = kept.extensions) -> list[Document]:
    """The containers of a canonical command."""
    return [container_data(each, keeping) for each in objects(sent)]


def container_data(sent: Sent, keeping: Keeping = kept.extensions) -> Document:
    """A container of a canonical command, with its items."""
    return without_nulls(
        id=canonical.own_id(sent.get("id")),
        category=canonical.category(sent.get("category")),
        processContext=sent.get("processContext") or None,
        portfolioId=canonical.own_id(sent.get("portfolioId")),
        notes=_each(canonical.note, sent.get("note")),
        attributes=_valued(sent.get("additionalAttributes")),
        items=items_data(sent.get("cartItem"), keeping),
        **keeping(sent, kept.OF_CONTAINER, blank.CONTAINER),
    )


def items_data(sent: object, keeping: Keeping = kept.extensions) -> list[Document]:
    """The items of a canonical command."""
    return [item_data(each, keeping) for each in objects(sent)]


def item_data(sent: Sent, keeping: Keeping = kept.extensions) -> Document:
    """An item of a canonical command. What is sent as empty is null in it, which removes it from an item that is there;
    what is not sent stays.
    """
    product = _product(sent)
    return {
        **without_nulls(
            id=canonical.own_id(sent.get("id")),
            offeringId=_id_of(sent.get("productOffering")),
            productId=canonical.own_id(product.get("id")),
            quantity=sent.get("quantity"),
            action=_ACTIONS.get(str(sent.get("action"))),
            notes=_each(canonical.note, sent.get("note")),
            characteristics=_characteristics(product),
            **keeping(_beyond_id(sent, product), kept.OF_ITEM, blank.ITEM),
        ),
        **_if_sent(sent, "bundleParentId", parentId=canonical.own_id),
        **_if_sent(sent, "itemTerm", term=canonical.term_code, terms=partial(_each, canonical.item_term)),
        **_if_sent(sent, "cartItemRelationship", relationships=partial(_each, canonical.relationship)),
        **_if_sent(sent, "additionalAttributes", attributes=_valued),
        **_if_sent(product, "billingAccount", billingAccountId=_account_id),
        **_if_sent(product, "place", place=_first_place),
        **_if_sent(product, "relatedParty", relatedParties=partial(_each, canonical.party)),
    }


def adjustment_step(sent: Sent, place: str) -> Step:
    """The step that applies one of `nonRecurringPriceAdjustment`; its amount is in the cart's currency."""
    amount = sent.get("amount")
    data = without_nulls(
        id=canonical.own_id(sent.get("id")),
        kind=_ADJUSTMENTS.get(str(sent.get("type"))),
        reference=canonical.own_id(sent.get("referenceId")),
        amount=decimals(Decimal(amount)) if isinstance(amount, int | Decimal) else None,
        name=sent.get("name") or None,
        attributes=_valued(sent.get("details")) or None,
    )
    places = {
        "": place,
        "/kind": f"{place}/type",
        "/reference": f"{place}/referenceId",
        "/attributes": f"{place}/details",
    }
    return Step("apply-adjustment", data, places)


def adjustment_steps(sent: Sent) -> list[Step]:
    """The adjustments of a new cart; one without an amount takes nothing off, it is only kept."""
    name = "nonRecurringPriceAdjustment"
    return [
        adjustment_step(each, pointer("body", name, index))
        for index, each in enumerate(objects(sent.get(name)))
        if each.get("amount")
    ]


def without_nulls(**fields: object) -> Document:
    """The fields that are not null."""
    return {name: value for name, value in fields.items() if value is not None}


def _contacts(sent: object) -> list[Document] | None:
    """Ways to reach the customer; the document gives them no ids, a cart needs one."""
    found = _each(canonical.contact, sent)
    return found and [{**each, "id": f"contact-{number}"} for number, each in enumerate(found, 1)]


def _id_of(sent: object) -> str | None:
    return canonical.own_id(sent.get("id")) if isinstance(sent, Mapping) else None


def _product(sent: Sent) -> Sent:
    """The item's product; one that is sent as null has nothing under any of its names."""
    product = sent.get("product")
    if isinstance(product, Mapping):
        return product
    return dict.fromkeys(_OF_PRODUCT) if "product" in sent else {}


def _characteristics(product: Sent) -> dict[str, str] | None:
    """The characteristics; none at all if they are sent as null."""
    name = "productCharacteristic"
    return (_valued(product[name]) or {}) if name in product else None


def _beyond_id(sent: Sent, product: Sent) -> Sent:
    """The item without its product's id, which the cart holds: a product that is only named brings nothing to keep."""
    if canonical.own_id(product.get("id")) is None:
        return sent
    return {**sent, "product": {name: value for name, value in product.items() if name != "id"}}


def _account_id(sent: object) -> str | None:
    return canonical.fitting_id(_id_of(sent))


def _first_place(sent: object) -> Document | None:
    """The first place that a cart can hold."""
    return next(iter(_each(canonical.line_place, sent) or ()), None)


def _each(of: Callable[[object], Document | None], sent: object) -> list[Document] | None:
    """What a cart holds of the objects of a list; None if there is no list."""
    if not isinstance(sent, list):
        return None
    return [found for each in sent if (found := of(each)) is not None]


def _valued(sent: object) -> dict[str, str] | None:
    return canonical.valued(sent) if isinstance(sent, list) else None


def _if_sent(sent: Sent, name: str, **fields: Callable[[object], object]) -> Document:
    """These fields, each made of what was sent under a name, or null; none of them if nothing was sent."""
    return {field: of(sent[name]) or None for field, of in fields.items()} if name in sent else {}
