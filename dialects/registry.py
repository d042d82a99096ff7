"""The dialects by name: a folder here with a module `dialect` that holds a `DIALECT` is one; there is no list.

Other folders hold what several dialects share.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec

from dialects.dialect import Dialect


@cache
def dialects() -> Mapping[str, Dialect]:
    """All dialects by the name that the header `dialect` gives them."""
    package = importlib.import_module("dialects")
    modules = [f"dialects.{each.name}.dialect" for each in pkgutil.iter_modules(package.__path__) if each.ispkg]
    found = [importlib.import_module(module).DIALECT for module in modules if find_spec(module)]
    return {dialect.name: dialect for dialect in found}
