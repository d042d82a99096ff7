"""The container that a call names beside an item: the item must be in it, or there is no such item."""

from dataclasses import replace

from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from dialects.dialect import Call, Response, Step
from dialects.telco.errors import refuse
from models.cart.forms import Document


def in_container(item_id: str, container_id: str) -> Document:
    """The operation of a patch that tests whether an item is in a container. The document has no tests of its own."""
    return {"op": "test", "path": pointer("items", item_id), "value": {"containerId": container_id}}


def membership(item_id: str, container_id: str | None) -> list[Step]:
    """The step that comes before others about an item, if the call names its container too."""
    if container_id is None:
        return []
    data = {"operations": [in_container(item_id, container_id)]}
    return [Step("patch-cart", data, {"": "/parameters/cartItemId", "/operations/0": "/parameters/cartItemId"})]


def refuse_missing_items(call: Call | None, refusal: Refusal) -> Response:
    """A refusal as an error; a test that failed says that there is no such item in the container."""
    problems = [_item_not_found(each) if each.code == ErrorCode.TEST_FAILED else each for each in refusal.problems]
    failed = refusal.code is ErrorCode.TEST_FAILED
    code, message = (ErrorCode.ITEM_NOT_FOUND, problems[0].message) if failed else (refusal.code, refusal.message)
    return refuse(call, Refusal(code, message, details=refusal.details, problems=problems))


def _item_not_found(problem: Problem) -> Problem:
    message = "There is no such item in the container."
    return replace(problem, code=ErrorCode.ITEM_NOT_FOUND.value, message=message)
