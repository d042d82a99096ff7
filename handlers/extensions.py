"""Extensions of carts, containers and items: each dialect's is replaced as a whole, and null removes it.

Only a dialect itself can say less: what it merges (`Merged`) is merged here, whatever command it comes in.
"""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from cartwright.wire.extensions import TOO_LONG, Extensions, read_kept, too_long
from cartwright.wire.merging import merged
from cartwright.wire.refusals import ErrorCode, Refusal, pointer

EXTENSIONS = "extensions"


def with_extensions(given: Mapping[str, JsonValue], current: Extensions) -> dict[str, JsonValue]:
    """The given fields of a part of a cart, the extensions among them with those of other dialects that it has.

    Null instead of extensions removes all of them.
    """
    if EXTENSIONS not in given:
        return dict(given)
    sent = given[EXTENSIONS]
    if not isinstance(sent, dict):
        return {**given, EXTENSIONS: None}
    now = {name: merged(text, current.get(name)) if isinstance(text, str) else None for name, text in sent.items()}
    every = {**current, **now}
    return {**given, EXTENSIONS: {name: text for name, text in every.items() if text is not None} or None}


def outgrown(after: Mapping[str, JsonValue], path: str, most: int) -> Iterator[Refusal]:
    """`invalid` for each extension among these changed fields that has become too long, at its place below `path`."""
    extensions = after.get(EXTENSIONS)
    for name, text in extensions.items() if isinstance(extensions, dict) else ():
        if isinstance(text, str) and (wrong := too_long(text, most)) is not None:
            yield Refusal.at(path + pointer(EXTENSIONS, name), ErrorCode.INVALID, wrong, TOO_LONG)


def as_sent(fields: Mapping[str, JsonValue]) -> dict[str, object]:
    """The stored fields of a part of a cart, its extensions as the objects that were sent."""
    kept = fields.get(EXTENSIONS)
    return (
        {**fields, EXTENSIONS: {name: read_kept(kept, name) for name in kept}} if isinstance(kept, dict) else {**fields}
    )
