"""What differs between two JSON documents, by JSON Pointer; elements of lists are told apart by what names them.

Paths go by id, as in patches: `/items/i-1/quantity`. Vouchers go by code, totals by type and period, phases by the
first of their periods. A list whose elements nothing tells apart is compared as a whole. What is null is absent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cartwright.wire.refusals import pointer

Path = tuple[str, ...]
HEADING = frozenset({"id", "version", "createdAt", "createdBy", "updatedAt", "updatedBy", "lastUpdateReason"})
"""What says which version of which cart it is; two always differ in it."""
_NAMES = (("id",), ("code",), ("type", "period"), ("fromPeriod",))


@dataclass(frozen=True, slots=True)
class Difference:
    """A place at which two documents differ; a value is None on the side that has nothing there."""

    path: Path
    before: Any
    after: Any

    def wire(self) -> dict[str, Any]:
        """The difference as a JSON object."""
        return {"path": pointer(*self.path), "before": self.before, "after": self.after}


def cart_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between two carts, but for their headings; lines of two carts are paired by what they are of."""
    one, other = ({name: value for name, value in cart.items() if name not in HEADING} for cart in (before, after))
    if before.get("id") != after.get("id"):
        other["items"] = _paired(one.get("items", []), other.get("items", []))
    return list(differences(one, other))


def differences(before: Any, after: Any, path: Path = ()) -> Iterator[Difference]:
    """What differs between two values, the smallest parts that differ."""
    parts = (_parts(before, after), _parts(after, before))
    if parts[0] is None or parts[1] is None:
        if before != after:
            yield Difference(path, before, after)
        return
    for name in {**parts[0], **parts[1]}:
        yield from differences(parts[0].get(name), parts[1].get(name), (*path, name))


def _parts(value: Any, other: Any) -> Mapping[str, Any] | None:
    """The parts of a value by name, if the other one has such parts too."""
    if isinstance(value, dict) and isinstance(other, dict):
        return value
    if not isinstance(value, list) or not isinstance(other, list):
        return None
    for names in _NAMES:
        if all(_is_named(each, names) for each in (*value, *other)):
            parts = {_name(each, names): each for each in value}
            others = {_name(each, names) for each in other}
            return parts if len(parts) == len(value) and len(others) == len(other) else None
    return None


def _is_named(element: Any, names: tuple[str, ...]) -> bool:
    return isinstance(element, dict) and element.get(names[0]) is not None


def _name(element: dict[str, Any], names: tuple[str, ...]) -> str:
    return " ".join(str(element[name]) for name in names if element.get(name) is not None)


def _paired(before: list[Any], after: list[Any]) -> list[Any]:
    """The lines of another cart; those of the same product as a line here that has no partner have its id."""
    known, others = {line["id"] for line in before}, {line["id"] for line in after}
    alone = [line for line in before if line["id"] not in others]
    paired = []
    for line in after:
        partner = next((each for each in alone if _product(each) == _product(line)), None)
        if line["id"] in known or partner is None:
            paired.append(line)
        else:
            alone.remove(partner)
            paired.append({**line, "id": partner["id"]})
    return paired


def _product(line: Mapping[str, Any]) -> tuple[Any, Any]:
    return line.get("offeringId"), line.get("productId")
