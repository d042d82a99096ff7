"""Cartwright for those who call it: the typed client (`from cartwright import CartClient`) and the wire's types."""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from cartwright.client import *  # noqa: F403 (its `__all__` is ours)
else:

    def __getattr__(name: str) -> object:
        """A name of the client, imported when it is first asked for: the types of the wire load no AMQP driver."""
        client = import_module("cartwright.client")
        if name not in client.__all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(client, name)
