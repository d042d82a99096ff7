"""Executing a request on what came of its plan; no resolver fetches anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from graphql import GraphQLResolveInfo, execute_sync
from graphql.pyutils import Undefined

from cartwright.wire.refusals import ErrorCode, Refusal
from dialects.dialect import Call, Response
from dialects.graphql.documents import Document, Documents
from dialects.graphql.errors import NOT_EXECUTED, Unexecutable, error_bodies, in_words
from dialects.graphql.request import Request
from dialects.http_status import OK

MAX_VALUES = 100_000
"""In the lists of one answer: their elements times the fields of each."""

S = TypeVar("S")
T = TypeVar("T")


@dataclass(slots=True)
class Execution(Generic[S]):
    """What resolvers know: the source of all values, or why there is none."""

    source: S | None
    refusal: Refusal | None
    document: Document
    values: int = 0


Info = GraphQLResolveInfo[Any]


def source(info: Info) -> Any:
    """What the request is executed on; raises the refusal if it can't be."""
    execution: Execution[Any] = info.context
    if execution.refusal is not None:
        raise execution.refusal
    return execution.source


def listed(values: Sequence[T], info: Info) -> Sequence[T]:
    """A list as the value of a field; raises `too-large` if the answer would hold too many values."""
    execution: Execution[Any] = info.context
    fields = sum(execution.document.fields_in(node.selection_set) for node in info.field_nodes)
    execution.values += len(values) * fields
    if execution.values > MAX_VALUES:
        raise Refusal(ErrorCode.TOO_LARGE, f"An answer has at most {MAX_VALUES} values in lists: ask for fewer fields.")
    return values


def execute(request: Request, own: object, refusal: Refusal | None = None) -> Response:
    """The response of executing a request on `own`; with a refusal, every field at the root fails with it."""
    result = execute_sync(
        request.documents.schema,
        request.document.node,
        Undefined,
        Execution(own, in_words(refusal) if refusal is not None else None, request.document),
        request.given,
        request.operation.name.value if request.operation.name is not None else None,
    )
    errors = {"errors": error_bodies(result.errors)} if result.errors else {}
    return Response(OK, {**errors, "data": result.data})


def executed(call: Call | None, refusal: Refusal, documents: Documents) -> Request | None:
    """The request that was refused when it was executed; None if it was refused before."""
    if call is None or refusal.code in NOT_EXECUTED or isinstance(refusal, Unexecutable):
        return None
    try:
        return Request.read(call, documents)
    except Refusal:
        return None
