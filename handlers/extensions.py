"""Extensions of carts, containers and items: each dialect's is replaced as a whole, and null removes it."""

from collections.abc import Mapping

from pydantic import JsonValue

from cartwright.wire.extensions import Extensions, read_kept

EXTENSIONS = "extensions"


def with_extensions(given: Mapping[str, JsonValue], current: Extensions) -> dict[str, JsonValue]:
    """The given fields of a part of a cart, the extensions among them with those of other dialects that it has.

    Null instead of extensions removes all of them.
    """
    if EXTENSIONS not in given:
        return dict(given)
    sent = given[EXTENSIONS]
    every = {**current, **sent} if isinstance(sent, dict) else {}
    return {**given, EXTENSIONS: {name: text for name, text in every.items() if text is not None} or None}


def as_sent(fields: Mapping[str, JsonValue]) -> dict[str, object]:
    """The stored fields of a part of a cart, its extensions as the objects that were sent."""
    kept = fields.get(EXTENSIONS)
    return (
        {**fields, EXTENSIONS: {name: read_kept(kept, name) for name in kept}} if isinstance(kept, dict) else {**fields}
    )
