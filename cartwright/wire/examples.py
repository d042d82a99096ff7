"""An example next to the model that it shows; documents are made of them, and tests hold them against the models."""

from collections.abc import Mapping
from typing import cast

from pydantic import BaseModel, ConfigDict, JsonValue
from pydantic.config import JsonDict


def example(fields: Mapping[str, object]) -> ConfigDict:
    """The `model_config` of a model that looks like this, under wire names."""
    return ConfigDict(json_schema_extra=cast("JsonDict", {"examples": [dict(fields)]}))


def example_of(model: type[BaseModel]) -> JsonValue:
    """The model's example; raises `LookupError` for a model that has none of its own."""
    match model.model_config.get("json_schema_extra"):
        case {"examples": [shown, *_]}:
            return cast("JsonValue", shown)
    raise LookupError(f"{model.__name__} has no example")
