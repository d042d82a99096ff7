"""One operation of a patch at work: the cart as the operations before left it, and where its problems are reported."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NoReturn, TypeVar

from pydantic import Field, GetCoreSchemaHandler, JsonValue, TypeAdapter, ValidationError, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from cartwright.wire.problems import problems_of
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from cartwright.wire.schema import Key, Model
from handlers.needs import Context
from models.cart.cart import Cart

Op = Literal["add", "patch", "replace", "delete", "test"]
M = TypeVar("M", bound=Model)
LARGEST_INTEGER = 2**63 - 1
_KEYS: TypeAdapter[str] = TypeAdapter(Key)


def _within_64_bits(value: Any) -> Any:
    """The JSON value, its fractions as `Decimal`, unless an integer in it is beyond all that can be stored."""
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise PydanticCustomError("out-of-range", "an integer has at most 64 bits")
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _within_64_bits(each)
    return value


class DecodedJson:
    """As an annotation: a value as it was decoded from JSON."""

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Checked here, for pydantic's own JSON has no `Decimal`."""
        return core_schema.no_info_plain_validator_function(_within_64_bits)


AnyValue = Annotated[
    JsonValue,
    DecodedJson(),
    WithJsonSchema({"minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER}),
]
"""Any JSON value; what is set with it has bounds of its own."""


class Operation(Model):
    """One operation of a patch."""

    op: Op
    """What is done: `add` creates or sets, `patch` sets the named fields (null removes), `replace` needs an existing
    value, `delete` removes, `test` compares.
    """
    path: Annotated[str, Field(max_length=1000)]
    """A JSON Pointer into the cart that goes by id, e.g. `/items/i-1/quantity`."""
    value: AnyValue = None
    """The value; `delete` needs none. A `test` of an object compares the fields that it names."""


@dataclass(frozen=True, slots=True)
class Step:
    """An operation, its number from 0, and the ids and names in its path."""

    cart: Cart
    context: Context
    number: int
    operation: Operation
    names: tuple[str, ...]

    @property
    def place(self) -> tuple[str | int, ...]:
        """Where the operation is in the command's data."""
        return "operations", self.number

    @property
    def value_place(self) -> tuple[str | int, ...]:
        """Where its value is."""
        return *self.place, "value"

    @property
    def path(self) -> str:
        """The JSON Pointer to the operation."""
        return pointer("data", *self.place)

    @property
    def value_path(self) -> str:
        """The JSON Pointer to its value."""
        return pointer("data", *self.value_place)

    def given(self) -> JsonValue:
        """The value; raises `invalid` if there is none."""
        if self.operation.value is None:
            raise Refusal.at(self.value_path, ErrorCode.INVALID, f"{self.operation.op} needs a value.", "missing")
        return self.operation.value

    def fields(self) -> dict[str, JsonValue]:
        """The value, which is an object; raises `invalid` for any other."""
        value = self.given()
        if not isinstance(value, dict):
            raise Refusal.at(self.value_path, ErrorCode.INVALID, "The value should be an object.", "wrong-type")
        return value

    def key(self) -> str:
        """The name that ends the path; raises `invalid` for one that nothing can have."""
        try:
            return _KEYS.validate_python(self.names[-1])
        except ValidationError as error:
            [wrong, *_] = problems_of(error, self.names[-1])
            raise Refusal.at(self.path, ErrorCode.INVALID, wrong.message, "wrong-format") from None

    def nothing_there(self) -> NoReturn:
        """Raise `invalid`: there is nothing at the path."""
        message = f"There is nothing at {self.operation.path}."
        raise Refusal.at(self.path, ErrorCode.INVALID, message, "not-found")

    def read(self, model: type[M], document: Mapping[str, JsonValue]) -> M:
        """The document as a model; raises `invalid` with all that is wrong with it, below the operation's value."""
        given = dict(document)
        try:
            return model.model_validate(given)
        except ValidationError as error:
            found = problems_of(error, given, model)
            problems = [Problem(self.value_path + each.path, each.code, each.message) for each in found]
            raise Refusal(ErrorCode.INVALID, problems[0].message, problems=problems) from None

    def check_id(self, fields: Mapping[str, JsonValue], own: str) -> None:
        """Raise `invalid` if the value names another id than the path."""
        if fields.get("id", own) != own:
            path = f"{self.value_path}/id"
            raise Refusal.at(path, ErrorCode.INVALID, f"The path is about {own}.", "mismatch")

    @contextmanager
    def within(self, *names: str) -> Iterator[None]:
        """Report problems of what has these names below the value at the value itself, all others at the operation."""
        try:
            yield
        except Refusal as refusal:
            inside = self.value_path + pointer(*names)
            problems = [Problem(_moved(each.path, inside, self), each.code, each.message) for each in refusal.problems]
            raise Refusal(refusal.code, refusal.message, details=refusal.details, problems=problems) from None


def _moved(path: str, inside: str, step: Step) -> str:
    below = path == inside or path.startswith(inside + "/")
    valued = below and step.operation.value is not None
    return step.value_path + path.removeprefix(inside) if valued else step.path
