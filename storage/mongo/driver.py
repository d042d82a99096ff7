"""The database driver: Motor, or PyMongo's own asynchronous client (`CART_MONGO_DRIVER`).

Both have the same collections with the same methods, and both read and write the same documents. What differs is here:
how a client is opened and closed, and how an aggregation is started. Motor runs PyMongo's blocking client in threads;
PyMongo's asynchronous client reads its sockets on the event loop (decision 9 compares them).
"""

from collections.abc import Sequence
from typing import Any, Literal

from bson import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import AsyncMongoClient, ReadPreference, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from models.cart.forms import Document

Driver = Literal["motor", "pymongo"]
Client = AsyncIOMotorClient[Document] | AsyncMongoClient[Document]
Database = AsyncIOMotorDatabase[Document] | AsyncDatabase[Document]
Collection = AsyncIOMotorCollection[Document] | AsyncCollection[Document]


def open_client(driver: Driver, url: str, *, timeout: float, **options: Any) -> Client:
    """A client that gives up on every call after `timeout` seconds. It connects with its first call."""
    milliseconds = int(timeout * 1000)
    options |= {"timeoutMS": milliseconds, "serverSelectionTimeoutMS": milliseconds, "connectTimeoutMS": milliseconds}
    return AsyncMongoClient(url, **options) if driver == "pymongo" else AsyncIOMotorClient(url, **options)


def open_database(client: Client, name: str) -> Database:
    """A database with the durability that all of storage uses: majority and journal on every write."""
    return client.get_database(
        name,
        codec_options=CodecOptions(tz_aware=True),
        read_preference=ReadPreference.PRIMARY,
        write_concern=WriteConcern("majority", j=True),
        read_concern=ReadConcern("majority"),
    )


async def close_client(client: Client) -> None:
    """Close all connections."""
    if isinstance(client, AsyncMongoClient):
        await client.close()
    else:
        client.close()


async def aggregate(
    collection: Collection, pipeline: Sequence[Document], *, batch: int | None = None
) -> list[Document]:
    """All results of an aggregation; `batch` is the number of documents in one answer of the server."""
    options: Document = {} if batch is None else {"batchSize": batch}
    if isinstance(collection, AsyncCollection):
        return await (await collection.aggregate(pipeline, **options)).to_list(None)
    return await collection.aggregate(pipeline, **options).to_list(None)
