"""Rows whose model is defined further up: promotions know how to reduce prices, rules what a cart may hold.

Facts keep such rows and never look inside. The module that defines the model registers it with a decorator. Reading a
row imports that module, so a catalog can be read before anything else was imported.
"""

import importlib
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, JsonValue

from facts.kinds import Kinds

AnyModel = type[BaseModel] | Kinds[Any]
M = TypeVar("M", bound=AnyModel)


class Row(Protocol):
    """A row of a catalog."""

    @property
    def id(self) -> str:
        """A later row with the same id replaces it."""

    def wire(self) -> dict[str, JsonValue]:
        """The row as a JSON object."""


class DefinedAbove:
    """The model of one kind of row, by the name of the module that registers it."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._model: AnyModel | None = None

    def register(self, model: M) -> M:
        """Register the model, or the kinds of models."""
        self._model = model
        return model

    @property
    def model(self) -> AnyModel:
        """The registered model."""
        if self._model is None:
            importlib.import_module(self._module)
        if self._model is None:
            raise LookupError(f"{self._module} registers no model")
        return self._model


promotion_rows = DefinedAbove("pricing.promotion")
rule_rows = DefinedAbove("rules.rule")
