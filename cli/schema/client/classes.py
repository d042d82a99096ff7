"""A model of the worker's as a class of the client: the same fields, types, bases and docstring, without limits."""

import inspect
from collections.abc import Iterator
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from cli.schema.client.annotations import Source, annotation_source, any_of, quoted
from cli.schema.client.text import docstring
from cli.schema.generator import field_descriptions
from cli.schema.schemas import FAMILIES

Model = type[BaseModel]
DATA, KIND, FIELD = "cartwright.commands.data.Data", "cartwright.commands.data.Kind", "pydantic.Field"


def parents(model: Model) -> tuple[Model, ...]:
    """The bases that have fields; one of the same name is the same class to a caller."""
    bases = (each for each in model.__bases__ if issubclass(each, BaseModel) and each.model_fields)
    return tuple(each for each in bases if each.__name__ != model.__name__)


def fields(model: Model) -> dict[str, Source]:
    """The source of every field that no base defines in the same way, by name."""
    inherited = {name: source for base in parents(model) for name, source in all_fields(base).items()}
    return {name: source for name, source in all_fields(model).items() if inherited.get(name) != source}


def all_fields(model: Model) -> dict[str, Source]:
    """The source of every field, by name."""
    return {name: _field(model, name, info) for name, info in model.model_fields.items()}


def referred(model: Model) -> Iterator[Model]:
    """The models that the class of this one needs: its bases, and what its own fields hold."""
    yield from parents(model)
    for source in fields(model).values():
        yield from source.models


def class_source(model: Model) -> Source:
    """The whole class."""
    own = fields(model)
    bases = [base.__name__ for base in parents(model)] or ["Kind" if model in FAMILIES else "Data"]
    above = {"Data": {DATA}, "Kind": {KIND}}.get(bases[0], set())
    lines = [f"class {model.__name__}({', '.join(bases)}):", *docstring(inspect.getdoc(model) or "", 4)]
    lines += [""] if own else []
    for name, source in own.items():
        described = field_descriptions(model).get(model.model_fields[name].alias or name)
        lines += [f"    {name}: {_quoting(source.text, model)}", *(docstring(described, 4) if described else ())]
    return Source("\n".join(lines), frozenset(above).union(*(source.imports for source in own.values())))


def _quoting(text: str, model: Model) -> str:
    """A type in a class of a family: the type of all its kinds is defined later, so it is quoted."""
    for base in model.__mro__:
        if base in FAMILIES:
            text = text.replace(any_of(base), f'"{any_of(base)}"')
    return text


def _field(model: Model, name: str, info: FieldInfo) -> Source:
    """What follows the field's name and colon: its type, and its default."""
    source = annotation_source(info.annotation, info.metadata)
    default = None if info.is_required() else _default(info)
    if info.alias not in (None, to_camel(name)):
        given = "" if default is None else f"default={default}, "
        alias = quoted(info.alias)
        text = f"{source.text} = Field({given}validation_alias={alias}, serialization_alias={alias})"
        return Source(text, source.imports | {FIELD}, source.models)
    if default is None and _is_kind(model, name, info):
        default = quoted(get_args(info.annotation)[0])
    if default is None:
        return source
    factory = default == "Field(default_factory=dict)"
    return Source(f"{source.text} = {default}", source.imports | ({FIELD} if factory else set()), source.models)


def _is_kind(model: Model, name: str, info: FieldInfo) -> bool:
    return name == "kind" and get_origin(info.annotation) is Literal and any(base in FAMILIES for base in model.__mro__)


def _default(info: FieldInfo) -> str:
    value = info.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel):
        return f"{type(value).__name__}()"
    return "Field(default_factory=dict)" if value == {} else quoted(value)
