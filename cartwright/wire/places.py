"""Which models the places of a document are read by: asked when something is wrong, to say what there could have been.

A form is what a field is annotated with: a model, a list or dictionary of forms, one of several forms.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Protocol, Union, get_args, get_origin, runtime_checkable

from pydantic import BaseModel

Step = str | int
AnyModel = type[BaseModel]


@runtime_checkable
class Variants(Protocol):
    """Metadata of a field whose value says by its `kind` which model it is read by."""

    @property
    def models(self) -> Mapping[str, AnyModel]:
        """The models by kind."""


def models_along(form: object, steps: Sequence[Step], document: object) -> list[tuple[AnyModel, ...]]:
    """The models that may read the document, and then what stands in it where each step leads; none if unknown."""
    forms, found = [form], [_readers([form], document)]
    for step in steps:
        forms = [below for each in forms for below in _below(each, step, document)]
        document = _value(document, step)
        found.append(_readers(forms, document))
    return found


@cache
def field_names(models: tuple[AnyModel, ...]) -> tuple[str, ...]:
    """The wire names of the fields of these models, each once, in the order of the alphabet."""
    names = {name for model in models for name in _forms(model)}
    return tuple(sorted(names, key=str.casefold))


@cache
def names_below(models: tuple[AnyModel, ...]) -> Mapping[str, str]:
    """The names of fields of the objects in these models, each with the field that it is in."""
    found: dict[str, str] = {}
    for model in models:
        for name, form in _forms(model).items():
            for below in field_names(tuple(_models(form, None))):
                found.setdefault(below, name)
    return found


def _readers(forms: Iterable[object], document: object) -> tuple[AnyModel, ...]:
    found = dict.fromkeys(model for each in forms for model in _models(each, document))
    return tuple(model for model in found if _may_read(model, document))


@cache
def _forms(model: AnyModel) -> Mapping[str, object]:
    """The forms of a model's fields by wire name."""
    return {
        field.alias or name: Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        for name, field in model.model_fields.items()
    }


def _value(document: object, step: Step) -> object:
    if isinstance(document, dict):
        return document.get(step)
    inside = isinstance(document, list) and isinstance(step, int) and 0 <= step < len(document)
    return document[step] if isinstance(document, list) and isinstance(step, int) and inside else None


def _models(form: object, value: object) -> Iterator[AnyModel]:
    """The models that a value of this form may be read by."""
    match get_origin(form):
        case None:
            if isinstance(form, type) and issubclass(form, BaseModel):
                yield form
        case origin if origin is Annotated:
            yield from _annotated(form, value)
        case origin if origin in (Union, UnionType):
            for each in get_args(form):
                yield from _models(each, value)


def _annotated(form: Any, value: object) -> Iterator[AnyModel]:
    variants = next((each for each in form.__metadata__ if isinstance(each, Variants)), None)
    if variants is None:
        yield from _models(form.__origin__, value)
    elif isinstance(value, dict) and (model := variants.models.get(str(value.get("kind")))) is not None:
        yield model


def _below(form: object, step: Step, value: object) -> Iterator[object]:
    """The forms of what a step leads to, from a value of this form."""
    origin = get_origin(form)
    if origin in (Union, UnionType):
        for each in get_args(form):
            yield from _below(each, step, value)
    elif origin is Annotated and not any(isinstance(each, Variants) for each in get_args(form)[1:]):
        yield from _below(get_args(form)[0], step, value)
    elif origin in (list, tuple) and isinstance(step, int):
        yield get_args(form)[0]
    elif origin in (dict, Mapping) and isinstance(step, str):
        yield get_args(form)[1]
    else:
        for model in _models(form, value):
            if step in _forms(model):
                yield _forms(model)[str(step)]


def _may_read(model: AnyModel, document: object) -> bool:
    """Whether what the document says of itself, where a field has few values, is this model's."""
    if not isinstance(document, dict):
        return True
    for name, field in model.model_fields.items():
        said = document.get(field.alias or name)
        if get_origin(field.annotation) is Literal and said is not None and said not in get_args(field.annotation):
            return False
    return True
