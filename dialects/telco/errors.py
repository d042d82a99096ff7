"""Errors as the document has them: one object, with a list of what is wrong where there is more to say."""

from cartwright.wire.error_meanings import MEANINGS
from cartwright.wire.refusals import Refusal
from cartwright.wire.schema import format_time
from dialects.dialect import Call, Response
from dialects.http_status import http_status
from dialects.telco.kept import TELCO
from models.cart.forms import Document

_NAMES = {
    "containers": "offerContainer",
    "items": "cartItem",
    "offeringId": "productOffering/id",
    "productId": "product/id",
    "parentId": "bundleParentId",
    "characteristics": "product/productCharacteristic",
    "attributes": "additionalAttributes",
    "contacts": "contactMedium",
    "relatedParties": "relatedParty",
    "notes": "note",
    "reference": "referenceId",
}
"""Parts of the pointers of canonical commands, and what they are in the document."""


def refuse(call: Call | None, refusal: Refusal) -> Response:
    """A refusal as an error of the document; each problem also in `listOfErrors`, with its place in the call."""
    status = http_status(refusal.code)
    received_at = call.received_at if call is not None else None
    body: Document = {
        "errorCode": refusal.code.value,
        "errorReason": MEANINGS[refusal.code],
        "status": status,
        "timestamp": format_time(received_at) if received_at is not None else None,
        "errorMessage": _in_words(refusal),
    }
    if refusal.problems:
        body["listOfErrors"] = [
            error_entry(each.code, each.message, {"path": document_pointer(each.path)}) for each in refusal.problems
        ]
    return Response(status, body)


def _in_words(refusal: Refusal) -> str:
    """The message; the place of the first problem, if it is in it, by the document's names."""
    first = refusal.problems[0].path if refusal.problems else ""
    return refusal.message.replace(first, document_pointer(first), 1) if first else refusal.message


def error_entry(code: str, message: str, parameters: Document) -> Document:
    """An element of a `listOfErrors`."""
    return {"errorCode": code, "errorMessage": message, "errorMap": parameters}


def document_pointer(path: str) -> str:
    """A JSON Pointer into a call, with what canonical commands call the document's fields put right."""
    sent = path.replace(f"/extensions/{TELCO}", "", 1)
    return "/".join(_NAMES.get(part, part) for part in sent.split("/"))
