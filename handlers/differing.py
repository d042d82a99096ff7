"""What a command sets, as far as it says something else than what is there.

What is null or empty is not there, in an object too. Something that is named by its id says the same whether the id
stands alone or in an object. Only what a dialect keeps is as it was sent: nobody but the dialect knows what it says.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from handlers.extensions import EXTENSIONS
from models.cart.forms import Document


def differing(given: Mapping[str, JsonValue], current: Mapping[str, Any]) -> tuple[Document, Document]:
    """Those of the given fields that say something else than the current ones: as they were, and as they are given."""
    names = [name for name, value in given.items() if _said_of(name, value) != _said_of(name, current.get(name))]
    return {name: current.get(name) for name in names}, {name: given[name] for name in names}


def same(one: object, other: object) -> bool:
    """Whether two JSON values say the same."""
    return one == other or _said(one) == _said(other)


def is_empty(value: object) -> bool:
    """Whether there is nothing: null, an empty list or an empty object."""
    return value is None or (isinstance(value, list | Mapping) and not value)


def _said_of(name: str, value: object) -> object:
    return value or None if name == EXTENSIONS else _said(value)


def _said(value: object) -> object:
    """A value in the form that all have which say the same."""
    if isinstance(value, Mapping):
        said = {name: _said_of(name, each) for name, each in value.items()}
        fields = {name: each for name, each in said.items() if each is not None}
        value = fields["id"] if fields.keys() == {"id"} else fields
    elif isinstance(value, list):
        value = [_said(each) for each in value]
    return None if is_empty(value) else value
