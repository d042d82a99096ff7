"""Whether an offering may be sold in a cart: known, valid now, sold through its channel, its characteristics met."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from cartwright.wire.header import Header
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from facts.availability import unavailable
from facts.snapshot import Facts
from models.cart.cart import Item
from models.catalog.offering import CharacteristicSpec, Offering
from rules.characteristics import fault

MISSING = "missing"


def sellable_offering(offering_id: str, header: Header, facts: Facts, at: datetime, path: str) -> Offering:
    """The offering; raises `offering-not-found` or `offering-not-available` at the JSON Pointer `path`."""
    offering = facts.offerings.get(offering_id)
    if offering is None:
        raise Refusal.at(path, ErrorCode.OFFERING_NOT_FOUND, f"There is no offering {offering_id}.")
    reason = unavailable(offering, header, at)
    if reason is not None:
        raise Refusal.at(path, ErrorCode.OFFERING_NOT_AVAILABLE, f"Offering {offering_id} {reason}.")
    return offering


def unsellable(items: Iterable[Item], header: Header, facts: Facts, at: datetime, path: str) -> Iterator[Refusal]:
    """Why some of these lines can't be sold: what `sellable_offering` says of each that is of an offering."""
    for item in items:
        if item.offering_id is not None:
            try:
                sellable_offering(item.offering_id, header, facts, at, path)
            except Refusal as refusal:
                yield refusal


def check_characteristics(offering: Offering, given: Mapping[str, str], path: str) -> None:
    """Raise `invalid` for values of another type, or outside an offering's lists, and for missing mandatory ones."""
    problems = [
        Problem(path if code == MISSING else path + pointer(spec.name), code, f"Characteristic {spec.name} {what}.")
        for spec, code, what in unfit(offering, given)
    ]
    if problems:
        raise Refusal(ErrorCode.INVALID, problems[0].message, problems=problems)


def unfit(offering: Offering, given: Mapping[str, str]) -> Iterator[tuple[CharacteristicSpec, str, str]]:
    """The characteristics that are missing or have a value that they can't have: a stable code, and what they must."""
    for spec in offering.characteristics:
        value = given.get(spec.name)
        if value is None and spec.mandatory:
            yield spec, MISSING, "is mandatory"
        wrong = None if value is None else fault(spec.value_type, value)
        if wrong is not None:
            yield spec, wrong[0], f"must be {wrong[1]}"
        elif value is not None and spec.values and value not in spec.values:
            yield spec, "not-allowed", f"must be one of {', '.join(spec.values)}"
