"""Settings from the environment, and words for what is wrong there: bad values, variables that are no settings."""

import json
import os
import re
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from cartwright.wire.nearness import nearest
from workers.settings import Settings

PREFIX = "CART_"
OF_TOOLS = frozenset({"CART_TENANT", "CART_STACK_FOLDER", "CART_MANAGEMENT_URL"})
"""Variables that are no settings of a worker: the CLI's default tenant, and what `stack` sets."""
PATTERNS = {
    "prefix": "a lower-case letter, then up to 63 of a-z, 0-9, _, . and -",
    "cloud_events_prefix": "a letter, then up to 31 letters, _, : and -",
}
"""What the patterns of settings say, in words."""
_OF_KUBERNETES = re.compile(r".*_SERVICE_(HOST|PORT)(_.*)?|.*_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?")
"""Variables that a cluster sets in every container, for a service whose name begins with `cart`."""


class BadSettings(ValueError):  # noqa: N818 (a state of the environment, not of the program)
    """Values that are not allowed: one line for each, without secrets."""


def read_settings(**given: str) -> Settings:
    """The settings: those given, then those of the environment. Raises BadSettings."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise BadSettings("\n".join(_line(each) for each in error.errors())) from None


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def unknown_variables(environment: Mapping[str, str] = os.environ) -> list[str]:
    """A sentence for each variable that looks like a setting and is none, with the nearest name."""
    known = {variable(name) for name in Settings.model_fields} | OF_TOOLS
    return [
        _unknown(name, known)
        for name, value in sorted(environment.items())
        if name.startswith(PREFIX) and name not in known and not _of_a_cluster(name, value)
    ]


def _unknown(name: str, known: set[str]) -> str:
    near = nearest(name, sorted(known))
    return f"{name} is not a setting" + (f"; did you mean {near}?" if near else ", and has no effect")


def _of_a_cluster(name: str, value: str) -> bool:
    return bool(_OF_KUBERNETES.fullmatch(name)) or (name.endswith("_PORT") and value.startswith("tcp://"))


def _line(error: ErrorDetails) -> str:
    name = str(error["loc"][0])
    field = Settings.model_fields[name]
    given = "" if field.annotation is SecretStr else f" is {json.dumps(os.environ.get(variable(name), ''))};"
    of_validator = error["type"] == "value_error"
    wanted = error["msg"].removeprefix("Value error, ") if of_validator else f"it must be {allowed(name, field)}"
    return f"{variable(name)}{given or ':'} {wanted}"


def allowed(name: str, field: FieldInfo) -> str:
    """What a setting may be, in words."""
    if name in PATTERNS:
        return PATTERNS[name]
    return _words(field.annotation, field.metadata)


def _words(kind: Any, limits: list[Any]) -> str:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _words(arguments[0], [limit for each in arguments[1:] for limit in getattr(each, "metadata", [each])])
    if origin is Literal:
        return "one of " + ", ".join(arguments)
    if origin is tuple:
        return f"a list, separated by commas; each {_words(arguments[0], [])}"
    if NoneType in arguments:
        return _words(next(each for each in arguments if each is not NoneType), limits)
    if kind is bool:
        return "true or false"
    words: dict[Any, Callable[[list[Any]], str]] = {int: _whole, float: _number}
    return words.get(kind, _text)(limits)


def _whole(limits: list[Any]) -> str:
    least, most = _limit(limits, "ge"), _limit(limits, "le")
    if least is None:
        return "a whole number"
    return f"a whole number, {least} or more" if most is None else f"a whole number from {least} to {most}"


def _number(limits: list[Any]) -> str:
    above = _limit(limits, "gt")
    return "a number" if above is None else f"a number above {above}"


def _text(limits: list[Any]) -> str:
    return "a text" if _limit(limits, "min_length") is None else "a text that is not empty"


def _limit(limits: list[Any], name: str) -> Any:
    return next((getattr(each, name) for each in limits if hasattr(each, name)), None)
