"""Reading the parts of a call by models of the document's own fields; what is wrong with them is found in one pass."""

from dataclasses import replace
from functools import cache
from typing import Any, ClassVar, TypeVar

from pydantic import TypeAdapter, ValidationError, model_validator

from cartwright.wire.problems import MAX_PROBLEMS, problems_of
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from cartwright.wire.schema import Model, Text, Version
from dialects.dialect import Call, Plan, Step


class Request(Model):
    """Base of what requests hold; `answered` are the names of the response that shows what came of it.

    A field that only responses have is accepted and not believed; any other that is unknown is refused.
    """

    answered: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _without_what_only_responses_have(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        asked = {field.alias or name for name, field in cls.model_fields.items()}
        return {name: value for name, value in given.items() if name in asked or name not in cls.answered}


class CallParameters(Model):
    """The parameters that every operation has."""

    version: Version | None = None
    """The version of the cart that the caller saw last."""
    dry_run: bool = False
    """Whether to answer what the call would do, and write nothing."""
    reason: Text | None = None
    """Why the caller does this."""

    def plan(self, *steps: Step, **where: Any) -> Plan:
        """These steps under these parameters; `where` are the fields of a plan that say which cart it is."""
        return Plan(steps, version=self.version, dry_run=self.dry_run, reason=self.reason, **where)


P = TypeVar("P", bound=CallParameters)


def read_call(call: Call, parameters: type[P], body: Any) -> tuple[P, Any]:
    """The parameters and the body of a call; raises `invalid` with pointers below `/parameters` and `/body`."""
    problems: list[Problem] = []
    given = _read(parameters, call.parameters if call.parameters is not None else {}, "parameters", problems)
    content = _read(body, call.body, "body", problems)
    if problems:
        first = problems[0]
        message = f"The call is not valid: {first.path} {first.message}"
        raise Refusal(ErrorCode.INVALID, message, problems=problems[:MAX_PROBLEMS])
    return given, content


@cache
def _adapter(form: Any) -> TypeAdapter[Any]:
    return TypeAdapter(form)


def _read(form: Any, value: object, part: str, problems: list[Problem]) -> Any:
    try:
        return _adapter(form).validate_python(value)
    except ValidationError as error:
        problems += [replace(each, path=pointer(part) + each.path) for each in problems_of(error, value, form)]
        return None
