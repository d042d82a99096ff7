"""Kinds of conditions, benefits, rules: a module in their folder that decorates a model is one; nobody keeps a list."""

import importlib
import pkgutil
from functools import cached_property
from typing import Generic, TypeVar, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from cartwright.wire.nearness import suggestion
from cartwright.wire.schema import Model
from cartwright.wire.stored import read_stored, reads_stored

M = TypeVar("M", bound=Model)


class Kinds(Generic[M]):
    """The models of one package, by the value of their field `kind`."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._models: dict[str, type[M]] = {}

    def register(self, model: type[M]) -> type[M]:
        """Register a model under the one literal that its `kind` may be."""
        (kind,) = get_args(model.model_fields["kind"].annotation)
        if kind in self._models:
            raise ValueError(f"two models of {self._package} are of kind {kind}")
        self._models[kind] = model
        return model

    @cached_property
    def models(self) -> dict[str, type[M]]:
        """All models by kind, found by importing every module of the package."""
        package = importlib.import_module(self._package)
        for module in pkgutil.iter_modules(package.__path__, f"{self._package}."):
            importlib.import_module(module.name)
        return dict(sorted(self._models.items()))

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """As an annotation of a field of `M`: whatever kind the value is of."""
        metadata = reads_stored(self.read_stored)
        return core_schema.no_info_before_validator_function(self.read, handler(source), metadata=metadata)

    def read(self, value: object) -> object:
        """The value as the model of its kind; raises `PydanticCustomError` or `ValidationError`."""
        return self._model(value).model_validate(value) if isinstance(value, dict) else value

    def read_stored(self, value: object) -> object:
        """What was stored as the model of its kind, without limits; raises as `read` does for another shape."""
        return read_stored(self._model(value), value) if isinstance(value, dict) else value

    def _model(self, fields: dict[str, object]) -> type[M]:
        kind = fields.get("kind")
        if not isinstance(kind, str) or kind not in self.models:
            meant = suggestion(kind, self.models) if isinstance(kind, str) else ""
            said = f"kind must be one of {', '.join(self.models)}.{meant}"
            raise PydanticCustomError("unknown-kind", "{message}", {"message": said})
        return self.models[kind]
