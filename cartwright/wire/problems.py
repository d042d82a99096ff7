"""What pydantic finds in a command, as problems of the contract: where in the body, a stable code, a message."""

from collections.abc import Iterator

from pydantic_core import ErrorDetails

from cartwright.wire.refusals import Problem, pointer

_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown-field",
    "string_pattern_mismatch": "wrong-format",
    "string_too_short": "too-short",
    "string_too_long": "too-long",
    "too_short": "too-few",
    "too_long": "too-many",
    "literal_error": "not-allowed",
    "enum": "not-allowed",
    "invalid-json-value": "wrong-type",
    "greater_than": "out-of-range",
    "greater_than_equal": "out-of-range",
    "less_than": "out-of-range",
    "less_than_equal": "out-of-range",
}
_MESSAGES = {"model_type": "Input should be an object", "invalid-json-value": "No field takes a fraction"}
"""Where pydantic's own message would name a class, or say less."""


def problem_of(error: ErrorDetails, document: object) -> Problem:
    """A pydantic finding in a document as a problem: JSON Pointer, stable code, message without the input."""
    kind = error["type"]
    code = _CODES.get(kind) or ("wrong-type" if "_type" in kind or "_parsing" in kind else kind.replace("_", "-"))
    return Problem(pointer(*_place(error, document)), code, _MESSAGES.get(kind, error["msg"]))


def _place(error: ErrorDetails, document: object) -> Iterator[str | int]:
    """The steps that lead through the document; the last one may be a field that is missing.

    In between pydantic tells which form of a value it tried (`Reference`, `constrained-str`, `[key]`), which nobody
    sent.
    """
    here, last = document, len(error["loc"]) - 1
    for number, step in enumerate(error["loc"]):
        below = _below(here, step)
        if below:
            yield step
            [here] = below
        elif number == last and error["type"] == "missing" and isinstance(here, dict):
            yield step


def _below(here: object, step: str | int) -> list[object]:
    """The one value to which a step leads from here, if it leads anywhere."""
    if isinstance(here, dict):
        return [here[step]] if step in here else []
    return here[step : step + 1] if isinstance(here, list) and isinstance(step, int) else []
