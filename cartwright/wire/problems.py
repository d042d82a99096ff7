"""What pydantic finds in a command, as problems of the contract: where in the body, a stable code, a message.

Messages are for people who can't see the models. A field that doesn't exist is told with the one that was probably
meant, or the place where it belongs, and with all that there are; a pattern is told in words.
"""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cartwright.wire.nearness import suggestion
from cartwright.wire.patterns import in_words
from cartwright.wire.places import Step, field_names, models_along, names_below
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


MAX_PROBLEMS = 100
"""The most problems that are told of one document."""
TOLD_WHOLE = 10
"""The most problems that are told with what was meant and what there is: to find that out takes time."""


def problems_of(error: ValidationError, document: object, form: object = None) -> list[Problem]:
    """What is wrong with a document, up to a limit: JSON Pointers, stable codes, messages without the input.

    `form` is the model, or another annotation, by which the document was read; without it nothing tells which fields
    there are.
    """
    found = error.errors(include_url=False)[:MAX_PROBLEMS]
    return [_problem(each, document, form if number < TOLD_WHOLE else None) for number, each in enumerate(found)]


def _problem(error: ErrorDetails, document: object, form: object) -> Problem:
    kind = error["type"]
    code = _CODES.get(kind) or ("wrong-type" if "_type" in kind or "_parsing" in kind else kind.replace("_", "-"))
    steps = tuple(_place(error, document))
    return Problem(pointer(*steps), code, _message(error, steps, document, form))


def _message(error: ErrorDetails, steps: Sequence[Step], document: object, form: object) -> str:
    match error["type"]:
        case "extra_forbidden" if steps:
            return _no_such_field(error, steps, document, form)
        case "string_pattern_mismatch":
            return f"Input should be {in_words(error['ctx']['pattern'])}" if "ctx" in error else error["msg"]
    return _MESSAGES.get(error["type"], error["msg"])


def _no_such_field(error: ErrorDetails, steps: Sequence[Step], document: object, form: object) -> str:
    *around, given = steps
    *outer, here = models_along(form, around, document)
    models = tuple(model for model in here if model.__name__ in error["loc"]) or here
    belongs = _where_it_belongs(str(given), around, [*outer, models])
    names = field_names(models)
    meant = f" Did you mean {belongs}?" if belongs is not None else suggestion(str(given), names)
    listed = f" There are {', '.join(names)}." if names else " There are none."
    return f"There is no such field.{meant}{listed if models else ''}"


def _where_it_belongs(given: str, around: Sequence[Step], models: Sequence[tuple[type[BaseModel], ...]]) -> str | None:
    """The pointer to where there is a field of this name: in something around the place, or in an object at it."""
    for depth in reversed(range(len(around))):
        if given in field_names(models[depth]):
            return pointer(*around[:depth], given)
    inside = names_below(models[-1]).get(given)
    return pointer(*around, inside, given) if inside is not None else None


def _place(error: ErrorDetails, document: object) -> Iterator[Step]:
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


def _below(here: object, step: Step) -> list[object]:
    """The one value to which a step leads from here, if it leads anywhere."""
    if isinstance(here, dict):
        return [here[step]] if step in here else []
    return here[step : step + 1] if isinstance(here, list) and isinstance(step, int) else []
