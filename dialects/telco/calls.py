"""What all operations share: reading a call, naming its cart and version, answering with the cart."""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import ValidationError

from cartwright.wire.problems import problems_of
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from cartwright.wire.schema import Model
from dialects.dialect import Call, CallOutcome, Plan, Response, Step
from dialects.http_status import CREATED, OK
from dialects.telco.models.parameters import Parameters
from dialects.telco.rendering.cart import render_cart
from models.cart.forms import Document

M = TypeVar("M", bound=Model)


def parameters_of(call: Call) -> Parameters:
    """The parameters of a call; raises `invalid`."""
    given = call.parameters
    if isinstance(given, dict):
        given = {name: value for name, value in given.items() if "-" not in name}
    return read(Parameters, {} if given is None else given, "parameters")


def body_of(model: type[M], call: Call) -> tuple[M, Document]:
    """The body of a call, read and as sent; raises `invalid`. No body is an empty one."""
    given = {} if call.body is None else call.body
    return read(model, given, "body"), given if isinstance(given, dict) else {}


def read(model: type[M], given: object, *place: str | int) -> M:
    """An object of the document at this place of the call; raises `invalid` with all that is wrong with it."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        found = problems_of(error, given, model)
    problems = [Problem(pointer(*place) + each.path, each.code, each.message) for each in found]
    raise Refusal(ErrorCode.INVALID, f"{problems[0].path}: {problems[0].message}", problems=problems)


def needed(call: Call, **given: object) -> None:
    """Raise `invalid` for each of these parameters, by their names in Python, that is missing."""
    missing = [Parameters.model_fields[name].alias or name for name, value in given.items() if value is None]
    if missing:
        problems = [Problem(pointer("parameters", name), "missing", f"{call.operation} needs it.") for name in missing]
        raise Refusal(ErrorCode.INVALID, f"Parameter {missing[0]} is missing.", problems=problems)


def plan_of(call: Call, parameters: Parameters, steps: Sequence[Step]) -> Plan:
    """These steps about the cart that the parameter `id` names, or the header; raises `invalid` if neither does."""
    cart_id = parameters.id or call.cart_id
    needed(call, id=cart_id)
    return parameters.plan(*steps, cart_id=cart_id)


def cart_response(call: Call, outcome: CallOutcome) -> Response:
    """The cart, as most operations answer."""
    return Response(OK, render_cart(call, outcome))


def new_cart_response(call: Call, outcome: CallOutcome) -> Response:
    """The new cart; nothing is created by a dry run."""
    return Response(OK if outcome.status == "dry-run" else CREATED, render_cart(call, outcome))
