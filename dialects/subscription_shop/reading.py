"""Reading the calls of this document: operations without a body, bodies that are one object or a list of them."""

from typing import Annotated, Any, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from cartwright.wire.refusals import ErrorCode, Problem, Refusal
from cartwright.wire.schema import Model
from dialects.dialect import Call
from dialects.reading import CallParameters, read_call

MAX_ELEMENTS = 10_000
M = TypeVar("M", bound=Model)
P = TypeVar("P", bound=CallParameters)


class Nothing(Model):
    """The body of an operation that takes none."""


def read_parameters(call: Call, parameters: type[P]) -> P:
    """The parameters of an operation without a body; raises `invalid`."""
    return read_call(call, parameters, Nothing if call.body is not None else None)[0]


def read_list(call: Call, parameters: type[P], element: type[M]) -> tuple[P, list[tuple[str, M]]]:
    """The parameters, and the body's elements with their places; a body that is no list is the only element."""
    if not isinstance(call.body, list):
        found, only = read_call(call, parameters, element)
        return found, [("/body", only)]
    form = Annotated[list[element], Field(min_length=1, max_length=MAX_ELEMENTS)]  # type: ignore[valid-type]
    found, elements = read_call(call, parameters, form)
    return found, [(f"/body/{place}", each) for place, each in enumerate(elements)]


def invalid(problems: list[Problem]) -> Refusal:
    """The refusal with these problems, of which there is at least one."""
    first = problems[0]
    return Refusal(ErrorCode.INVALID, f"The call is not valid: {first.path} {first.message}", problems=problems)


def fits(form: TypeAdapter[Any], value: object) -> bool:
    """Whether a value whose form the document leaves open has this one."""
    try:
        form.validate_python(value, strict=True)
    except ValidationError:
        return False
    return True
