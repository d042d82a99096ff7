"""Extensions of which a dialect says a part: the rest of what is kept stays.

A command has them as texts, like those that are replaced as a whole. A text of fields to merge is no JSON object:
before its fields stands how they are merged. `merged` makes an object of it once it is known what is kept.
"""

import json
from collections.abc import Iterable, Mapping

from cartwright.wire.kept_json import decode_kept, encode_kept

NOTHING = "{}"


class Merged(dict[str, object]):
    """Fields of an extension to set in what is kept: null removes one, and what is not named stays.

    The value of a field is replaced as a whole. In those `within`, an object takes over what it does not name from the
    one that is kept with the same id (alone, also if neither has one), and so does each object of a list.

    No JSON that is read holds one, so no caller can send it: what callers send is replaced as a whole.
    """

    def __init__(self, fields: Mapping[str, object], within: Iterable[str] = ()) -> None:
        super().__init__(fields)
        self.within = [*within]

    @property
    def set_fields(self) -> dict[str, object]:
        """The fields that are not removed."""
        return {name: value for name, value in self.items() if value is not None}

    def written(self, text: str) -> str:
        """The text of all of it; `text` is that of the fields that are set."""
        removed = [name for name, value in self.items() if value is None]
        return f"{encode_kept([removed, self.within])}{text}"


def merged(sent: str, kept: str | None) -> str | None:
    """What is kept after a command that sent this text; None for nothing. It may be too long to be kept."""
    if sent.startswith("{"):
        return sent
    (removed, within), end = _HOW.raw_decode(sent)
    text = sent[end:]
    if kept is None:
        return None if text == NOTHING else text
    found = decode_kept(kept)
    for name in removed:
        found.pop(name, None)
    for name, value in decode_kept(text).items():
        found[name] = _completed(value, found.get(name)) if name in within else value
    return encode_kept(found) if found else None


def _completed(value: object, kept: object) -> object:
    """A value with what it does not name of what is kept with the same ids."""
    if isinstance(value, list) and isinstance(kept, list):
        known = {own: each for each in reversed(kept) if (own := _id(each))}
        return [_completed(each, known.get(_id(each))) for each in value]
    if isinstance(value, dict) and isinstance(kept, dict) and _id(value) == _id(kept):
        return {**kept, **value}
    return value


def _id(given: object) -> str:
    own = given.get("id") if isinstance(given, dict) else None
    return own if isinstance(own, str) else ""


_HOW = json.JSONDecoder()
