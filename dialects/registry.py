"""The dialects by name: a folder here with a module `dialect` that holds a `DIALECT` is one; there is no list."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from dialects.dialect import Dialect


@cache
def dialects() -> Mapping[str, Dialect]:
    """All dialects by the name that the header `dialect` gives them."""
    package = importlib.import_module("dialects")
    folders = [each.name for each in pkgutil.iter_modules(package.__path__) if each.ispkg]
    found = [importlib.import_module(f"dialects.{folder}.dialect").DIALECT for folder in folders]
    return {dialect.name: dialect for dialect in found}
