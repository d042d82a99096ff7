"""What the document's objects are in a cart, each under canonical wire names; None where they have no home in it.

Used in both directions: when a call is planned, and when a cart is shown. There, what is kept of a call is matched with
what the cart has by now: an object that was sent is shown as it was sent as long as the cart says the same.
"""

from collections.abc import Mapping
from decimal import Decimal

from pydantic import TypeAdapter, ValidationError

from cartwright.wire.header import Contact, Reference, RelatedParty, TimePeriod
from cartwright.wire.lines import ItemTerm, LinePlace, Relationship, TermDuration
from cartwright.wire.schema import Id, Key, Model, Text
from dialects.telco.words import TERM_UNITS
from models.cart.forms import Document

Sent = Mapping[str, object]
"""An object of the document, as sent."""
CUSTOMER = "customer"
"""The role, in any case, of the party that the cart belongs to."""
_ID: TypeAdapter[str] = TypeAdapter(Id)
_KEY: TypeAdapter[str] = TypeAdapter(Key)
_TEXT: TypeAdapter[str] = TypeAdapter(Text)


def objects(given: object) -> list[Document]:
    """The objects in a list; anything else has none."""
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list | tuple) else []


def own_id(given: object) -> str | None:
    """An id, unless it is empty."""
    return given if isinstance(given, str) and given else None


def fitting_id(given: str | None) -> str | None:
    """An id, if a cart can hold it."""
    try:
        return None if given is None else _ID.validate_python(given, strict=True)
    except ValidationError:
        return None


def reference(given: object) -> Document | None:
    """A channel, place or market segment."""
    return _fitting(Reference, _named(given, "id", "name"))


def party(given: object) -> Document | None:
    """A related party."""
    return _fitting(RelatedParty, _named(given, "id", "role", "name"))


def customer(parties: object) -> Document | None:
    """The customer, if one of the related parties has that role and an id."""
    for each in parties if isinstance(parties, list) else ():
        found = party(each)
        if found is not None and is_customer(found) and "id" in found:
            return {"id": found["id"], "userType": "CUSTOMER"}
    return None


def is_customer(party: Sent) -> bool:
    """Whether a related party has the role of the customer."""
    return str(party.get("role", "")).casefold() == CUSTOMER


def period(given: object) -> Document | None:
    """A period, if its times are such that a cart can compare them."""
    return _fitting(TimePeriod, _named(given, "startDateTime", "endDateTime"))


def contact(given: object) -> Document | None:
    """A way to reach the customer, without an id."""
    if not isinstance(given, Mapping):
        return None
    parts = given.get("characteristic")
    pairs = parts.items() if isinstance(parts, Mapping) else ()
    named = valued([{"name": name, "value": value} for name, value in pairs])
    fields: Document = {
        **_named(given, "mediumType"),
        "characteristic": {name: text for name, text in named.items() if text},
    }
    if isinstance(given.get("preferred"), bool):
        fields["preferred"] = given["preferred"]
    if valid := period(given.get("validFor")):
        fields["validFor"] = valid
    if fields.keys() <= {"characteristic", "preferred"} and not fields["characteristic"]:
        return None
    found = _fitting(Contact, {**fields, "id": "contact"})
    return None if found is None else {name: value for name, value in found.items() if name != "id"}


def first(given: object) -> object:
    """The first of a list of objects; anything but a list is what it is."""
    return next(iter(objects(given)), None) if isinstance(given, list | tuple) else given


def category(given: object) -> str | None:
    """The category of a container, alone or the first of a list: its id, else its name."""
    return next(iter(_named(first(given), "id", "name").values()), None)


def line_place(given: object) -> Document | None:
    """Where a product is used."""
    return _fitting(LinePlace, _named(given, "id", "name", "role", "address"))


def item_term(given: object) -> Document | None:
    """A term of the contract."""
    fields = _named(given, "name", "description")
    if duration := _fitting(TermDuration, _duration(given)):
        fields["duration"] = duration
    return _fitting(ItemTerm, fields)


def term_code(terms: object) -> str | None:
    """The term that prices depend on, such as `24M`: the first one with a duration in days, weeks, months or years."""
    for each in terms if isinstance(terms, list) else ():
        duration = _duration(each)
        amount, units = duration.get("amount"), str(duration.get("units", "")).casefold().removesuffix("s")
        if amount and units in TERM_UNITS:
            return f"{amount}{TERM_UNITS[units]}"
    return None


def term_duration(code: str) -> Document:
    """How long such a term is: `24M` are 24 months; nothing of a code that is no number of these units."""
    amount, unit = code[:-1], code[-1:]
    units = next((name for name, letter in TERM_UNITS.items() if letter == unit), None)
    if units is None or not (amount.isascii() and amount.isdigit()):
        return {"amount": None, "units": None}
    return {"amount": int(amount), "units": f"{units}s"}


def relationship(given: object) -> Document | None:
    """A tie to another item."""
    fields = _named(given, "id", "relationshipType")
    return _fitting(Relationship, {"type" if name == "relationshipType" else name: fields[name] for name in fields})


def note(given: object) -> Document | None:
    """A note to add: anything with a text."""
    fields = _named(given, "id", "author")
    text = given.get("text") if isinstance(given, Mapping) else None
    return {**fields, "text": text} if isinstance(text, str) and (text or "id" in fields) else None


def valued(given: object) -> dict[str, str]:
    """Characteristics or attributes by name, values as text; of two with one name, the first."""
    found: dict[str, str] = {}
    for each in given if isinstance(given, list) else ():
        pair = name_and_text(each)
        if pair is not None:
            found.setdefault(*pair)
    return found


def name_and_text(given: object) -> tuple[str, str] | None:
    """Name and value of a characteristic or attribute, if a cart can hold them."""
    if not isinstance(given, Mapping):
        return None
    name, value = given.get("name"), given.get("value")
    text = _as_text(value)
    if text is None or not isinstance(name, str):
        return None
    try:
        return _KEY.validate_python(name, strict=True), _TEXT.validate_python(text, strict=True)
    except ValidationError:
        return None


def _as_text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return value if isinstance(value, str) else None


def _duration(given: object) -> Document:
    duration = given.get("duration") if isinstance(given, Mapping) else None
    if not isinstance(duration, Mapping) or not isinstance(duration.get("amount"), int):
        return {}
    return {"amount": duration["amount"], **_named(duration, "units")}


def _named(given: object, *names: str) -> Document:
    """The texts among these fields that are not empty."""
    if not isinstance(given, Mapping):
        return {}
    return {name: given[name] for name in names if isinstance(given.get(name), str) and given[name]}


def _fitting(model: type[Model], fields: Document) -> Document | None:
    """The fields as a cart holds them, or None if it can't hold them, or if there are none."""
    if not fields:
        return None
    try:
        return model.model_validate(fields).wire()
    except ValidationError:
        return None
