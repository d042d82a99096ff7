"""The AsyncAPI document: made from the registered commands and the models, so it can't lag behind them."""

from cli.schema.document import asyncapi_document

__all__ = ["asyncapi_document"]
