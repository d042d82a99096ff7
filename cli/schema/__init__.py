"""The AsyncAPI document: made from the registered commands and the models, so it can't lag behind them."""

from cartwright.cli.asyncapi.document import asyncapi_document

__all__ = ["asyncapi_document"]
