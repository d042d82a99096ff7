"""Turns annotations of the worker's models into source code: types stay, limits and validators go."""

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel, JsonValue, SerializeAsAny

_TIME = "cartwright.commands.data.Time"
_PLAIN: Mapping[object, tuple[str, str | None]] = {
    str: ("str", None),
    int: ("int", None),
    bool: ("bool", None),
    float: ("float", None),
    types.NoneType: ("None", None),
    datetime: ("Time", _TIME),
    JsonValue: ("JsonValue", "pydantic.JsonValue"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of Python code: its text, what it imports (full names), and the worker's models that it refers to."""

    text: str
    imports: frozenset[str] = frozenset()
    models: tuple[type[BaseModel], ...] = ()

    @classmethod
    def joined(cls, template: str, parts: Iterable["Source"], separator: str = ", ", *imports: str) -> "Source":
        """Parts, joined, in the place of `{}`."""
        listed = list(parts)
        return cls(
            template.format(separator.join(part.text for part in listed)),
            frozenset(imports).union(*(part.imports for part in listed)),
            tuple(model for part in listed for model in part.models),
        )


def annotation_source(annotation: object, metadata: Iterable[object] = ()) -> Source:
    """The source of a type; raises `TypeError` for one that no command uses yet."""
    if annotation in _PLAIN:
        name, imported = _PLAIN[annotation]
        return Source(name, frozenset({imported} if imported else ()))
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return annotation_source(arguments[0], arguments[1:])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        of_any_kind = any(type(each) is SerializeAsAny for each in metadata)
        return Source(any_of(annotation) if of_any_kind else annotation.__name__, models=(annotation,))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _literal([member.value for member in annotation])
    return _literal(arguments) if origin is Literal else _of_several(annotation, origin, arguments)


def _of_several(annotation: object, origin: object, arguments: tuple[object, ...]) -> Source:
    """The source of a type that is made of others."""
    if origin in (Union, types.UnionType):
        return Source.joined("{}", map(annotation_source, arguments), " | ")
    if origin in (list, tuple, set, frozenset):
        elements = [annotation_source(each) for each in arguments if each is not ...]
        return Source.joined("Sequence[{}]", elements, ", ", "collections.abc.Sequence")
    if origin is dict:
        return Source.joined("Mapping[{}]", map(annotation_source, arguments), ", ", "collections.abc.Mapping")
    raise TypeError(f"no source is known for {annotation!r}")


def _literal(values: Iterable[object]) -> Source:
    return Source.joined("Literal[{}]", [Source(quoted(value)) for value in values], ", ", "typing.Literal")


def any_of(model: type[BaseModel]) -> str:
    """The name of the type that stands for all kinds of a model."""
    return f"Any{model.__name__}"


def quoted(value: object) -> str:
    """A plain value as source, in double quotes."""
    match value:
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case list() | tuple():
            listed = ", ".join(map(quoted, value))
            return f"({listed},)" if len(value) == 1 else f"({listed})"
        case None | bool() | int() | float():
            return repr(value)
    raise TypeError(f"no source is known for {value!r}")
